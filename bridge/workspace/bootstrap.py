"""The workspace of this process, made from settings when it is first needed."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from hashlib import blake2b
from pathlib import Path

from bridge.domain.errors import BridgeError, CatalogError, SettingsError
from bridge.domain.model import ModelVersion
from bridge.domain.ports import Callbacks, Catalog, Store, Tracker
from bridge.domain.run import RunTie
from bridge.domain.secret_urls import redacted
from bridge.materializers.skops_names import remember_in
from bridge.workspace.announcing import announce
from bridge.workspace.datasets import datasets_of
from bridge.workspace.guard import forget_warnings, warn_once
from bridge.workspace.loading import copy_files, get_value
from bridge.workspace.named import forget_named
from bridge.workspace.pinned import VARIABLE, open_pinned
from bridge.workspace.recorded import aliases_of
from bridge.workspace.settings import Settings, read_settings
from bridge.workspace.spool import put, spool_in
from bridge.workspace.workspace import Workspace

_ENVIRONMENT = (*(f"BRIDGE_{name.upper()}" for name in Settings.model_fields), "MLFLOW_TRACKING_URI", VARIABLE)
UNSENT = "unsent"
"""Folder of the home for what the tracker has not got yet."""

Key = tuple[object, ...]

_lock = threading.RLock()
_open: dict[Key, Workspace | BridgeError] = {}


def _key() -> Key:
    return (os.getpid(), *(os.environ.get(name) for name in _ENVIRONMENT))


def current() -> Workspace:
    """The workspace that the settings of this moment mean; one per process and settings.

    Raises:
        BridgeError: If it cannot be opened. The same error again at once, without trying twice.
    """
    key = _key()
    found = _open.get(key)
    if found is None:
        with _lock:
            found = _open.get(key)
            if found is None:
                found = _open[key] = _try_open()
    if isinstance(found, BridgeError):
        raise found
    return found


def available() -> Workspace | None:
    """The workspace, or None with one warning if it cannot be opened.

    Raises:
        BridgeError: With `on_error = "raise"`, instead of the warning.
    """
    try:
        return current()
    except BridgeError as error:
        if os.environ.get("BRIDGE_ON_ERROR", "").strip().lower() == "raise":
            raise
        warn_once(
            "record",
            f"bridge: this run is not recorded: {error} The run goes on as under plain Prefect; "
            f"BRIDGE_ON_ERROR=raise makes this an error.",
        )
        return None


def reset() -> None:
    """Close every open workspace, so that the next use reads the settings anew."""
    with _lock:
        for workspace in _open.values():
            if isinstance(workspace, Workspace):
                workspace.tracker.close(workspace.settings.flush_timeout)
                workspace.catalog.close()
        _open.clear()
        forget_warnings()
        forget_named()


def _try_open() -> Workspace | BridgeError:
    try:
        workspace = open_pinned(open_workspace(read_settings()))
        is_there = workspace.finds_catalog()
    except BridgeError as error:
        return error
    except Exception as error:  # noqa: BLE001 - the promise: never in the way
        return BridgeError(f"The workspace cannot be opened: {error!r}. `bridge doctor` says what to do.")
    if is_there:
        workspace.replay()
    return workspace


def open_workspace(
    settings: Settings,
    *,
    on_error: Callable[[BaseException, str], None] | None = None,
    on_registered: Callable[[ModelVersion], None] = announce,
    alone: bool = False,
) -> Workspace:
    """Join a store, a catalog and a tracker.

    Args:
        settings: Where they are.
        on_error: Told of what goes wrong in the tracker; None warns once.
        on_registered: Told of each model version that was registered, once the catalog has it.
        alone: Keep the tracker's work in this process.

    Raises:
        BridgeError: If one of them cannot be opened.
    """
    from bridge.catalog import open_catalog
    from bridge.store import open_store

    _make_home(settings.home)
    remember_in(settings.home)
    on_error = on_error or _report
    catalog = open_catalog(settings.catalog_url)
    store = open_store(
        settings.store_url,
        staging=settings.home / "staging",
        options=settings.store_options,
        cache=settings.home / "cache",
        cache_limit=settings.cache_limit,
        verified=settings.home / "verified",
    )
    callbacks = tracker_callbacks(settings, store, catalog, on_error=on_error, on_registered=on_registered)
    tracker = _open_tracker(settings, callbacks, on_registered, alone=alone)
    return Workspace(settings=settings, store=store, catalog=catalog, tracker=tracker)


def tracker_callbacks(
    settings: Settings,
    store: Store,
    catalog: Catalog,
    *,
    on_error: Callable[[BaseException, str], None],
    on_registered: Callable[[ModelVersion], None],
) -> Callbacks:
    """What a tracker tells and asks the store and the catalog that it is joined with.

    Args:
        settings: Of the workspace.
        store: Where values are.
        catalog: Where facts are.
        on_error: Told of what goes wrong in the tracker.
        on_registered: Told of each model version that was registered, once the catalog has it.
    """

    def tie(known: RunTie) -> None:
        try:
            is_tied = put(known, catalog)
        except CatalogError:
            if settings.on_error == "raise":
                raise
            is_tied = False
        if not is_tied:  # its run waits too
            spool_in(settings.home).add(known)

    def record(model: ModelVersion) -> None:
        catalog.put_model(model)
        on_registered(model)

    return Callbacks(
        on_error=on_error,
        on_started=lambda run_id, tracking_id, uri: tie(RunTie(run_id, tracking_id, redacted(uri))),
        on_registered=record,
        resolver=lambda run_id: _tracking_id(catalog, run_id),
        read=lambda version: get_value(store, catalog, version, settings=settings),
        copy=lambda version, folder: copy_files(store, catalog, version, folder, settings=settings),
        datasets=lambda run_id: datasets_of(catalog, run_id, store=redacted(settings.store_url)),
        aliased=lambda name, alias, _: aliases_of(catalog, name).get(alias),
    )


def _tracking_id(catalog: Catalog, run_id: str) -> str | None:
    """The tracker's id of a run; None if it may be on its way, which it is not where the run was of another tool."""
    run = catalog.run(run_id)
    if run.tracking_id is None and not run.host:
        raise LookupError(f"The run {run_id} did not run under bridge and has none in the tracker.")
    return run.tracking_id


def _open_tracker(
    settings: Settings, callbacks: Callbacks, on_registered: Callable[[ModelVersion], None], *, alone: bool
) -> Tracker:
    from bridge.tracking import NullTracker, TrackerProcess, named_tracker, open_tracker
    from bridge.tracking.starting import PROCESS

    if settings.tracker == "null":
        return NullTracker()
    if settings.tracker != "mlflow":
        return named_tracker(settings.tracker)(settings.home, callbacks)
    process = None
    if not alone and settings.is_shareable:
        process = TrackerProcess(
            PROCESS,
            settings,
            on_error=callbacks.on_error,
            patience=settings.flush_timeout,
            on_registered=on_registered,
            terms=lambda: blake2b(settings.model_dump_json().encode(), digest_size=16).hexdigest(),
        )
    return open_tracker(
        home_uri=settings.tracking_url,
        artifact_root=settings.home / "mlartifacts",
        callbacks=callbacks,
        unsent=settings.home / UNSENT,
        process=process,
    )


def tracking_default() -> tuple[str, str] | None:
    """Tracking URI and artifact folder for MLflow where the user has set none; None where bridge is off or unset."""
    try:
        settings = read_settings()
    except SettingsError:
        return None
    if not settings.enabled or not (settings.home.is_dir() or os.access(settings.home.parent, os.W_OK)):
        return None
    return settings.tracking_url, (settings.home / "mlartifacts").as_uri()


def _make_home(home: Path) -> None:
    try:
        home.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError("BRIDGE_HOME", str(home), f"the folder cannot be made ({error.strerror})") from error
    if not os.access(home, os.W_OK | os.X_OK):
        raise SettingsError("BRIDGE_HOME", str(home), "the folder cannot be written; set it to one that can")


def _report(error: BaseException, doing: str) -> None:
    if not doing:  # it says everything itself
        warn_once("silent", f"bridge: {error}")
        return
    topic = doing if doing.startswith("registering") else "track"  # each model has its own reason
    warn_once(topic, f"bridge: {doing} failed: {error} The run goes on; `bridge doctor` says what to do.")
