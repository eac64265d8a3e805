"""The progress bar of commands, which is that of the floors below."""

from bridge.workspace.late_progress import LateProgress

__all__ = ["LateProgress"]
