"""What a stand-in for another orchestrator asks of Prefect: where the running code is, and its secrets."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from prefect.client.schemas.objects import State
from prefect.context import FlowRunContext, TaskRunContext
from prefect.futures import PrefectFuture
from prefect.states import Completed
from prefect.utilities.annotations import quote


@dataclass(frozen=True, slots=True)
class Here:
    """Where the running code is.

    Args:
        flow: Name of the flow; empty outside flows.
        run_id: Prefect's flow run id.
        run_name: Its name.
        task: Name of the task; empty in a flow's body.
        task_run_id: Prefect's task run id.
        parameters: What the flow was called with.
    """

    flow: str = ""
    run_id: str = ""
    run_name: str = ""
    task: str = ""
    task_run_id: str = ""
    parameters: Any = None


class Loadable(PrefectFuture[Any]):
    """A value of the past: where a task or flow is given one, Prefect puts the value there, as it does for futures.

    Promises: `load` gives the same value each time; `task_run_id` is that of the task run that made it, or an id of its
    own if none did.
    """

    def __init__(self) -> None:
        """Nothing: Prefect's own is for task runs that go on."""

    @abstractmethod
    def load(self) -> Any:
        """The value."""

    @property
    @abstractmethod
    def task_run_id(self) -> UUID:
        """The task run that made it."""

    @property
    def state(self) -> State[Any]:
        """It is there."""
        return Completed(data=self.load())

    def wait(self, timeout: float | None = None) -> None:
        """Nothing: it is there."""

    def result(self, timeout: float | None = None, raise_on_failure: bool = True) -> Any:
        """The value."""
        return self.load()

    def add_done_callback(self, fn: Callable[[PrefectFuture[Any]], None]) -> None:
        """Call it: it is there."""
        fn(self)


def kept(given: Any) -> Any:
    """An argument of a flow that is to stay what it is, if it is a value of the past."""
    return quote(given) if isinstance(given, Loadable) else given


def here() -> Here | None:
    """Where the running code is; None outside of flows and tasks.

    >>> here() is None
    True
    """
    task, flow = TaskRunContext.get(), FlowRunContext.get()
    if task is None and (flow is None or flow.flow_run is None):
        return None
    run = flow.flow_run if flow is not None else None
    return Here(
        flow=flow.flow.name if flow is not None and flow.flow is not None else "",
        run_id=str(run.id) if run is not None else str(task.task_run.flow_run_id or "") if task is not None else "",
        run_name=run.name if run is not None else "",
        task=task.task.name if task is not None else "",
        task_run_id=str(task.task_run.id) if task is not None else "",
        parameters=dict(flow.parameters or {}) if flow is not None else {},
    )


def running() -> tuple[Any, ...]:
    """The task and the flow that are running, the inner one first.

    >>> running()
    ()
    """
    task, flow = TaskRunContext.get(), FlowRunContext.get()
    return tuple(
        each for each in (task.task if task is not None else None, flow.flow if flow is not None else None) if each
    )


def api() -> str:
    """Where Prefect's server answers; empty where one is started for each process.

    >>> isinstance(api(), str)
    True
    """
    from prefect.settings import PREFECT_API_URL

    return str(PREFECT_API_URL.value() or "")


def secret(name: str) -> Any:
    """The value of a Secret block of Prefect's.

    Raises:
        ValueError: If there is none of that name.
    """
    from prefect.blocks.system import Secret

    block: Any = Secret.load(name)
    return block.get()
