"""Transfers that take over two seconds are shown: a bar on a terminal, else a line of the log now and then.

In a run Prefect's lines go to the same terminal, so there it is lines too. `BRIDGE_PROGRESS=false` switches both off.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
import time
from contextlib import AbstractContextManager, nullcontext
from types import TracebackType
from typing import TYPE_CHECKING

from bridge.domain.progress import stop, use
from bridge.domain.secret_urls import redacted

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

AFTER = 2.0
"""Seconds that a transfer has before it is shown."""

EVERY = 10.0
"""Seconds between two lines of the log."""

_LEAST = 1 << 20
_TICK = 0.2
_DONE = {"sending": "sent", "writing": "wrote", "hashing": "hashed", "fetching": "fetched", "reading": "read"}

logger = logging.getLogger("bridge.progress")


class Transfer:
    """A value on its way, as a `Meter`, and the `with` block in which the store tells it how far it is.

    Shown by a thread that all transfers of the process share. A small value pays for an object and nothing else.

    Args:
        name: Of the artifact.
        place: The store's URL.
        in_run: Whether a flow run's log goes on beside it.

    >>> transfer = Transfer("numbers", "s3://bucket/store", in_run=True)
    >>> with transfer:
    ...     transfer.begin("sending", 500_000_000)
    ...     transfer.advance(340_000_000)
    >>> transfer.line(10.0)
    "bridge: sending 'numbers' to s3://bucket/store: 340 of 500 MB, 34 MB/s"
    """

    def __init__(self, name: str, place: str, *, in_run: bool) -> None:
        self.name, self.place, self.in_run = name, place, in_run
        self.doing, self.total, self.done = "", 0, 0
        self.begun = self.phase_begun = self.said_at = 0.0
        self.task: TaskID | None = None

    def __enter__(self) -> Transfer:
        self._token = use(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        stop(self._token)
        if self.begun:
            _shower.remove(self)

    def begin(self, doing: str, total: int | None) -> None:
        """Note what is being done; from the first such note on it may be shown."""
        if total is not None and total < _LEAST:
            return
        with _shower.counting:
            self.doing, self.total, self.done, self.phase_begun = doing, total or 0, 0, time.monotonic()
        if not self.begun:
            self.begun = self.phase_begun
            _shower.add(self)

    def advance(self, amount: int) -> None:
        """Note that so many bytes more are done."""
        with _shower.counting:
            self.done += amount

    def line(self, seconds: float, *, ended: bool = False) -> str:
        """What the log says after so many seconds."""
        doing = _DONE.get(self.doing, self.doing) if ended else self.doing
        where = "to" if self.doing in ("sending", "writing") else "from"
        place = "" if self.doing == "hashing" else f" {where} {redacted(self.place)}"
        done = f"{self.done / 1e6:.0f}"
        amount = f"{done} of {self.total / 1e6:.0f} MB" if self.total and not ended else f"{done} MB"
        return f"bridge: {doing} {self.name!r}{place}: {amount}, {self.done / 1e6 / max(seconds, 0.001):.0f} MB/s"


def shown(name: str, place: str, *, in_run: bool, wanted: bool) -> AbstractContextManager[object]:
    """A `with` block in which what the store does is shown, if it takes long.

    Args:
        name: Of the artifact.
        place: The store's URL.
        in_run: Whether a flow run's log goes on beside it.
        wanted: False shows nothing.
    """
    return Transfer(name, place, in_run=in_run) if wanted else nullcontext()


class _Shower:
    """Looks at the transfers of this process five times a second, while there are any."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Begin anew, as after a fork, where the thread is not there."""
        self.counting = threading.Lock()  # one for all: it is taken once for a megabyte or more
        self._changed = threading.Condition(threading.RLock())
        self._going: list[Transfer] = []
        self._thread: threading.Thread | None = None
        self._bar: Progress | None = None

    def add(self, transfer: Transfer) -> None:
        with self._changed:
            self._going.append(transfer)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="bridge-progress", daemon=True)
                self._thread.start()
            self._changed.notify()

    def remove(self, transfer: Transfer) -> None:
        with self._changed:
            self._going.remove(transfer)
            if transfer.said_at:
                logger.info(transfer.line(time.monotonic() - transfer.phase_begun, ended=True))
            if self._bar is not None and transfer.task is not None:
                self._bar.remove_task(transfer.task)
                if not self._bar.tasks:
                    self._bar.stop()
                    self._bar = None

    def _run(self) -> None:
        while True:
            with self._changed:
                while not self._going:
                    self._changed.wait()
                self._changed.wait(_TICK)
                for transfer in self._going:
                    self._show(transfer, time.monotonic())

    def _show(self, transfer: Transfer, now: float) -> None:
        if now - transfer.begun < AFTER:
            return
        try:
            if transfer.task is not None or (not transfer.said_at and not transfer.in_run and _has_terminal()):
                self._draw(transfer)
            elif now - transfer.said_at >= EVERY:
                transfer.said_at = now
                _let_lines_through()
                logger.info(transfer.line(now - transfer.phase_begun))
        except Exception:  # noqa: BLE001  a terminal that went away is no reason to disturb the transfer
            transfer.said_at = now

    def _draw(self, transfer: Transfer) -> None:
        if self._bar is None:
            self._bar = _new_bar()
            self._bar.start()
        if transfer.task is None:
            transfer.task = self._bar.add_task("")
        said = f"{transfer.doing.capitalize()} {transfer.name}"
        self._bar.update(
            transfer.task, description=said, completed=transfer.done, total=transfer.total or None, refresh=True
        )


def _new_bar() -> Progress:
    from rich.console import Console  # 40 ms to import, which two seconds have room for
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn

    text = TextColumn("{task.description}", markup=False)
    columns = (text, BarColumn(bar_width=None), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn())
    return Progress(*columns, console=Console(stderr=True), transient=True, auto_refresh=False, expand=True)


def _has_terminal() -> bool:
    return sys.stderr is not None and sys.stderr.isatty() and os.environ.get("TERM", "") not in ("dumb", "unknown")


def _let_lines_through() -> None:
    """Prefect shows what passes the root logger's WARNING only; who has set a level for `bridge` keeps it."""
    if logging.getLogger("bridge").level == logging.NOTSET and logger.level == logging.NOTSET:
        logger.setLevel(logging.INFO)


_shower = _Shower()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_shower.reset)
