"""The thread that reads what was recorded and sends it as events, beside the user's code."""

from __future__ import annotations

import atexit
import threading
import time
from collections import deque
from dataclasses import dataclass
from pathlib import Path

from bridge.domain.errors import BridgeError
from bridge.domain.ports import Catalog
from bridge.lineage.openlineage.endpoints import Endpoint
from bridge.lineage.openlineage.events import Event, Source
from bridge.lineage.openlineage.history import Happened, What, events_of
from bridge.lineage.openlineage.unsent import Unsent
from bridge.workspace import warn_once

GATHER = 0.2
"""Seconds for which more is waited for, so that a burst of short tasks is read and sent together."""

IDLE = 2.0
"""Seconds after which a thread with nothing to do ends; the next happening begins another."""

AT_ONCE = 500
"""Happenings that are read and sent together at most."""

MOST = 100_000
"""Happenings that wait at most; they are two words each."""

PAUSE = 30.0
"""Seconds for which an endpoint that failed is left alone."""


@dataclass(slots=True)
class Count:
    """What became of events so far."""

    sent: int = 0
    kept: int = 0
    lost: int = 0


class Sender:
    """Sends what happens, from a thread of its own that is begun when there is something.

    Args:
        catalog: Where what happened is recorded.
        source: Who tells.
        endpoint: Where to.
        home: Folder for what could not be sent.

    Telling it takes microseconds and never fails. Thread-safe.
    """

    def __init__(self, catalog: Catalog, *, source: Source, endpoint: Endpoint, home: Path) -> None:
        self._catalog, self._source, self._endpoint = catalog, source, endpoint
        self.unsent = Unsent(home)
        self.count = Count()
        self._waiting: deque[Happened] = deque()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._busy = self._closing = self._registered = self._tried_before = False
        self._failed_at = float("-inf")

    def tell(self, what: What, id: str) -> None:
        """Note that something happened to a run or a step that is recorded."""
        with self._changed:
            if len(self._waiting) >= MOST:
                self.count.lost += 2
                return
            self._waiting.append((what, id))
            if self._thread is None and not self._closing:
                self._thread = threading.Thread(target=self._work, name="bridge-openlineage", daemon=True)
                self._thread.start()
                if not self._registered:
                    self._registered = True
                    atexit.register(self.close)
            self._changed.notify_all()

    def flush(self, patience: float) -> bool:
        """Wait until everything is sent or kept; False if that takes longer."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._waiting and not self._busy, patience)

    def close(self, patience: float = 10.0) -> None:
        """Send what waits, and end; what is not sent in time is kept, or can be exported from the catalog."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        if not self.flush(patience):
            self._failed_at = time.monotonic()  # the thread goes on, and keeps instead of sending
            self.flush(1.0)

    def _work(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or self._closing, IDLE)
                if not self._waiting:
                    self._thread = None
                    return
                if not self._closing:
                    self._changed.wait_for(lambda: self._closing, GATHER)
                some = [self._waiting.popleft() for _ in range(min(AT_ONCE, len(self._waiting)))]
                self._busy = True
            try:
                self._deliver(some)
            except Exception as error:  # noqa: BLE001 - a thread's error is nobody's; the run goes on
                self.count.lost += len(some)
                warn_once("openlineage", f"bridge: lineage events could not be made: {error!r}. The run goes on.")
            finally:
                with self._changed:
                    self._busy = False
                    self._changed.notify_all()

    def _deliver(self, some: list[Happened]) -> None:
        try:
            events = events_of(self._catalog, some, self._source)
        except BridgeError as error:
            self.count.lost += len(some)
            self._warn(f"the catalog does not answer: {error}")
            return
        if time.monotonic() - self._failed_at < PAUSE:
            self._keep(events)
            return
        if not self._tried_before:
            self._tried_before = True
            self._send_kept()
        self._send(events)

    def _send_kept(self) -> None:
        with self.unsent.taken() as kept:
            while kept and time.monotonic() - self._failed_at >= PAUSE:
                try:
                    del kept[: self._endpoint.send(kept[:AT_ONCE])]
                except BridgeError as error:
                    self._failed(str(error))

    def _send(self, events: list[Event]) -> None:
        while events:
            if time.monotonic() - self._failed_at < PAUSE:
                self._keep(events)
                return
            try:
                taken = self._endpoint.send(events)
            except BridgeError as error:
                self._failed(str(error))
                continue
            self.count.sent += taken
            events = events[taken:]

    def _failed(self, why: str) -> None:
        self._failed_at = time.monotonic()
        self._tried_before = False
        self._warn(why)

    def _warn(self, why: str) -> None:
        warn_once(
            "openlineage",
            f"bridge: lineage events are not sent: {why} They are kept in {self.unsent.folder} and sent by a later "
            f"run; the catalog has everything, and `bridge lineage export --openlineage FILE` writes it.",
        )

    def _keep(self, events: list[Event]) -> None:
        try:
            kept = self.unsent.add(events)
        except BridgeError:
            kept = 0
        self.count.kept += kept
        self.count.lost += len(events) - kept
        if kept < len(events):
            warn_once(
                "openlineage-lost",
                f"bridge: no more lineage events are kept in {self.unsent.folder}; the catalog has everything, and "
                f"`bridge lineage export --openlineage FILE` writes it.",
            )
