"""Runs that users start themselves, in tasks and flows: which one is active where, and that each ends.

MLflow keeps its stack of active runs by thread. Threads of a pool are used again, so that a run which a task forgot to
end would take what the next task logs; and the tasks that take turns on an event loop share one thread, so that one's
metrics would land in another's run. Here a submitted task, and each that is async, has a stack of its own; what is
left on it when the task is over is ended. Everything else shares the stack of its thread, as it does in MLflow.
"""

from __future__ import annotations

import sys
import threading
from contextvars import ContextVar
from typing import Any

from bridge.tracking.quiet import quiet

FLUENT = "mlflow.tracking.fluent"


class OwnRuns:
    """The runs that are started by a task or in the body of a flow.

    Args:
        apart: Whether others that run on this thread meanwhile have runs of their own: it is async.
    """

    def __init__(self, *, apart: bool) -> None:
        self.thread, self._apart = threading.get_ident(), apart
        self._stack: list[Any] | None = None
        stacks = _stacks()
        self._inherited = len(stacks.get()) if stacks is not None else 0
        if stacks is not None:
            self.stack(stacks.get())

    def stack(self, outer: list[Any]) -> list[Any]:
        """MLflow's stack for this thread now, beginning with the runs that were active before.

        Args:
            outer: The stack that was in force before; if MLflow has been loaded since, the thread's, which is empty.
        """
        if self._stack is None:
            self._stack = list(outer) if self._apart else outer
        return self._stack

    def end(self, status: str) -> None:
        """End those that nobody has ended."""
        fluent = sys.modules.get(FLUENT)
        while fluent is not None and self._stack is not None and len(self._stack) > self._inherited:
            with quiet():
                fluent.end_run(status)


own_runs: ContextVar[OwnRuns | None] = ContextVar("bridge_own_runs", default=None)
"""Of the task or flow that the running code belongs to."""


def begin(*, apart: bool, is_flow: bool = False) -> OwnRuns | None:
    """What a task or a flow is to have in its context; None if it shares what there is.

    Args:
        apart: It is async.
        is_flow: It is a flow: what its body has left is ended with it, on whatever thread.

    >>> begin(apart=False, is_flow=True) is not None
    True
    """
    held = own_runs.get()
    if not (apart or is_flow) and held is not None and held.thread == threading.get_ident():
        return None
    return OwnRuns(apart=apart)


def extend(fluent: Any) -> None:
    """Let MLflow's stack of active runs be that of the task or flow that asks."""
    fluent._active_run_stack = _Stacks(fluent._active_run_stack)


def _stacks() -> Any:
    return getattr(sys.modules.get(FLUENT), "_active_run_stack", None)


class _Stacks:
    """MLflow's variable of each thread, but for code that has a stack of its own."""

    def __init__(self, own: Any) -> None:
        self._own = own

    def get(self) -> list[Any]:
        held = own_runs.get()
        stack: list[Any] = self._own.get()
        return held.stack(stack) if held is not None and held.thread == threading.get_ident() else stack

    def __getattr__(self, name: str) -> Any:
        return getattr(self._own, name)
