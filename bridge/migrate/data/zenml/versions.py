"""Artifact versions of ZenML as versions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import datetime, timezone
from typing import Any

from bridge.domain.errors import SelectorError, TagError
from bridge.domain.labels import checked_alias, checked_tags
from bridge.domain.run import Step
from bridge.migrate.data.history import Past
from bridge.migrate.data.zenml.locating import Stores
from bridge.migrate.data.zenml.models import linked_models
from bridge.migrate.data.zenml.naming import name_of, numbers_of
from bridge.migrate.data.zenml.tables import Row, Tables, moment
from bridge.migrate.data.zenml.values import Kind, checked, is_pickle, open_pickle, reader

TOOL = "zenml"


class Versions:
    """Makes versions out of rows.

    Args:
        tables: The rows.
        stores: Where values are.
        makers: Which step made each version.
        allow_pickle: Whether pickles are read, and classes imported.
    """

    def __init__(self, tables: Tables, stores: Stores, makers: Mapping[str, Step], *, allow_pickle: bool) -> None:
        self._tables, self._stores, self._makers, self._allow_pickle = tables, stores, makers, allow_pickle
        self._models = linked_models(tables)

    def all(self, *, without: Collection[str]) -> Iterator[Past]:
        """Give all versions but some, by their ids."""
        artifacts = self._tables.by_id("artifact")
        by_name: dict[str, list[tuple[Row, Row]]] = defaultdict(list)
        for row in self._tables.rows["artifact_version"]:
            if row["artifact_id"] in artifacts and row["id"] not in without:
                artifact = artifacts[row["artifact_id"]]
                by_name[name_of(str(artifact["name"]), artifact["has_custom_name"])].append((row, artifact))
        for name, found in by_name.items():
            numbers = numbers_of([row for row, _ in found])
            for row, artifact in found:
                yield self._version(row, artifact, name, numbers[row["id"]])

    def _version(self, row: Row, artifact: Row, name: str, number: int) -> Past:
        kind = Kind.of(row["materializer"], row["data_type"])
        read, why = reader(kind, allow_pickle=self._allow_pickle)
        maker = self._makers.get(row["id"])
        return Past(
            id=row["id"],
            name=name,
            number=number,
            created=moment(row["created"]) or datetime.now(timezone.utc),
            place=self._stores.place(str(row["uri"]), row["artifact_store_id"]),
            called=str(row["version"]),
            type=kind.type,
            read=read,
            why=why,
            pickle=open_pickle if is_pickle(kind) else None,
            check=checked(kind, row["content_hash"]),
            step_id=None if maker is None else maker.id,
            run_id=None if maker is None else maker.run_id,
            metadata=self._metadata(row, artifact, kind),
            tags=tags_of(self._tables, "artifact_version", row["id"]),
            aliases=_aliases(name, row),
        )

    def _metadata(self, row: Row, artifact: Row, kind: Kind) -> Mapping[str, Any]:
        about = {
            "artifact": artifact["name"],
            "materializer": kind.materializer,
            "type": kind.type,
            "save_type": row["save_type"],
            "artifact_tags": list(self._tables.tags.get(("artifact", row["artifact_id"]), ())),
            "models": self._models.get(row["id"]),
        }
        logged = self._tables.metadata.get(("artifact_version", row["id"]), {})
        return {**logged, TOOL: {key: value for key, value in about.items() if value}}


def tags_of(tables: Tables, kind: str, id: str) -> Mapping[str, str]:
    """ZenML's tags, which are words, as tags without a value; those that bridge does not take are left out."""
    words = tables.tags.get((kind, id), ())
    return {word: "" for word in words if _fits(lambda word=word: checked_tags({word: ""}))}  # type: ignore[misc]  # mypy cannot infer a lambda with a default


def _aliases(name: str, row: Row) -> tuple[str, ...]:
    """A version that somebody named is found by that name too."""
    given = str(row["version"])
    if row["version_number"] is not None or not _fits(lambda: checked_alias(name, given)):
        return ()
    return (given,)


def _fits(check: Callable[[], object]) -> bool:
    try:
        check()
    except (TagError, SelectorError):
        return False
    return True
