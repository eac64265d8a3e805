"""The way to one tracker: what is put into it is written down, and sent by a thread in batches."""

from __future__ import annotations

import os
import threading
import time
import weakref
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from bridge.domain.errors import CatalogError, TrackerSilentError, TrackingError
from bridge.domain.ports.tracker import Callbacks
from bridge.tracking.aside import set_aside
from bridge.tracking.entries import Batch, Begin, End, Entry, Pointing, Register
from bridge.tracking.journal import Journal
from bridge.tracking.reach import silence
from bridge.tracking.sending import NotBegunError, Place, Refusal, Sender, UnreachableError

MOST = 2000
"""Entries that are sent before what was sent is noted."""

LINGER = 0.05
"""Seconds for which metrics are collected before they are sent, if nobody waits for them."""

STALLED = 1.0
"""Seconds without an answer after which somebody who waits has the server asked whether it is there."""

FIRST_REST, LONGEST_REST = 1.0, 15.0
"""Seconds after which a tracker that does not answer is asked again; they double."""

WAIT_ELSEWHERE = 60.0
"""Seconds for which a run that another process begins is waited for before what goes to it is kept."""


class Lane:
    """What goes to one tracker. Thread-safe; begins anew in a forked child.

    Args:
        uri: The tracker.
        place: Where runs go if the user has set nothing.
        folder: Where what is not sent is written down.
        callbacks: What it tells and asks the workspace.
        on_begun: Told of each run begun, with MLflow's run, by the thread.
    """

    def __init__(
        self,
        uri: str,
        place: Place,
        folder: Path,
        callbacks: Callbacks,
        on_begun: Callable[[Begin, Any], None] = lambda begin, run: None,
    ) -> None:
        self.uri, self.folder, self._callbacks, self._on_begun = uri, folder, callbacks, on_begun
        self._journal, self._parked = Journal(folder, uri), Journal(folder, uri)
        self.sender = Sender(uri, place, callbacks, on_begun=self._begun)
        self._open: dict[str, str] = {}
        self._leftovers: Callable[[Lane], Iterator[object]] | None = None
        self._renew()
        own = weakref.ref(self)
        os.register_at_fork(after_in_child=lambda: _after_fork(own()))

    def _renew(self) -> None:
        """Begin anew: a forked child has no thread, and what waits is its parent's."""
        self._todo: deque[tuple[int, Entry]] = deque()
        self._changed = threading.Condition(threading.Lock())
        self._writing = threading.Lock()
        self._thread: threading.Thread | None = None
        self._resting = self._doubtful = self._closed = False
        self._awaited = self._put = self._done_with = 0
        self._progress = time.monotonic()
        self._missing_since: float | None = None

    def after_fork(self) -> None:
        """Begin anew in a forked child."""
        self._journal.after_fork()
        self._parked.after_fork()
        self._open = {}
        self._renew()

    def and_then(self, leftovers: Callable[[Lane], Iterator[object]]) -> None:
        """Do something bit by bit whenever everything is sent and the tracker answers: once."""
        self._leftovers = leftovers

    @property
    def is_resting(self) -> bool:
        """Whether the tracker does not answer, so that what goes to it is kept."""
        return self._resting

    def put(self, entry: Entry) -> None:
        """Send something after everything that was put before; it is written down when this returns."""
        with self._writing:
            number = self._write(entry)
            with self._changed:
                self._todo.append((number, entry))
                self._put += 1
                if self._thread is None:
                    self._progress = time.monotonic()
                    self._thread = threading.Thread(target=self._run, name="bridge-tracking", daemon=True)
                    self._thread.start()
                if len(self._todo) == 1 or len(self._todo) >= MOST or not isinstance(entry, Batch):
                    self._changed.notify_all()

    def _write(self, entry: Entry) -> int:
        try:
            return self._journal.append(entry)
        except (OSError, ValueError, TypeError) as error:  # it is sent all the same, if the process lives
            self._callbacks.on_error(error, "keeping what goes to the tracker")
            return 0

    # -- waiting

    def flush(self, timeout: float) -> bool:
        """Wait until everything is sent, or is kept because the tracker does not answer; False if time ran out."""
        deadline = time.monotonic() + timeout
        last = self._put
        if self._done_with >= last:
            return True
        if self._resting:
            self._ask_again()
        with _Awaited(self):
            return self._wait_until(lambda: self._resting or self._done_with >= last, deadline)

    def wait_for(self, ready: Callable[[], bool], timeout: float) -> bool:
        """Wait until something is so, or the tracker does not answer, or time ran out; says whether it is so."""
        with _Awaited(self):
            self._wait_until(lambda: self._resting or ready(), time.monotonic() + timeout)
        return ready()

    def _wait_until(self, done: Callable[[], bool], deadline: float) -> bool:
        while True:
            with self._changed:
                if done():
                    return True
                left = deadline - time.monotonic()
                if left <= 0:
                    return False
                self._changed.wait(min(left, 0.2))
            if time.monotonic() - self._progress > STALLED:
                self._progress = time.monotonic()
                why = silence(self.uri, max(0.1, min(STALLED, deadline - time.monotonic())))
                if why:
                    self.rest(UnreachableError(self.uri, why), why)

    def _ask_again(self) -> None:
        if not silence(self.uri, STALLED):
            self._go_on()

    # -- what the thread does

    def _run(self) -> None:
        pause = FIRST_REST
        bits: Iterator[object] | None = iter(())
        while not self._closed:
            entries = self._next(idle=bits is None)
            if self._resting:
                pause = self._rest_a_while(pause)
                continue
            try:
                if entries:
                    self._deliver(entries)
                    pause = FIRST_REST
                elif self._leftovers is not None:
                    leftovers, self._leftovers = self._leftovers, None
                    bits = leftovers(self)
                elif bits is not None and next(bits, None) is None:
                    bits = None  # nothing is left of others
            except UnreachableError as error:
                self._not_now(error)
            except BaseException as error:  # noqa: BLE001 - a thread's errors have nowhere else to go
                self._callbacks.on_error(error, "tracking")
                for _, entry in entries:
                    set_aside(self.folder, self.uri, entry, repr(error))
                self._done(entries)

    def _next(self, *, idle: bool) -> list[tuple[int, Entry]]:
        """What is to be sent next; waits for it if there is nothing else to do."""
        with self._changed:
            while not self._todo and not self._closed and (idle or self._resting) and self._leftovers is None:
                self._changed.wait()
            if 0 < len(self._todo) < MOST and not self._awaited and not self._resting and self._is_all_batches():
                self._changed.wait(LINGER)
            return [self._todo[i] for i in range(min(MOST, len(self._todo)))]

    def _is_all_batches(self) -> bool:
        return all(isinstance(entry, Batch) for _, entry in self._todo)

    def _deliver(self, entries: Sequence[tuple[int, Entry]]) -> None:
        refused = self.sender.send([entry for _, entry in entries], again=self._doubtful)
        self._doubtful = False
        for refusal in refused:
            self._refused(refusal)
        self._done(entries)

    def _refused(self, refusal: Refusal) -> None:
        if refusal.is_ours:
            self._callbacks.on_error(refusal.error, _doing(refusal.entry))
            return
        set_aside(self.folder, self.uri, refusal.entry, refusal.why)
        self._callbacks.on_error(TrackingError(self.uri, refusal.why), _doing(refusal.entry))

    def _done(self, entries: Sequence[tuple[int, Entry]]) -> None:
        with self._writing, self._changed:
            self._done_with += len(entries)
            for _, entry in entries:
                self._todo.popleft()
                if isinstance(entry, End):
                    self._open.pop(entry.run, None)
            self._progress, self._missing_since = time.monotonic(), None
            upto = max((number for number, _ in entries), default=0)
            if upto:
                self._noted(lambda: self._journal.sent(upto, self._open))
            self._changed.notify_all()

    def _begun(self, begin: Begin, run: Any) -> None:
        with self._writing:
            self._open[begin.run] = run.info.run_id
            self._noted(lambda: self._journal.begun(begin.run, run.info.run_id))
        self._on_begun(begin, run)
        with self._changed:
            self._changed.notify_all()

    def follow(self, run: str, tracking_id: str) -> None:
        """Note that a run of this process is open that was begun without this lane."""
        self.sender.ids[run] = tracking_id
        with self._writing:
            self._open[run] = tracking_id
            self._noted(lambda: self._journal.begun(run, tracking_id))

    def _noted(self, note: Callable[[], object]) -> None:
        try:
            note()
        except OSError as error:
            self._callbacks.on_error(error, "keeping what goes to the tracker")

    # -- a tracker that does not answer

    def _not_now(self, error: UnreachableError) -> None:
        self._doubtful = True
        if not isinstance(error, NotBegunError):
            self.rest(error, error.why)
            return
        now = time.monotonic()
        self._missing_since = self._missing_since or now
        if now - self._missing_since < WAIT_ELSEWHERE:
            time.sleep(min(0.5, 0.05 + (now - self._missing_since) / 20))
        else:
            self._park(error.run)

    def _park(self, run: str) -> None:
        """Leave what goes to a run that nobody begins to a later process, so that others do not wait for it."""
        with self._writing, self._changed:
            for _, entry in self._todo:
                if entry.run == run:
                    self._noted(lambda entry=entry: self._parked.append(entry))  # type: ignore[misc]
            rest = [one for one in self._todo if one[1].run != run]
            self._done_with += len(self._todo) - len(rest)
            self._todo = deque(rest)
            self._missing_since = None
            self._changed.notify_all()

    def rest(self, error: UnreachableError, why: str) -> None:
        """Send nothing for a while; what waits is kept."""
        with self._changed:
            was_resting, self._resting = self._resting, True
            self._changed.notify_all()
        if not was_resting and not isinstance(error.__cause__, CatalogError):  # who records has said that
            self._callbacks.on_error(TrackerSilentError(self.uri, why, str(self.folder)), "")

    def _rest_a_while(self, pause: float) -> float:
        with self._changed:
            self._changed.wait_for(lambda: not self._resting or self._closed, timeout=pause)
            if not self._resting or self._closed:
                return FIRST_REST
        if not silence(self.uri):
            self._go_on()
        return min(LONGEST_REST, 2 * pause)

    def _go_on(self) -> None:
        with self._changed:
            self._resting = False
            self._progress = time.monotonic()
            self._changed.notify_all()

    def close(self) -> None:
        """Let the thread go, and leave what is not sent to others."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        with self._writing:
            self._journal.close()
            self._parked.close()


class _Awaited:
    """While somebody waits, metrics are sent at once."""

    def __init__(self, lane: Lane) -> None:
        self._lane = lane

    def __enter__(self) -> None:
        with self._lane._changed:
            self._lane._awaited += 1
            self._lane._changed.notify_all()

    def __exit__(self, *_: object) -> None:
        with self._lane._changed:
            self._lane._awaited -= 1


def _doing(entry: Entry) -> str:
    if isinstance(entry, Register):
        return f"registering model {entry.registration.name!r}"
    if isinstance(entry, Begin):
        return f"beginning the MLflow run of {entry.name!r}"
    if isinstance(entry, Pointing):
        return f"setting {entry.name}@{entry.alias} in MLflow"
    return "ending an MLflow run" if isinstance(entry, End) else "logging to MLflow"


def _after_fork(lane: Lane | None) -> None:
    if lane is not None:
        lane.after_fork()
