"""Lets two tasks train at once under MLflow's autologging: relies on private names of MLflow's.

MLflow keeps one training session for a whole process, so that what a `fit` trains inside is not logged by itself. Of
two tasks that train in two threads the second one is then taken for a part of the first, and nothing of it is logged.
Here a session belongs to the thread, where that runs a task or a flow; threads that have no run (those of a library
that trains in parallel) see the session of whoever has one, as under MLflow alone. Ends with a MLflow that keeps them
apart (3.17.2 does not).
"""

from __future__ import annotations

import sys
import threading
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

from bridge.tracking.current import current_flow_run

PACKAGE = "mlflow.utils.autologging_utils"
NAMES = ("_training_sessions",)
SAFETY_NAMES = ("_AutologgingSessionManager", "AutologgingSession")


class Stack:
    """A list's five operations that MLflow uses, on a list for each thread.

    >>> stack = Stack()
    >>> stack.append("fit"), len(stack), stack[-1], list(stack), stack.pop(), bool(stack)
    (None, 1, 'fit', ['fit'], 'fit', False)
    """

    def __init__(self) -> None:
        self._of_threads: dict[int, list[Any]] = {}

    def _seen(self) -> list[Any]:
        mine = self._of_threads.get(threading.get_ident(), [])
        if mine or current_flow_run.get() is not None:
            return mine
        return next((others for others in list(self._of_threads.values()) if others), mine)

    def append(self, session: Any) -> None:
        """Begin a session."""
        self._of_threads.setdefault(threading.get_ident(), []).append(session)

    def pop(self) -> Any:
        """End the session that this thread began last."""
        mine = self._of_threads[threading.get_ident()]
        session = mine.pop()
        if not mine:
            del self._of_threads[threading.get_ident()]
        return session

    def __len__(self) -> int:
        return len(self._seen())

    def __getitem__(self, position: int) -> Any:
        return self._seen()[position]

    def __iter__(self) -> Iterator[Any]:
        return iter(list(self._seen()))


class _Sessions(list[Any]):
    """The classes of sessions, each given a stack of its own when it is made."""

    def append(self, made: Any) -> None:
        made._session_stack = Stack()
        super().append(made)


def extend() -> None:
    """Keep sessions by thread; nothing if this MLflow has other names. Twice is once.

    >>> extend()
    """
    package, safety = sys.modules.get(PACKAGE), sys.modules.get(f"{PACKAGE}.safety")
    fits = package is not None and all(hasattr(package, name) for name in NAMES)
    if not fits or safety is None or not all(hasattr(safety, name) for name in SAFETY_NAMES):
        return
    if isinstance(getattr(package, "_training_sessions", None), _Sessions):
        return
    known, package._training_sessions = package._training_sessions, _Sessions()  # type: ignore[union-attr]
    for made in known:
        package._training_sessions.append(made)  # type: ignore[union-attr]
    _extend_sessions(safety)


def _extend_sessions(safety: Any) -> None:
    kind, session, stack = safety._AutologgingSessionManager, safety.AutologgingSession, Stack()

    def begun(integration: str) -> Any:
        stack.append(stack[-1] if len(stack) else session(integration, uuid.uuid4().hex))
        return stack[-1]

    @contextmanager
    def start_session(integration: str) -> Iterator[Any]:
        mine = begun(integration)
        try:
            yield mine
        finally:
            stack.pop()

    @asynccontextmanager
    async def astart_session(integration: str) -> AsyncIterator[Any]:
        mine = begun(integration)
        try:
            yield mine
        finally:
            stack.pop()

    kind.start_session = staticmethod(start_session)
    kind.astart_session = staticmethod(astart_session)
    kind.active_session = staticmethod(lambda: stack[-1] if len(stack) else None)
