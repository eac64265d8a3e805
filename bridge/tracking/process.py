"""A tracker's work in a process of its own, so that MLflow's import costs the user's run neither time nor memory."""

from __future__ import annotations

import atexit
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, TimeoutError
from contextlib import suppress
from dataclasses import replace
from multiprocessing.connection import Connection, Pipe
from typing import Any

from bridge.domain.errors import BridgeError, TrackerGoneError
from bridge.domain.measures import Measure
from bridge.domain.model import ModelVersion
from bridge.domain.run import Run
from bridge.tracking.priority import call_forward, send_back
from bridge.tracking.registry import Registration
from bridge.tracking.registry.packing import pack

OnError = Callable[[BaseException, str], None]

START = (
    "'the tracker of bridge, for process {pid}'; import gc, sys; gc.disable(); sys.path[:] = {path!r}; "
    "from {module} import main; main({handle})"
)
"""What the process runs: it finds what this one finds, the modules of the user's own models among them. Without the
collector MLflow is imported in a sixth less time; the host turns it on again."""


class TrackerProcess:
    """The tracker of `bridge.tracking.host`, in a process that is started when there is first something to do.

    Calls are sent to it and return at once; it does them in order. It outlives this process until what was sent is
    done, if this one is killed too, and ends as killed the runs that this one can end no more.

    Args:
        module: Module whose `main` takes the number of the connection's file: see `bridge.tracking.host.serve`.
        greeting: Sent first.
        on_error: Told of what went wrong, here or there, and what was being done.
        on_registered: Told of each model version that it registered, which the catalog has by then.
        patience: Seconds that the end of this process waits for what was sent.
    """

    def __init__(
        self,
        module: str,
        greeting: object,
        *,
        on_error: OnError,
        patience: float,
        on_registered: Callable[[ModelVersion], None] = lambda _: None,
    ) -> None:
        self._module, self._greeting, self._on_error, self.patience = module, greeting, on_error, patience
        self._on_registered = on_registered
        self._renew()

    def _renew(self) -> None:
        self._pid = os.getpid()
        self._lock = threading.Lock()
        self._line: _Line | None = None
        self._begun: dict[str, Future[str | None]] = {}

    def start_run(self, run: Run, *, experiment: str | None, tags: Mapping[str, str]) -> None:
        """Begin the MLflow run of a flow run.

        Raises:
            OSError: If no process can be started.
        """
        line = self._connected()
        if run.parent_id is not None and self._is_lost(run.parent_id):
            run = replace(run, parent_id=None)
        self._begun[run.id] = line.expect(run.id)
        settings = {name: value for name, value in os.environ.items() if name.startswith("MLFLOW_")}
        line.send("start_run", settings, run, experiment, dict(tags))

    def log(self, run_id: str, **what: Mapping[str, Any] | None) -> None:
        """Add to the MLflow run of a flow run."""
        if not self._is_lost(run_id):
            self._connected().send("log", run_id, {name: dict(values or {}) for name, values in what.items()})

    def log_series(self, run_id: str, measures: Sequence[Measure]) -> None:
        """Add metrics with their steps."""
        if not self._is_lost(run_id):
            self._connected().send("log_series", run_id, list(measures))

    def end_run(self, run_id: str, state: str, ended_ms: int) -> None:
        """End the MLflow run."""
        if not self._is_lost(run_id):
            self._connected().send("end_run", run_id, state, ended_ms)
        self._begun.pop(run_id, None)

    def close_dead(self, runs: Sequence[tuple[str, str]]) -> None:
        """End the MLflow runs of processes that are gone."""
        self._connected().send("close_dead", list(runs))

    def register(self, registration: Registration) -> None:
        """Register a model version."""
        self._connected().send("register", pack(registration))

    def set_model_alias(self, name: str, alias: str, number: int | None) -> None:
        """Point an alias of a registered model at a version of it, or take it away."""
        self._connected().send("set_model_alias", name, alias, number)

    def flush(self, timeout: float) -> bool:
        """Wait until everything that was sent is done; False if time ran out."""
        line = self._line
        return line is None or self._pid != os.getpid() or line.flush(timeout)

    def tracking_id(self, run_id: str, timeout: float) -> str | None:
        """MLflow's id of a run that was begun here, waiting while it is on its way; None if it is not there by then.

        Raises:
            KeyError: If it was not begun here.
        """
        begun = self._begun[run_id]
        if not begun.done() and self._line is not None:
            self._line.hurry()
        try:
            return begun.result(timeout) or None
        except TimeoutError:
            return None

    def when_begun(self, run_id: str, call: Callable[[str | None], None]) -> None:
        """Call with MLflow's id of a run that was begun here once it is there, on the thread that hears of it."""
        begun = self._begun.get(run_id)
        if begun is not None:
            begun.add_done_callback(lambda done: call(done.result()))

    def _is_lost(self, run_id: str) -> bool:
        """Whether the process that was to begin a run is gone: nobody is to wait for it."""
        begun = self._begun.get(run_id)
        return begun is not None and begun.done() and begun.result() is None

    def is_startable(self) -> bool:
        """Whether the process is there, or can be started. One that never answered is not started again."""
        if self._line is not None and self._line.is_closed and not self._line.is_ready:
            return False
        try:
            self._connected()
        except OSError as error:
            self._on_error(error, "starting the tracker's process")
            return False
        return True

    def close(self) -> None:
        """Wait for what was sent, and let the process go."""
        line, self._line = self._line, None
        if line is not None:
            atexit.unregister(line.end)
            line.end()

    def _connected(self) -> _Line:
        if self._pid != os.getpid():  # a forked child: the connection is its parent's
            self._renew()
        with self._lock:
            if self._line is None or self._line.is_closed:
                self._line = _Line(self._module, self._greeting, self._on_error, self.patience, self._on_registered)
                atexit.register(self._line.end)
            return self._line


class _Line:
    """The connection to a process, and the thread that hears what it answers."""

    def __init__(
        self,
        module: str,
        greeting: object,
        on_error: OnError,
        patience: float,
        on_registered: Callable[[ModelVersion], None],
    ) -> None:
        self._on_error, self._patience, self._owner = on_error, patience, os.getpid()
        self._on_registered = on_registered
        self._sending, self._heard = threading.Lock(), threading.Condition()
        self._asked, self._answered = 0, 0
        self._expected: dict[str, Future[str | None]] = {}
        self.is_closed = self.is_ready = False
        self._connection, theirs = Pipe()
        with theirs:
            self._process = _start(module, theirs)
        threading.Thread(target=self._hear, name="bridge-tracking-answers", daemon=True).start()
        self._send(greeting)

    def expect(self, run_id: str) -> Future[str | None]:
        begun = self._expected[run_id] = Future()
        if self.is_closed:
            self._expect_nothing()
        return begun

    def _expect_nothing(self) -> None:
        for run_id in list(self._expected):
            begun = self._expected.pop(run_id, None)
            if begun is not None:
                begun.set_result(None)

    def send(self, *message: object) -> None:
        self._send(message)

    def _send(self, message: object) -> None:
        try:
            with self._sending:
                self._connection.send(message)
        except (OSError, ValueError):
            self._close()

    def hurry(self) -> None:
        """Let the process have its share, as somebody waits for it."""
        call_forward(self._process.pid)

    def flush(self, timeout: float) -> bool:
        deadline = time.monotonic() + timeout
        self.hurry()
        with self._heard:
            self._asked += 1
            mine = self._asked
        self.send("flush", mine)
        with self._heard:
            while self._answered < mine and not self.is_closed:
                left = deadline - time.monotonic()
                if left <= 0 or not self._heard.wait(left):
                    return self._answered >= mine
        return True

    def end(self) -> None:
        """Wait for what was sent, and let the process go: at the end of the interpreter, too."""
        if self.is_closed or self._owner != os.getpid():
            return
        with suppress(KeyboardInterrupt):  # it is done all the same, but nobody waits for it
            self.flush(self._patience)
        self.is_closed = True  # from here on its end is no surprise
        self.send("goodbye")
        self._process.returncode = 0  # it ends by itself, when it is done: nobody has to wait for it

    def _hear(self) -> None:
        try:
            while True:
                self._take(*self._connection.recv())
        except (EOFError, OSError):
            self._close()

    def _take(self, kind: str, *said: Any) -> None:
        if kind == "flushed":
            with self._heard:
                self._answered = max(self._answered, said[0])
                self._heard.notify_all()
        elif kind == "begun":
            begun = self._expected.pop(said[0], None)
            if begun is not None:
                begun.set_result(said[1] or "")  # empty where it is kept, as the tracker does not answer
        elif kind == "error":
            text, doing = said
            self._on_error(BridgeError(text), doing)
        elif kind == "registered":
            self._on_registered(said[0])
        elif kind == "ready":
            self.is_ready = True

    def _close(self) -> None:
        with self._heard:
            was_closed, self.is_closed = self.is_closed, True
            self._heard.notify_all()
        if was_closed or self._owner != os.getpid():
            return
        self._expect_nothing()
        self._on_error(TrackerGoneError(sys.executable, answered=self.is_ready), "tracking")


def _start(module: str, theirs: Connection) -> subprocess.Popen[bytes]:
    if not sys.executable or getattr(sys, "frozen", False):
        raise OSError("there is no Python interpreter to run it")
    code = START.format(pid=os.getpid(), path=sys.path, module=module, handle=theirs.fileno())
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        pass_fds=[theirs.fileno()],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # Ctrl-C is for the user's process
    )
    send_back(process.pid)
    return process
