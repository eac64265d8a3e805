"""Where studies are kept: Optuna's journal storage, on journals in the workspace's catalog.

A study's journal is written by whoever runs its trials, in any process that reaches the catalog, which every process
that records a step does. `docs/decisions/0024` says why it is not a database or a file of Optuna's own.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable
from functools import cached_property
from typing import Any

from optuna.storages import BaseStorage, InMemoryStorage, JournalStorage, get_storage
from optuna.storages.journal import BaseJournalBackend

from bridge.domain.ports import Catalog
from bridge.workspace import available, current

PREFIX = "study/"
"""Names of the journals that are studies begin so."""


class CatalogJournal(BaseJournalBackend):
    """A study's journal in a catalog. Pickled as its name: the process that gets it has the same workspace.

    Args:
        name: Of the study.
        catalog: Where it is kept; left out, the workspace's.
    """

    def __init__(self, name: str, catalog: Catalog | None = None) -> None:
        self._name, self._given = name, catalog

    @cached_property
    def _catalog(self) -> Catalog:
        return self._given or current().catalog

    def read_logs(self, log_number_from: int) -> Iterable[dict[str, Any]]:
        """Entries from a position on."""
        return [json.loads(entry) for entry in self._catalog.journal(PREFIX + self._name, start=log_number_from)]

    def append_logs(self, logs: list[dict[str, Any]]) -> None:
        """Add entries: all of them, or none."""
        self._catalog.append_journal(PREFIX + self._name, [json.dumps(log) for log in logs])

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self._name,)


_open: dict[tuple[str, str], JournalStorage] = {}
_lock = threading.Lock()


def storage_of(name: str) -> JournalStorage:
    """The storage of a study in the workspace's catalog; one for each process, as it has read what is in the journal.

    Raises:
        BridgeError: If there is no workspace, or its catalog cannot be read.
    """
    catalog = current().catalog
    with _lock:
        known = _open.get((catalog.url, name))
        if known is None:
            known = _open[(catalog.url, name)] = JournalStorage(CatalogJournal(name))
        return known


def chosen_storage(name: str, given: str | BaseStorage | None) -> BaseStorage:
    """The storage of a study: the one that was given (Optuna's, or its URL), else the workspace's.

    Without a workspace a study lives as long as the flow run.
    """
    if given is not None:
        return get_storage(given)
    return storage_of(name) if available() is not None else InMemoryStorage()


def forget_storage(name: str) -> None:
    """Let go of what this process has read of a study."""
    with _lock:
        for place in [place for place in _open if place[1] == name]:
            del _open[place]
