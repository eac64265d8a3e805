"""Where bridge enters Prefect's engines: the one file that relies on Prefect's private names.

Prefect has no public way to see a task's resolved inputs, its run, its result and whether it was cached, for every
runner and without changing what the task is (`docs/compatibility.md` tells what was tried). So these methods
are extended, for tasks and flows that are bridge's only:

| method | what it shows |
|---|---|
| `SyncTaskRunEngine.start`, the async one | a task run's whole life with its retries, outside its time-out |
| `BaseTaskRunEngine._resolve_parameters` | futures before they are gone, values after |
| `SyncTaskRunEngine.handle_success`, the async one | the value, generators' too, and whether it was cached |
| `BaseTaskRunEngine.compute_transaction_key` | the key: the default policy's without its cost, and that of content |
| `TaskRunner.__enter__` | a runner that may send tasks to other processes |
| `ResultStore._from_metadata`, if there | another process's result in the catalog, where Prefect does not look |
| `State.result`, `State.aresult` | a value that comes back from another process |
| `link_state_to_task_run_result` of the task engines' module | a value that a generator yields |
| `FlowRunEngine.start`, `AsyncFlowRunEngine.start` | a flow run's whole life |
| `_send_heartbeats` of the flow engine's module, if there | nothing: up to a second's wait at a flow's end, left out |
| `FlowRunEngine.handle_success`, `AsyncFlowRunEngine.handle_success` | the flow's own result |
| `hydrated_context`, `SettingsContext.serialize`, `__init__` of clients, if there | see `bridge.flows.hydrating` |

Class methods are extended, not `run_task_sync` and its kin: runners import those by name. Ends when Prefect has public
task and flow life-cycle hooks with inputs and results.
"""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from functools import wraps
from typing import Any

import prefect
from prefect import context, flow_engine, task_engine
from prefect.client.orchestration import PrefectClient, SyncPrefectClient
from prefect.client.schemas.objects import State
from prefect.context import SettingsContext
from prefect.flow_engine import AsyncFlowRunEngine, FlowRunEngine
from prefect.results import ResultStore
from prefect.task_engine import AsyncTaskRunEngine, BaseTaskRunEngine, SyncTaskRunEngine
from prefect.task_runners import TaskRunner

from bridge.domain.errors import HostVersionError
from bridge.flows import hydrating, observing, page, quiet

FITS = ">=3.7,<4"

RELIED_ON: Sequence[tuple[Any, str, tuple[str, ...]]] = (
    (task_engine, "link_state_to_task_run_result", ("state", "result")),
    (SyncTaskRunEngine, "start", ("self", "task_run_id", "dependencies")),
    (AsyncTaskRunEngine, "start", ("self", "task_run_id", "dependencies")),
    (BaseTaskRunEngine, "_resolve_parameters", ("self",)),
    (BaseTaskRunEngine, "compute_transaction_key", ("self",)),
    (SyncTaskRunEngine, "handle_success", ("self", "result", "transaction")),
    (AsyncTaskRunEngine, "handle_success", ("self", "result", "transaction")),
    (TaskRunner, "__enter__", ("self",)),
    (State, "result", ("self", "raise_on_failure", "retry_result_failure")),
    (State, "aresult", ("self", "raise_on_failure", "retry_result_failure")),
    (FlowRunEngine, "start", ("self",)),
    (AsyncFlowRunEngine, "start", ("self",)),
    (FlowRunEngine, "handle_success", ("self", "result")),
    (AsyncFlowRunEngine, "handle_success", ("self", "result")),
)
"""Class or module, function and parameters that this file counts on."""

_CLIENT = ("self", "api", "auth_string", "api_key", "api_version", "httpx_settings", "server_type")

USED_IF_THERE: Sequence[tuple[Any, str, tuple[str, ...]]] = (
    (flow_engine, "_send_heartbeats", ("engine", "join_on_exit")),
    (ResultStore, "_from_metadata", ("metadata",)),
    *((place, "hydrated_context", ("serialized_context", "client")) for place in (context, task_engine, flow_engine)),
    (SettingsContext, "serialize", ("self", "include_secrets")),
    *((client, "__init__", _CLIENT) for client in (PrefectClient, SyncPrefectClient)),
)
"""The same, of what bridge can do without."""

_EXTENDED = "_bridge_extended"


def misfits() -> list[str]:
    """What differs from what this file counts on; empty if the installed Prefect fits.

    >>> misfits()
    []
    """
    return [misfit for it in RELIED_ON if (misfit := _misfit(*it)) is not None]


def _misfit(owner: Any, name: str, parameters: tuple[str, ...]) -> str | None:
    method = getattr(owner, name, None)
    if method is None:
        return f"{owner.__name__}.{name} is gone"
    there = tuple(inspect.signature(inspect.unwrap(method)).parameters)
    return None if there == parameters else f"{owner.__name__}.{name} takes {there}, not {parameters}"


def install() -> None:
    """Extend the engines. Doing it twice is doing it once.

    Raises:
        HostVersionError: If the installed Prefect is not one that this file fits.
    """
    found = misfits()
    if found:
        raise HostVersionError("Prefect", prefect.__version__, FITS, found)
    page.show_warnings()
    quiet.hush_workers()
    _extend(BaseTaskRunEngine, "_resolve_parameters", _resolving)
    _extend(BaseTaskRunEngine, "compute_transaction_key", _keying)
    _extend(task_engine, "link_state_to_task_run_result", _yielding)
    _extend(SyncTaskRunEngine, "start", _task_life)
    _extend(AsyncTaskRunEngine, "start", _async_task_life)
    _extend(SyncTaskRunEngine, "handle_success", _task_result)
    _extend(AsyncTaskRunEngine, "handle_success", _async_task_result)
    _extend(TaskRunner, "__enter__", _starting_runner)
    _extend(State, "result", _telling_result)
    _extend(State, "aresult", _telling_result)
    _extend(FlowRunEngine, "start", _flow_life)
    _extend(AsyncFlowRunEngine, "start", _async_flow_life)
    _extend(FlowRunEngine, "handle_success", _flow_result)
    _extend(AsyncFlowRunEngine, "handle_success", _flow_result)
    for owner, name, parameters in USED_IF_THERE:
        if _misfit(owner, name, parameters) is None:
            _extend(owner, name, _MAKE[name])


def _extend(owner: Any, name: str, make: Callable[[Callable[..., Any]], Callable[..., Any]]) -> None:
    original = getattr(owner, name)
    if getattr(original, _EXTENDED, False):  # here, or by an import of this module that sys.modules has forgotten
        return
    extended = wraps(original)(make(original))
    setattr(extended, _EXTENDED, True)
    setattr(owner, name, extended)


def _resolving(original: Callable[..., Any]) -> Callable[..., Any]:
    def resolve(self: Any) -> Any:
        observed = observing.of(self)
        if observed is not None:
            observed.before_resolving(self)
        done = original(self)
        if observed is not None:
            observed.after_resolving(self)
        return done

    return resolve


def _yielding(original: Callable[..., Any]) -> Callable[..., Any]:
    def link_state_to_task_run_result(state: State[Any], result: Any) -> Any:
        observing.yielded(state, result)
        return original(state, result)

    return link_state_to_task_run_result


def _keying(original: Callable[..., Any]) -> Callable[..., Any]:
    def compute_transaction_key(self: Any) -> Any:
        observed = observing.of(self)
        return original(self) if observed is None else observed.key(self, lambda: original(self))

    return compute_transaction_key


def _task_life(original: Callable[..., Any]) -> Callable[..., Any]:
    @contextmanager
    def start(self: Any, task_run_id: Any = None, dependencies: Any = None) -> Iterator[None]:
        with observing.task_run(self, dependencies) as observed:
            with original(self, task_run_id=task_run_id, dependencies=dependencies):
                if observed is not None:
                    observed.begun(self)
                yield
            if observed is not None:
                observed.ended(self)

    return start


def _async_task_life(original: Callable[..., Any]) -> Callable[..., Any]:
    @asynccontextmanager
    async def start(self: Any, task_run_id: Any = None, dependencies: Any = None) -> AsyncIterator[None]:
        with observing.task_run(self, dependencies) as observed:
            async with original(self, task_run_id=task_run_id, dependencies=dependencies):
                if observed is not None:
                    observed.begun(self)
                yield
            if observed is not None:
                await observed.ended_async(self)

    return start


def _task_result(original: Callable[..., Any]) -> Callable[..., Any]:
    def handle_success(self: Any, result: Any, transaction: Any) -> Any:
        observed = observing.of(self)
        if observed is not None:
            observed.returned(result, cached=transaction.is_committed())
            observed.staged(self, transaction)
        return original(self, result, transaction=transaction)

    return handle_success


def _async_task_result(original: Callable[..., Any]) -> Callable[..., Any]:
    async def handle_success(self: Any, result: Any, transaction: Any) -> Any:
        observed = observing.of(self)
        if observed is not None:
            observed.returned(result, cached=transaction.is_committed())
            if not transaction.is_committed():
                await observed.keep_ahead(result)
            observed.staged(self, transaction)
        return await original(self, result, transaction=transaction)

    return handle_success


def _starting_runner(original: Callable[..., Any]) -> Callable[..., Any]:
    def enter(self: Any) -> Any:
        started = original(self)
        observing.runner_started(self)
        return started

    return enter


def _telling_result(original: Callable[..., Any]) -> Callable[..., Any]:
    def result(self: Any, *args: Any, **kwargs: Any) -> Any:
        value = original(self, *args, **kwargs)
        if not inspect.iscoroutine(value):
            observing.result_taken(self, value)
            return value

        async def awaited() -> Any:
            there = await value
            observing.result_taken(self, there)
            return there

        return awaited()

    return result


def _flow_life(original: Callable[..., Any]) -> Callable[..., Any]:
    @contextmanager
    def start(self: Any) -> Iterator[None]:
        with observing.flow_run(self) as observed:
            with original(self):
                if observed is not None:
                    observed.begun(self)
                yield
            if observed is not None:
                observed.ended(self)

    return start


def _async_flow_life(original: Callable[..., Any]) -> Callable[..., Any]:
    @asynccontextmanager
    async def start(self: Any) -> AsyncIterator[None]:
        with observing.flow_run(self) as observed:
            async with original(self):
                if observed is not None:
                    observed.begun(self)
                yield
            if observed is not None:
                await observed.ended_async(self)

    return start


def _flow_result(original: Callable[..., Any]) -> Callable[..., Any]:
    def handle_success(self: Any, result: Any) -> Any:
        observed = observing.of(self)
        if observed is not None:
            observed.returned(result)
        return original(self, result)

    return handle_success


def _not_waiting(original: Callable[..., Any]) -> Callable[..., Any]:
    def send_heartbeats(engine: Any, join_on_exit: bool = True) -> Any:
        # The thread sleeps a second at a time, and sends nothing after that; async flows do not wait for it either.
        return original(engine, join_on_exit=join_on_exit and observing.of(engine) is None)

    return send_heartbeats


def _reading_result(original: Callable[..., Any]) -> Callable[..., Any]:
    async def from_metadata(metadata: Any) -> Any:
        storage = observing.storage_of(metadata)
        if storage is None:
            return await original(metadata)
        store = ResultStore(result_storage=storage, serializer=metadata.serializer)
        return await store.aread(metadata.storage_key)

    return from_metadata


_MAKE: Mapping[str, Callable[[Callable[..., Any]], Callable[..., Any]]] = {
    "_send_heartbeats": _not_waiting,
    "_from_metadata": _reading_result,
    "hydrated_context": hydrating.with_settings_once,
    "serialize": hydrating.taken_apart_once,
    "__init__": hydrating.with_certificates_once,
}
