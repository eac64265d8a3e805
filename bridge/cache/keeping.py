"""The records of results that are kept in the catalog: what there is, and how it goes."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from fnmatch import fnmatchcase

from bridge.cache.pointer import FOLDER, Part, Pointer
from bridge.domain.errors import CacheRecordError
from bridge.domain.ports import Catalog
from bridge.domain.run import KeptResult
from bridge.workspace import current

MOST_STEPS = 100_000
"""Steps of a task that are counted."""


@dataclass(frozen=True, slots=True)
class Kept:
    """One result that is found by content.

    Args:
        key: Its cache key.
        task: The task; empty if the record cannot be read.
        step: The step that computed it.
        parts: The versions that it is; none if the result is None.
        created: When the record was written; UTC.
        expires: When it is found no more; UTC. None for never.
        hits: How often it was found, as far as runs are recorded.
    """

    key: str
    task: str
    step: str | None
    parts: tuple[Part, ...]
    created: datetime
    expires: datetime | None = None
    hits: int = 0

    @property
    def size(self) -> int:
        """Bytes of the versions."""
        return sum(part.size for part in self.parts)


def kept(task: str | None = None) -> list[Kept]:
    """Results that are found by content, the latest first.

    Args:
        task: Only of tasks of this name; `*` and `?` stand for any characters.

    Raises:
        CatalogError: If the catalog cannot be read.
    """
    catalog = current().catalog
    found = [_read(one) for one in catalog.results(prefix=f"{FOLDER}/")]
    found = [one for one in found if task is None or fnmatchcase(one.task, task)]
    return _counted(catalog, found)


def clear(task: str | None = None, *, older_than: timedelta | None = None) -> list[Kept]:
    """Forget results, so that they are computed anew; the versions stay. Returns what was forgotten.

    Args:
        task: Only of tasks of this name; `*` and `?` stand for any characters.
        older_than: Only those that were written longer ago than this.

    Raises:
        CatalogError: If the catalog cannot be read or does not take it.
    """
    catalog = current().catalog
    before = datetime.now(timezone.utc) - (older_than or timedelta())
    gone = [one for one in kept(task) if older_than is None or one.created < before]
    return [one for one in gone if catalog.drop_result(f"{FOLDER}/{one.key}")]


def _read(record: KeptResult) -> Kept:
    key = record.name.partition("/")[2]
    try:
        document = json.loads(record.data)
        pointer = Pointer.read(document["result"])
        expires = document["metadata"].get("expiration")
        until = None if expires is None else datetime.fromisoformat(str(expires).replace("Z", "+00:00"))
    except (CacheRecordError, ValueError, TypeError, KeyError, AttributeError):
        return Kept(key, "", None, (), record.created)
    return Kept(key, pointer.task, pointer.step, pointer.parts, record.created, until)


def _counted(catalog: Catalog, found: Iterable[Kept]) -> list[Kept]:
    found = list(found)
    hits: dict[str, int] = {}
    for task in {one.task for one in found if one.task}:
        for step in catalog.steps_of_task(task, limit=MOST_STEPS):
            if step.state == "Cached" and step.result_key is not None:
                key = step.result_key.rpartition("/")[2]
                hits[key] = hits.get(key, 0) + 1
    return [
        Kept(one.key, one.task, one.step, one.parts, one.created, one.expires, hits.get(one.key, 0)) for one in found
    ]
