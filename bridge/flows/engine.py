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
| `Block._field_has_secrets`, if there | the same |

Class methods are extended, not `run_task_sync` and its kin: runners import those by name. Ends when Prefect has public
task and flow life-cycle hooks with inputs and results.
"""

from __future__ import annotations

import importlib
import inspect
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from functools import wraps
from typing import Any

import prefect
from prefect.client.schemas.objects import State
from prefect.results import ResultStore

from bridge.domain.errors import HostVersionError
from bridge.domain.watching import is_loading
from bridge.flows import hydrating, observing, page, quiet

FITS = ">=3.7,<4"

TASKS, FLOWS = ENGINES = ("prefect.task_engine", "prefect.flow_engine")
"""Prefect loads them with the first run, and the other modules before."""

Place = tuple[str, str, tuple[str, ...]]
"""Module, dotted name in it, and parameters."""

RELIED_ON: Sequence[Place] = (
    (TASKS, "link_state_to_task_run_result", ("state", "result")),
    (TASKS, "SyncTaskRunEngine.start", ("self", "task_run_id", "dependencies")),
    (TASKS, "AsyncTaskRunEngine.start", ("self", "task_run_id", "dependencies")),
    (TASKS, "BaseTaskRunEngine._resolve_parameters", ("self",)),
    (TASKS, "BaseTaskRunEngine.compute_transaction_key", ("self",)),
    (TASKS, "SyncTaskRunEngine.handle_success", ("self", "result", "transaction")),
    (TASKS, "AsyncTaskRunEngine.handle_success", ("self", "result", "transaction")),
    ("prefect.task_runners", "TaskRunner.__enter__", ("self",)),
    ("prefect.client.schemas.objects", "State.result", ("self", "raise_on_failure", "retry_result_failure")),
    ("prefect.client.schemas.objects", "State.aresult", ("self", "raise_on_failure", "retry_result_failure")),
    (FLOWS, "FlowRunEngine.start", ("self",)),
    (FLOWS, "AsyncFlowRunEngine.start", ("self",)),
    (FLOWS, "FlowRunEngine.handle_success", ("self", "result")),
    (FLOWS, "AsyncFlowRunEngine.handle_success", ("self", "result")),
)
"""What this file counts on."""

_CLIENT = ("self", "api", "auth_string", "api_key", "api_version", "httpx_settings", "server_type")

USED_IF_THERE: Sequence[Place] = (
    (FLOWS, "_send_heartbeats", ("engine", "join_on_exit")),
    ("prefect.results", "ResultStore._from_metadata", ("metadata",)),
    *((place, "hydrated_context", ("serialized_context", "client")) for place in ("prefect.context", TASKS, FLOWS)),
    ("prefect.context", "SettingsContext.serialize", ("self", "include_secrets")),
    ("prefect.blocks.core", "Block._field_has_secrets", ("self", "field_name")),
    ("prefect.client.orchestration", "PrefectClient.__init__", _CLIENT),
    ("prefect.client.orchestration", "SyncPrefectClient.__init__", _CLIENT),
)
"""The same, of what bridge can do without."""

_EXTENDED = "_bridge_extended"


_lock = threading.Lock()


def misfits(places: Sequence[Place] | None = None) -> list[str]:
    """What differs from what this file counts on, or from some of it; empty if the installed Prefect fits.

    >>> misfits()
    []
    """
    return [misfit for place in (RELIED_ON if places is None else places) if (misfit := _misfit(place)) is not None]


def _misfit(place: Place) -> str | None:
    name, parameters = place[1:]
    owner, last = owner_of(place)
    method = getattr(owner, last, None)
    if method is None:
        return f"{name} is gone"
    there = tuple(inspect.signature(inspect.unwrap(method)).parameters)
    return None if there == parameters else f"{name} takes {there}, not {parameters}"


def owner_of(place: Place) -> tuple[Any, str]:
    """The module or class of Prefect's that has what is extended, and its name there; the owner is None if it is gone.

    >>> owner_of(("prefect.task_runners", "TaskRunner.__enter__", ()))[1]
    '__enter__'
    """
    owner: Any = importlib.import_module(place[0])
    *classes, last = place[1].split(".")
    for name in classes:
        owner = getattr(owner, name, None)
    return owner, last


def check(places: Sequence[Place] | None = None) -> None:
    """Load what of Prefect's this file counts on, or some of it, and see whether it fits.

    Raises:
        HostVersionError: If the installed Prefect is not one that this file fits.
    """
    found = misfits(places)
    if found:
        raise HostVersionError("Prefect", prefect.__version__, FITS, found)


def install(loaded: str | None = None) -> None:
    """Extend Prefect, its engines as far as they are loaded. Doing it twice is doing it once.

    Args:
        loaded: Engine whose code has just run; it is still being imported.

    Raises:
        HostVersionError: If the installed Prefect is not one that this file fits.
    """
    relied_on = [place for place in RELIED_ON if _is_there(place[0], loaded)]
    check(relied_on)
    used = [place for place in USED_IF_THERE if _is_there(place[0], loaded) and _misfit(place) is None]
    page.show_warnings()
    quiet.hush_workers()
    with _lock:
        for place in (*relied_on, *used):
            _extend(*owner_of(place), _MAKE[place[1]])


def _is_there(module: str, loaded: str | None) -> bool:
    """Whether a module can be extended; an engine that somebody is just importing is when it has been."""
    if module not in ENGINES or module == loaded:
        return True
    found = sys.modules.get(module)
    return found is not None and not is_loading(found)


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
    "link_state_to_task_run_result": _yielding,
    "SyncTaskRunEngine.start": _task_life,
    "AsyncTaskRunEngine.start": _async_task_life,
    "BaseTaskRunEngine._resolve_parameters": _resolving,
    "BaseTaskRunEngine.compute_transaction_key": _keying,
    "SyncTaskRunEngine.handle_success": _task_result,
    "AsyncTaskRunEngine.handle_success": _async_task_result,
    "TaskRunner.__enter__": _starting_runner,
    "State.result": _telling_result,
    "State.aresult": _telling_result,
    "FlowRunEngine.start": _flow_life,
    "AsyncFlowRunEngine.start": _async_flow_life,
    "FlowRunEngine.handle_success": _flow_result,
    "AsyncFlowRunEngine.handle_success": _flow_result,
    "_send_heartbeats": _not_waiting,
    "ResultStore._from_metadata": _reading_result,
    "hydrated_context": hydrating.with_settings_once,
    "SettingsContext.serialize": hydrating.taken_apart_once,
    "Block._field_has_secrets": hydrating.with_secrets_known,
    "PrefectClient.__init__": hydrating.with_certificates_once,
    "SyncPrefectClient.__init__": hydrating.with_certificates_once,
}
