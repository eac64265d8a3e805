"""Makes MLflow's fluent calls land in the flow's run, and puts every other extension of MLflow in place.

It relies on private names of MLflow's, as `deferring`, `artifacts`, `traces`, `import_hooks`, `autolog_threads` and
`own_runs` beside it do; `missing` says which of them all the installed MLflow does not have.

MLflow's active run belongs to a thread, and there is no public way to say which run fluent calls mean where a thread
has started none, nor what the default store is. So, once MLflow is loaded:

| name in `mlflow.tracking` | is extended to |
|---|---|
| `fluent.active_run` | answer with the flow's run where the thread has none of its own |
| `fluent._get_or_start_run` | use it, instead of starting a run that nobody ends |
| `fluent._active_run_stack` | be that of the task that asks: `bridge.tracking.own_runs` |
| `_tracking_service.utils._get_default_tracking_uri` | name bridge's store, not a file in the working directory |
| `_tracking_service.utils._tracking_store_registry` | keep that store's files beside it |

Nothing is put on MLflow's stacks of active runs: a user's own `start_run` and `end_run` do what they always do, and
`bridge.tracking.parentage` makes such a run a child of the flow's. Ends when MLflow has a run context that follows
context variables (mlflow#159, #15131).
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from typing import Any

from bridge.tracking import autolog_threads, deferring, import_hooks, own_runs, traces
from bridge.tracking.arming import FLUENT, Default
from bridge.tracking.current import tracked_run
from bridge.tracking.firstuse import prepare
from bridge.tracking.replacing import replace

SERVICE = "mlflow.tracking._tracking_service.utils"

_MARK = "_bridge_armed"


def missing() -> list[str]:
    """The private names above that the installed MLflow does not have; empty if it fits. Imports MLflow."""
    fluent, service = importlib.import_module(FLUENT), importlib.import_module(SERVICE)
    hooks, logging = importlib.import_module(import_hooks.MODULE), importlib.import_module(autolog_threads.PACKAGE)
    safety = importlib.import_module(f"{autolog_threads.PACKAGE}.safety")
    wanted = [
        (fluent, "active_run"),
        (fluent, "_get_or_start_run"),
        (fluent, "_active_run_stack"),
        (fluent, traces.NAME),
        *((hooks, name) for name in import_hooks.NAMES),
        *((logging, name) for name in autolog_threads.NAMES),
        *((safety, name) for name in autolog_threads.SAFETY_NAMES),
        (service, "_get_default_tracking_uri"),
        (service, "_tracking_store_registry"),
        (service, "_get_sqlalchemy_store"),
    ]
    return [f"{module.__name__}.{name}" for module, name in wanted if not hasattr(module, name)] + deferring.missing()


def extend(default: Default, on_load: Callable[[], None]) -> None:
    """Put the extensions in place, MLflow being loaded. Doing it twice is doing it once.

    Args:
        default: Gives the tracking URI and the artifact folder to use where the user has set none; None for MLflow's.
        on_load: Called at the end.
    """
    fluent = sys.modules[FLUENT]
    if getattr(fluent, _MARK, False):
        return
    setattr(fluent, _MARK, True)
    own_runs.extend(fluent)
    _extend_active_run(fluent)
    traces.extend(fluent)
    import_hooks.extend()
    autolog_threads.extend()
    service = sys.modules.get(SERVICE)
    if service is not None:
        _extend_default(service, default)
        deferring.extend()
    on_load()


def _extend_active_run(fluent: Any) -> None:
    own_active_run, own_get_or_start = fluent.active_run, fluent._get_or_start_run

    def active_run() -> Any:
        own = own_active_run()
        return own if own is not None else _flow_run(fluent)

    def get_or_start_run() -> Any:
        run = active_run()
        return run if run is not None else own_get_or_start()

    active_run.__doc__ = own_active_run.__doc__
    replace("active_run", own_active_run, active_run)
    replace("_get_or_start_run", own_get_or_start, get_or_start_run)


def _flow_run(fluent: Any) -> Any:
    run = tracked_run()
    return None if run is None else fluent.ActiveRun(run)


def _extend_default(service: Any, default: Default) -> None:
    own_default, own_store = service._get_default_tracking_uri, service._get_sqlalchemy_store

    def default_uri() -> str:
        chosen = default()
        return own_default() if chosen is None else chosen[0]

    def sqlalchemy_store(store_uri: str, artifact_uri: str | None = None) -> Any:
        chosen = default()
        if artifact_uri is None and chosen is not None and store_uri == chosen[0]:
            artifact_uri = chosen[1]
        prepare(store_uri, artifact_uri)
        return own_store(store_uri, artifact_uri)

    service._get_default_tracking_uri = default_uri
    service._tracking_store_registry.register("sqlite", sqlalchemy_store)
