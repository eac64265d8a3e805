"""What a migration did and could not do, as a file: Markdown, one HTML page or JSON."""

from __future__ import annotations

from bridge.migrate.report.writing import write_report

__all__ = ["write_report"]
