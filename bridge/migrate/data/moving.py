"""Brings a history over: each value into the store, then its facts; at the end what ties them together.

Each version carries its id there as a tag, so that doing it again adds what is new, and what a killed one left.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from bridge.domain.arrival import Arrival, Fate
from bridge.domain.errors import LocationError, NotImportableError
from bridge.domain.migration_errors import MigrationError
from bridge.domain.version import Edge, Version, VersionRef
from bridge.migrate.data.history import History, Past
from bridge.migrate.data.places import Found, keeper_of, look
from bridge.migrate.data.putting import How, Put, intended, put
from bridge.workspace import Workspace

Advance = Callable[[int], None]

_WAY_OUT = (
    "Give its driver the address and the credentials (for s3: AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID …) and run this "
    "again; what has come is kept."
)


@dataclass(frozen=True, slots=True)
class Moved:
    """What became of a version, or what would.

    Args:
        past: The version there.
        how: How its bytes come, or came.
        size: Bytes there.
        why: Why it does not come as its value; empty if it does.
        now: What it is here; None if nothing was done.
        fate: Whether that is new.
    """

    past: Past
    how: How
    size: int
    why: str = ""
    now: VersionRef | None = None
    fate: Fate = "new"


@dataclass(slots=True)
class Moving:
    """A history on its way into a workspace.

    Args:
        history: What is to come.
        workspace: Where to.
        there: Versions that came before, by their ids there; those without bytes are among them.
        moved: What became of each version that did not come before.
    """

    history: History
    workspace: Workspace
    there: dict[str, Version] = field(default_factory=dict)
    moved: list[Moved] = field(default_factory=list)
    _answered: set[str] = field(default_factory=set)

    def look(self) -> Sequence[Moved]:
        """What would become of each version; nothing is read but the names and sizes of files.

        Raises:
            MigrationError: If what keeps the files does not answer.
        """
        self.there = dict(_known(self.workspace, self.history))
        return [self._looked_at(past)[0] for past in self.history.versions]

    def move(self, advance: Advance = lambda _: None) -> None:
        """Bring over what is not here.

        Args:
            advance: Told of each version that is done with.

        Raises:
            MigrationError: If what keeps the files does not answer.
            StoreError: If the store does not take a value.
            CatalogError: If the catalog does not take a fact.
        """
        self.there = dict(_known(self.workspace, self.history))
        for past in self.history.versions:
            if (known := self.there.get(past.id)) is None or known.digest is None:
                done = self._one(past)
                if done.fate != "there":
                    self.moved.append(done)
            advance(1)
        self._lineage()

    @property
    def refs(self) -> Mapping[str, VersionRef]:
        """The versions here by their ids there, as far as they have come."""
        came = {one.past.id: one.now for one in self.moved if one.now is not None}
        return {**{id: version.ref for id, version in self.there.items()}, **came}

    def _looked_at(self, past: Past) -> tuple[Moved, Found | None]:
        known = self.there.get(past.id)
        now = None if known is None else known.ref
        fate: Fate = "new" if known is None else "completed" if known.digest is None else "there"
        if fate == "there":
            return Moved(past, "value", 0 if known is None else known.size, now=now, fate="there"), None
        found = self._found(past)
        if isinstance(found, str):
            return Moved(past, "missing", 0, found, now, "there" if known is not None else "new"), None
        return Moved(past, intended(past), found.size, past.why, now, fate), found

    def _found(self, past: Past) -> Found | str:
        """What is there; one refusal may be of that alone, but what gives nothing would not give the rest either."""
        keeper = keeper_of(past.place)
        try:
            found = look(past.place, self.workspace.settings.options_for, past.tree)
        except LocationError as error:
            if keeper in self._answered and isinstance(error.__cause__, PermissionError):
                return str(error).rstrip(".")
            raise MigrationError(f"What lies in {keeper}", str(error).rstrip("."), _WAY_OUT) from error
        self._answered.add(keeper)
        return found

    def _one(self, past: Past) -> Moved:
        looked, found = self._looked_at(past)
        done: Put | None = None
        why = looked.why
        if found is not None:
            try:
                done = put(self.workspace.store, past, found, bases=partial(self.workspace.bases, past.name))
            except NotImportableError as error:
                why = f"{error.thing}: {error.why}"
        elif looked.fate == "there":
            return looked
        arrival = Arrival(
            _version(past, done, why, self.history),
            self.history.origin,
            None if done is None else done.manifest,
            known_by=self.history.tool,
        )
        (arrived,) = self.workspace.catalog.receive([arrival])
        if arrived.fate == "completed":
            self.workspace.catalog.annotate(arrived.now, arrival.version.metadata)
        how = "missing" if done is None else done.how
        return Moved(past, how, looked.size, why if done is None else done.why, arrived.now, arrived.fate)

    def _lineage(self) -> None:
        refs = self.refs
        edges = [
            Edge(edge.step_id, refs[edge.version], edge.direction, edge.slot, edge.tie)
            for edge in self.history.edges
            if edge.version in refs
        ]
        self.workspace.catalog.receive_lineage(runs=self.history.runs, steps=self.history.steps, edges=edges)


def _known(workspace: Workspace, history: History) -> Iterator[tuple[str, Version]]:
    wanted = {past.id for past in history.versions}
    for name in sorted({past.name for past in history.versions}):
        for version in workspace.catalog.versions(name, tags={history.tool: None}):
            if (id := version.tags[history.tool]) in wanted:
                yield id, version


def _version(past: Past, done: Put | None, why: str, history: History) -> Version:
    told: dict[str, Any] = {**({} if done is None else done.facts), **past.metadata}
    about = {"id": past.id, "version": past.called, "place": past.place, **past.metadata.get(history.tool, {})}
    if done is None:
        told["not_stored"] = why
    elif done.how != "value":
        about |= {"kept_as": done.how, "why": done.why}
    told[history.tool] = about
    return Version(
        ref=VersionRef(past.name, past.number),
        digest=None if done is None else done.manifest.digest,
        format="none" if done is None else done.manifest.format,
        type=past.type if done is None else done.type,
        size=0 if done is None else done.manifest.size,
        created=past.created,
        step_id=past.step_id,
        run_id=past.run_id,
        metadata=told,
        aliases=past.aliases,
        tags={**past.tags, history.tool: past.id},
    )
