"""A task run's key, and what goes with having one."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from prefect.context import FlowRunContext, TaskRunContext

from bridge.domain.errors import BridgeError
from bridge.flows.caching import noting
from bridge.flows.caching.decision import Caching
from bridge.flows.caching.serializer import BridgeSerializer
from bridge.flows.current import StepContext, current_step
from bridge.workspace import available
from bridge.workspace.guard import warn_once


def content_key(
    context: TaskRunContext, inputs: Mapping[str, Any], *, exclude: Collection[str], alone: bool, implied: bool = False
) -> str | None:
    """The key of a task run, which from now on keeps its result in bridge's store.

    Args:
        context: Of the task run; gets a result store that finds by content.
        inputs: The task's parameters, resolved.
        exclude: Those that do not count.
        alone: Whether no other policy counts too. Prefect passes over a policy without a key, so with others there is
            always one.
        implied: Whether a setting asks for it, and not the task.

    Returns:
        The key; None if there is none: then the task runs and nothing is kept.
    """
    run = str(context.task_run.id)
    no_key = None if alone else f"unkeyed-{run}"
    workspace = available()
    if workspace is None or not workspace.settings.enabled or context.task.isgenerator:
        return no_key
    from bridge.flows.caching.key import make_key

    noting.begin()
    step = _step(run)
    try:
        caching = make_key(workspace, context.task.fn, inputs, exclude=exclude)
    except BridgeError as error:
        caching = Caching(None, decision="unkeyed", why=str(error))
    caching.implied = implied
    if step is not None:
        step.caching = caching
    if caching.key is None:
        if not implied:
            warn_once(
                f"unkeyed {context.task.name}",
                f"bridge: task {context.task.name!r} has no cache key and runs every time: {caching.why} "
                f"docs/caching.md says what can be done.",
            )
        caching.decision = "unkeyed"
        return no_key
    find_by_content(context, caching)
    return caching.key


def find_by_content(context: TaskRunContext, caching: Caching) -> None:
    """Give a task run a result store that finds by content, where its user has not chosen where results lie."""
    from bridge.flows.caching.records import CatalogRecords
    from bridge.flows.caching.store import FoundByContent

    task, run = context.task, str(context.task_run.id)
    changed: dict[str, Any] = {}
    flow = getattr(FlowRunContext.get(), "flow", None)
    if task.result_serializer is None and getattr(flow, "result_serializer", None) is None:
        changed["serializer"] = BridgeSerializer().of_run(run)
    elif isinstance(context.result_store.serializer, BridgeSerializer):
        changed["serializer"] = context.result_store.serializer.of_run(run)
    if task.result_storage is None and getattr(flow, "result_storage", None) is None:
        changed["result_storage"] = CatalogRecords()
    context.result_store = FoundByContent.around(context.result_store, caching, run=run, task=task.name, **changed)


def keep_as_pointer(context: TaskRunContext) -> None:
    """Let a task whose user chose the serializer `bridge`, under a policy of Prefect's, find its results as well."""
    serializer = context.result_store.serializer
    if isinstance(serializer, BridgeSerializer) and not serializer.is_of_run:
        find_by_content(context, Caching(None))


def _step(run: str) -> StepContext | None:
    step = current_step.get()
    return step if step is not None and step.id == run else None
