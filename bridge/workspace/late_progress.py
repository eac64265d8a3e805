"""A progress bar on stderr that appears only if the work takes long."""

from __future__ import annotations

import time
from collections.abc import Callable
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn


class LateProgress:
    """A bar over bytes, or things; nothing at all if stderr is not a terminal.

    Args:
        title: What is being done.
        total: Bytes.
        after: Seconds until the bar appears.
        clock: Seconds from any origin.
        counted: Whether they are things, not bytes.

    >>> with LateProgress("Copying", 10) as progress:
    ...     progress.advance(10)
    """

    def __init__(
        self,
        title: str,
        total: int,
        *,
        after: float = 2.0,
        clock: Callable[[], float] = time.monotonic,
        counted: bool = False,
    ) -> None:
        self.shown = False
        self._after, self._clock, self._begun = after, clock, clock()
        self._console = Console(stderr=True, highlight=False, emoji=False)
        done = MofNCompleteColumn() if counted else DownloadColumn()
        columns = (TextColumn("{task.description}"), BarColumn(), done, TimeRemainingColumn())
        self._progress = Progress(*columns, console=self._console, transient=True)
        self._task = self._progress.add_task(title, total=total)

    def advance(self, amount: int) -> None:
        """Note that so many bytes more are done."""
        self._progress.advance(self._task, amount)
        if not self.shown and self._console.is_terminal and self._clock() - self._begun >= self._after:
            self.shown = True
            self._progress.start()

    def __enter__(self) -> LateProgress:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.shown:
            self._progress.stop()
