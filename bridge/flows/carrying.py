"""What goes with a task to another process: its flow run, and which versions its parameters are.

A runner that works in other processes hands over copies of values, so there no object is known by itself; and Prefect
forgets on the way which future a value came from. What this process knows is noted on the task that is sent.
"""

from __future__ import annotations

import copy
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial, wraps
from typing import Any

from prefect.task_runners import ThreadPoolTaskRunner

from bridge.domain.ports import Lender, Lent
from bridge.domain.version import Tie, VersionRef
from bridge.flows.current import RunContext, current_run
from bridge.flows.identity import table
from bridge.flows.inputs import futures_in
from bridge.workspace import available, guarded

_WRAPPED = "_bridge_carries"


@dataclass(frozen=True, slots=True)
class Luggage:
    """What is known of a call where it is submitted.

    Args:
        run: Flow run that it belongs to.
        steps: Parameters with the ids of the steps whose futures or states they hold.
        versions: Parameters with the versions that they are, and how that is known.
        tracker: What does the tracker's work for this process, and does it for the one that the task is sent to.
    """

    run: RunContext | None
    steps: tuple[tuple[str, str], ...] = ()
    versions: tuple[tuple[str, VersionRef, Tie], ...] = ()
    tracker: Lent | None = None


def packed(parameters: Mapping[str, Any]) -> Luggage:
    """What is known here of a call's parameters.

    >>> packed({"x": 1}).versions
    ()
    """
    versions = tuple((slot, ref, tie) for slot, value in parameters.items() for ref, tie in table.find(value))
    return Luggage(current_run.get(), tuple(futures_in(parameters)), versions)


def let_carry(runner: Any) -> None:
    """Make a task runner that has been started send luggage along; one that works in this process needs none."""
    if isinstance(runner, ThreadPoolTaskRunner) or _WRAPPED in runner.__dict__:
        return
    runner.submit = _carrying(runner)
    setattr(runner, _WRAPPED, True)


def _loaded(arguments: Mapping[str, Any]) -> Any:
    task = copy.copy(arguments["task"])
    task.bridge_luggage = replace(packed(arguments.get("parameters") or {}), tracker=_lent_to(task))
    return task


def _lent_to(task: Any) -> Lent | None:
    """What does the tracker's work here; started for a task that is certain to need it where it runs."""
    workspace, run = available(), current_run.get()
    if workspace is None or run is None or not isinstance(workspace.tracker, Lender):
        return None
    return workspace.tracker.lend(start=task.bridge_trial is not None or run.scope == "task")


def _carrying(runner: Any) -> Callable[..., Any]:
    original = runner.submit
    signature = inspect.signature(original)

    @wraps(original)
    def submit(*args: Any, **kwargs: Any) -> Any:
        call = signature.bind(*args, **kwargs)
        if getattr(type(call.arguments.get("task")), "is_bridge", False):
            call.arguments["task"] = (
                guarded("noting a task's inputs", lambda: _loaded(call.arguments), on_error="warn")
                or call.arguments["task"]
            )
            _name_by_chance(runner)
        return original(*call.args, **call.kwargs)

    return submit


def _name_by_chance(runner: Any) -> None:
    """Let Dask's client name what it is sent by a number made up for it, not by a digest of all of it.

    A task run's id is among what it is sent, so no two digests are the same anyway; and pickling everything up to three
    times for one, large parameters among it, is most of what submitting costs.
    """
    if type(runner).__module__.partition(".")[0] != "prefect_dask":
        return
    client = runner.client  # makes one where there is none yet: only ask where something is submitted
    if "submit" not in vars(client) and "pure" in inspect.signature(client.submit).parameters:
        client.submit = partial(client.submit, pure=False)
