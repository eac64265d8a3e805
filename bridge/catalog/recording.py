"""Writes steps, versions and edges within a transaction: what happens once for every task."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from bridge.catalog import encoding
from bridge.catalog.encoding import brief, key, plain, stamp
from bridge.catalog.owned import refuse_owned
from bridge.catalog.reading import EDGES, artifact_of, version_at
from bridge.catalog.rows import content_row, step_row
from bridge.catalog.statements import Statements, statements
from bridge.catalog.tables import edges
from bridge.catalog.writing import Writing
from bridge.domain.run import Output, Saved, Step
from bridge.domain.version import Version, VersionRef

Known = Mapping[str, tuple[int, int]]
"""Names of artifacts, with their row id and a number up to which versions are known to be there."""

SAVED_LAST = 1 << 20
"""Position of what was saved by hand: after everything that was returned."""


class Recording:
    """One transaction's writing; `learnt` may be remembered once it is committed.

    Rows that writers compete for are taken in one order (names, then digests): no two wait for each other.
    """

    def __init__(self, writing: Writing, dialect: str, known: Known) -> None:
        self._writing, self._execute, self._known = writing, writing.execute, known
        self._sql: Statements = statements(dialect)
        self.learnt: dict[str, tuple[int, int]] = {}

    def step(self, step: Step) -> tuple[Version, ...]:
        """Record a step; return the versions of its outputs, in order."""
        row = step_row(step)
        before: dict[tuple[str, str, str | None], Version] = {}
        if not self._execute(self._sql.add_step, row):
            self._writing.connection.execute(self._sql.change_step, {**row, "at": row["id"]})
            before = self._outputs_before(row["id"])
        made = self._outputs(step, before)
        tied = [
            self._edge(row["id"], "input", i, each.slot, each.version, each.tie) for i, each in enumerate(step.inputs)
        ]
        tied += [
            self._edge(row["id"], "output", i, each.slot, version.ref, each.tie)
            for i, (each, version) in enumerate(zip(step.outputs, made, strict=True))
        ]
        if tied:
            self._execute(self._sql.put_edge, tied)
        return made

    def saved(self, saved: Saved, *, step_id: str | None, run_id: str | None, at: datetime) -> Version:
        """Record a version saved by hand, as an output of the step, or else of the run."""
        version = self._version(saved, step_id=step_id, run_id=run_id, at=at)
        self._contents([saved])
        (version,) = self._labelled({0: saved}, {0: version})
        maker = step_id or run_id
        if maker is not None:
            edge = self._edge(maker, "output", SAVED_LAST, version.ref.name, version.ref, "saved")
            self._execute(self._sql.put_edge, [edge])
        return version

    def _outputs(self, step: Step, before: Mapping[tuple[str, str, str | None], Version]) -> tuple[Version, ...]:
        made: dict[int, Version] = {}
        new: list[tuple[str, int, Saved]] = []
        for i, output in enumerate(step.outputs):
            if isinstance(output.what, VersionRef):
                made[i] = version_at(self._writing.connection, output.what)
                continue
            version = before.get(_identity(output, output.what))
            if version is None:
                new.append((output.what.name, i, output.what))
            else:
                made[i] = version
        for _, i, saved in sorted(new, key=lambda each: each[:2]):
            made[i] = self._version(saved, step_id=step.id, run_id=step.run_id, at=step.ended)
        given = {i: each.what for i, each in enumerate(step.outputs) if isinstance(each.what, Saved)}
        self._contents(list(given.values()))
        return self._labelled(given, made)

    def _version(self, saved: Saved, *, step_id: str | None, run_id: str | None, at: datetime) -> Version:
        name, manifest, created = key(saved.name), saved.manifest, stamp(at)
        digest = None if manifest is None else manifest.digest
        asked = {"name": name, "latest": 1, "latest_digest": digest}
        ((artifact_id, number),) = self._execute(self._sql.take_number, asked)
        self.learnt[name] = (artifact_id, number)
        row = {
            "artifact_id": artifact_id,
            "number": number,
            "digest": digest,
            "type": plain(saved.type),
            "created": created,
            "step_id": None if step_id is None else key(step_id),
            "run_id": None if run_id is None else key(run_id),
            "metadata": encoding.encode(saved.metadata),
        }
        ref = VersionRef(name, number)
        if not self._execute(self._sql.add_version, row):
            found = version_at(self._writing.connection, ref)
            return found if manifest is None else replace(found, origin=None)  # it is ours now: see put_content
        return Version(
            ref=ref,
            digest=digest,
            format="none" if manifest is None else manifest.format,
            type=row["type"],
            size=0 if manifest is None else manifest.size,
            created=encoding.moment(created),
            step_id=row["step_id"],
            run_id=row["run_id"],
            metadata=encoding.decode(row["metadata"]),
        )

    def _contents(self, saved: list[Saved]) -> None:
        found = {each.manifest.digest: each.manifest for each in saved if each.manifest is not None}
        rows = [content_row(manifest) for _, manifest in sorted(found.items())]
        if rows:
            self._execute(self._sql.put_content, rows)
        shown = {each.manifest.digest: each.preview for each in saved if each.manifest and each.preview}
        if shown:
            rows = [
                {"digest": digest, "kind": plain(each.kind), "media_type": each.media_type, "data": each.data}
                for digest, each in sorted(shown.items())
            ]
            self._execute(self._sql.add_preview, rows)

    def _labelled(self, saved: Mapping[int, Saved], made: Mapping[int, Version]) -> tuple[Version, ...]:
        """Write tags and aliases, if there are any; return the versions as they are then, in order."""
        labels = [(made[i].ref, each) for i, each in saved.items() if each.tags or each.aliases]
        tags = {
            (self._artifact(ref), ref.number, brief(name)): brief(str(value))
            for ref, each in labels
            for name, value in each.tags.items()
        }
        names = {(self._artifact(ref), key(alias)): ref.number for ref, each in labels for alias in each.aliases}
        if tags:
            rows = [
                {"artifact_id": at, "number": number, "key": name, "value": value}
                for (at, number, name), value in sorted(tags.items())
            ]
            self._execute(self._sql.put_tag, rows)
        if names:
            refuse_owned(self._writing.connection, [(at, name, number) for (at, name), number in sorted(names.items())])
            rows = [
                {"artifact_id": at, "alias": name, "number": number} for (at, name), number in sorted(names.items())
            ]
            self._execute(self._sql.put_alias, rows)
        changed = {ref: version_at(self._writing.connection, ref) for ref, _ in labels}
        return tuple(changed.get(made[i].ref, made[i]) for i in range(len(made)))

    def _outputs_before(self, step_id: str) -> dict[tuple[str, str, str | None], Version]:
        tied = EDGES.where(edges.c.step_id == step_id, edges.c.direction == "output", edges.c.tie != "saved")
        found: dict[tuple[str, str, str | None], Version] = {}
        for edge in self._writing.connection.execute(tied.order_by(edges.c.number)).all():
            version = version_at(self._writing.connection, VersionRef(edge.name, edge.number))
            found[edge.slot, edge.name, version.digest] = version
        return found

    def _edge(
        self, step_id: str, direction: str, position: int, slot: str, ref: VersionRef, tie: str
    ) -> dict[str, Any]:
        return {
            "step_id": key(step_id),
            "direction": direction,
            "slot": key(slot),
            "artifact_id": self._artifact(ref),
            "number": ref.number,
            "tie": tie,
            "position": position,
        }

    def _artifact(self, ref: VersionRef) -> int:
        name = key(ref.name)
        for names in (self.learnt, self._known):
            found = names.get(name)
            if found is not None and 1 <= ref.number <= found[1]:
                return found[0]
        # What was used stays used when it is taken back.
        artifact_id = artifact_of(self._writing.connection, ref, ever=True)
        self.learnt[name] = (artifact_id, max(ref.number, self.learnt.get(name, (0, 0))[1]))
        return artifact_id


def _identity(output: Output, saved: Saved) -> tuple[str, str, str | None]:
    return key(output.slot), key(saved.name), None if saved.manifest is None else saved.manifest.digest
