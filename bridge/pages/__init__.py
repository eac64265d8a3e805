"""HTML pages that stand alone: no scripts, nothing asked of any server, readable in light, in dark and on paper."""

from __future__ import annotations

from bridge.pages.page import environment, render

__all__ = ["environment", "render"]
