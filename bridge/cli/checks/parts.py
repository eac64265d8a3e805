"""Whether store, catalog and spool work, each by itself, so that one that fails hides no other."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from bridge.cli.checks.finding import Finding
from bridge.domain.errors import BridgeError
from bridge.domain.secret_urls import redacted
from bridge.tracking.aside import FOLDER
from bridge.workspace import Settings
from bridge.workspace.bootstrap import UNSENT
from bridge.workspace.spool import spool_in


def check_parts(settings: Settings) -> Iterator[Finding]:
    """Try each part of a workspace.

    >>> import tempfile
    >>> [finding.verdict for finding in check_parts(Settings(home=tempfile.mkdtemp()))]
    ['ok', 'ok', 'ok', 'ok', 'ok']
    """
    home = _check_home(settings.home)
    yield home
    if home.verdict == "failed" and not (settings.store and settings.catalog):
        return
    yield _check_store(settings)
    yield _check_catalog(settings)
    yield _check_spool(settings)
    yield _check_unsent(settings)


def _check_unsent(settings: Settings) -> Finding:
    from bridge.tracking.leftovers import unsent

    there = unsent(settings.home / UNSENT)
    waits = sum(one.count for one in there if not one.is_live and not one.is_refused)
    refused = sum(one.is_refused for one in there)
    if not waits and not refused:
        return Finding("unsent", "ok", "the tracker has everything")
    said = [f"{waits:,} entries wait for the tracker"] if waits else []
    said += [f"the tracker refused {refused:,}"] if refused else []
    todo = f"Run `bridge sync`. What was refused is in {settings.home / UNSENT / FOLDER}, and can be deleted."
    return Finding("unsent", "warning", "; ".join(said), todo if refused else "Run `bridge sync`.")


def _check_home(home: Path) -> Finding:
    todo = "Set BRIDGE_HOME to a folder that you may write."
    try:
        home.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        return Finding("home", "failed", f"{home} cannot be made: {error.strerror}", todo)
    if not os.access(home, os.W_OK | os.X_OK):
        return Finding("home", "failed", f"{home} cannot be written", todo)
    return Finding("home", "ok", f"{home} can be written")


def _check_store(settings: Settings) -> Finding:
    from bridge.store import open_store

    try:
        open_store(settings.store_url, staging=settings.home / "staging", options=settings.store_options).check()
    except (BridgeError, OSError) as error:
        return Finding("store", "failed", _why(error), "Check BRIDGE_STORE, the disk's space and its permissions.")
    return Finding("store", "ok", "a probe was written, read and removed")


def _check_catalog(settings: Settings) -> Finding:
    from bridge.catalog import open_catalog

    todo = "Check BRIDGE_CATALOG, and that the database is up."
    try:
        catalog = open_catalog(settings.catalog_url)
        try:
            catalog.check()
            names = len(catalog.artifacts(limit=1000))
        finally:
            catalog.close()
    except (BridgeError, OSError) as error:
        return Finding("catalog", "failed", _why(error), todo)
    count = "1000 or more" if names == 1000 else str(names)
    where = redacted(settings.catalog_url)
    return Finding("catalog", "ok", f"{where} can be read and written; {count} artifact{'' if names == 1 else 's'}")


def _check_spool(settings: Settings) -> Finding:
    spool = spool_in(settings.home)
    try:
        waiting = spool.waiting()
        aside = len(list(spool.folder.glob("*.unreadable"))) if spool.folder.is_dir() else 0
    except OSError as error:
        return Finding("spool", "warning", str(error), f"Make {spool.folder} readable.")
    if aside:
        said = f"{aside} file{'' if aside == 1 else 's'} in {spool.folder} cannot be read and will never be recorded"
        return Finding("spool", "warning", said, f"Look at them, then: rm {spool.folder}/*.unreadable")
    if waiting:
        said = f"{waiting} fact{'' if waiting == 1 else 's'} wait in {spool.folder} for the catalog"
        return Finding(
            "spool", "warning", said, "bridge runs    (any command or run records them once the catalog works)"
        )
    return Finding("spool", "ok", "nothing waits to be recorded")


def _why(error: Exception) -> str:
    return str(error).removesuffix(" `bridge doctor` says what to do.")  # it is what is running
