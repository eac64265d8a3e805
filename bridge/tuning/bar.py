"""The line in a terminal that says how far a study is."""

from __future__ import annotations

import sys

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, Task
from rich.text import Text

LONGEST_NAME = 24
"""Characters of a study's name that the line shows."""


class Bar:
    """Trials done, the best so far, and the time left; on a console that others print on too.

    Args:
        name: The study's.
        total: Trials that are to be done; None if only time ends it.
        console: Where to; Prefect's own lines and what trials print go above the line.
    """

    def __init__(self, name: str, total: int | None, *, console: Console) -> None:
        shown = name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"
        self._progress = Progress(
            _Field("title", "bold"),
            # Prefect's console has a theme of its own, without the names of rich's styles.
            BarColumn(24, style="bright_black", complete_style="cyan", finished_style="green", pulse_style="cyan"),
            _Field("done", ""),
            _Field("best", "green"),
            _Field("left", "bright_black"),
            console=console,
            transient=True,
            refresh_per_second=4,
            redirect_stdout=sys.stdout.isatty(),  # what goes into a pipe stays there
            redirect_stderr=sys.stderr.isatty(),
        )
        self._task = self._progress.add_task("", total=total, title=f"Tuning {shown}", done="", best="", left="")

    def start(self) -> None:
        """Show it."""
        self._progress.start()

    def update(self, done: int, *, text: str, best: str, left: str) -> None:
        """Write what is new."""
        self._progress.update(self._task, completed=done, done=text, best=best, left=left)

    def stop(self) -> None:
        """Take it away."""
        self._progress.stop()


class _Field(ProgressColumn):
    """A text that was given to the task; as text, since names of parameters are no markup."""

    def __init__(self, name: str, style: str) -> None:
        super().__init__()
        self._name, self._style = name, style

    def render(self, task: Task) -> Text:
        return Text(str(task.fields[self._name]), style=self._style, no_wrap=True, overflow="ellipsis")
