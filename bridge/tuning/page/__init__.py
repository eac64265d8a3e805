"""A study as one HTML page: its plots, its best trials, its table."""

from bridge.tuning.page.as_html import html

__all__ = ["html"]
