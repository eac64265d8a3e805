"""The log of decisions held against itself, against the aliases and against the evidence."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from bridge.catalog.encoding import key
from bridge.domain.decision import Decision, Entry, ModelAlias, digest_of
from bridge.domain.decision_text import decision_of
from bridge.domain.errors import VersionNotFoundError
from bridge.domain.ports import Catalog
from bridge.domain.selector import Selector
from bridge.models.promotion.audit import Audit, Fault
from bridge.models.promotion.tracked import with_tracker
from bridge.workspace import current

AGAIN = 5
"""Times that the log is read again because somebody decided meanwhile."""


def verify(*, head: str | None = None, catalog: Catalog | None = None, patience: float = 5.0) -> Audit:
    """Check every entry, the links between them, the aliases (those in MLflow, too) and the evidence.

    Somebody who can write to the catalog can write the whole log anew, with digests that fit. Only a digest that was
    noted elsewhere finds that out: give it as `head`.

    Args:
        head: Digest of an entry, as noted earlier; it must still be there.
        catalog: Which one, alone; that of the current workspace, with its tracker, if None.
        patience: Seconds to wait for the tracker.

    Raises:
        CatalogError: If the catalog cannot be read.

    >>> str(verify())
    '0 decisions: the chain is intact, and every alias is where the log says'
    """
    if catalog is None:
        workspace = current()
        return with_tracker(verify(head=head, catalog=workspace.catalog), workspace, patience)
    audit = _looked_at(catalog, head)
    for _ in range(AGAIN):
        newest = catalog.newest_entries(limit=1)
        if audit.is_intact or [entry.digest for entry in newest] == [audit.head]:
            break
        # Somebody decided between two looks, and that may be all that seems wrong: what is wrong stays wrong.
        before, audit = audit.faults, _looked_at(catalog, head)
        audit = replace(audit, faults=tuple(fault for fault in audit.faults if fault in before))
    return audit


def _looked_at(catalog: Catalog, head: str | None) -> Audit:
    entries, aliases = catalog.entries(), catalog.model_aliases()
    faults = list(chain_faults(entries))
    if head is not None and not any(_is(head, entry.digest) for entry in entries):
        faults.append(Fault(None, f"no entry has the digest {head}: the log was cut short, or written anew"))
    read = [one for _, one in _readable(entries)]
    faults += _alias_faults(read, aliases, entries[-1].position if entries else 0)
    faults += _artifact_faults(catalog, aliases)
    gone, changed = _evidence(catalog, read)
    last = entries[-1].digest if entries else ""
    return Audit(len(entries), last, tuple(faults + changed), tuple(gone))


def chain_faults(entries: Iterable[Entry]) -> Iterator[Fault]:
    """What is wrong with entries as such, in order.

    >>> [str(fault) for fault in chain_faults([Entry(2, "churn", "{}", "", "sha256:00")])][0]
    'entry 1: it is missing: the next one there is 2'
    """
    before: Entry | None = None
    for entry in entries:
        due = 1 if before is None else before.position + 1
        if entry.position != due:
            kind = "it is missing" if entry.position > due else "it is there twice"
            yield Fault(min(due, entry.position), f"{kind}: the next one there is {entry.position}")
        previous = "" if before is None else before.digest
        if entry.position == due and entry.previous != previous:
            yield Fault(entry.position, f"its link is broken: it follows {_cut(entry.previous)}, not {_cut(previous)}")
        found = digest_of(entry.previous, entry.body)
        if found != entry.digest:
            yield Fault(
                entry.position, f"it was changed: its digest is {_cut(found)}, written was {_cut(entry.digest)}"
            )
        else:
            yield from _disagreement(entry)
        before = entry


def _disagreement(entry: Entry) -> Iterator[Fault]:
    """What an entry's columns say that its body does not."""
    try:
        body = json.loads(entry.body)
        decision_of(entry)
    except ValueError as error:
        yield Fault(entry.position, f"it cannot be read: {error}")
        return
    if body.get("position") != entry.position:
        yield Fault(entry.position, f"it was written as entry {body.get('position')}")
    if key(body["model"]) != entry.model:
        yield Fault(entry.position, f"it is about model {body['model']!r}, and filed under {entry.model!r}")


def _readable(entries: Iterable[Entry]) -> Iterator[tuple[Entry, Decision]]:
    for entry in entries:
        try:
            yield entry, decision_of(entry)
        except ValueError:
            continue


def _alias_faults(decided: list[Decision], aliases: list[ModelAlias], end: int) -> Iterator[Fault]:
    due: dict[tuple[str, str], Decision] = {}
    for one in decided:
        if one.is_moved:
            due[one.model, one.alias] = one
    there = {(one.model, one.alias): one for one in aliases}
    for (model, alias), at in there.items():
        if at.decision > end:
            yield Fault(at.decision, f"it set {model}@{alias} and is missing: the log was cut short, it ends at {end}")
            continue
        said = due.get((model, alias))
        if said is None or said.number is None:
            yield Fault(at.decision, f"{model}@{alias} is at {at.number}, and no decision set it")
        elif (said.number, said.position) != (at.number, at.decision):
            yield Fault(said.position, f"it set {model}@{alias} to {said.number}, and the alias is at {at.number}")
    for (model, alias), said in due.items():
        if said.number is not None and (model, alias) not in there:
            yield Fault(said.position, f"it set {model}@{alias} to {said.number}, and there is no such alias")


def _artifact_faults(catalog: Catalog, aliases: list[ModelAlias]) -> Iterator[Fault]:
    """Aliases of artifacts that are not where the model's are; any of several models of one artifact may have it."""
    models = {(model.name, model.number): model for model in catalog.models()}
    wanted: dict[tuple[str, str], list[tuple[int, str, int]]] = {}
    for one in aliases:
        model = models.get((one.model, one.number))
        if model is None:
            yield Fault(
                one.decision, f"it set {one.model}@{one.alias} to {one.number}, which is not registered any more"
            )
            continue
        where = wanted.setdefault((model.version.name, one.alias), [])
        where.append((model.version.number, one.model, one.decision))
    for (artifact, alias), allowed in wanted.items():
        at = dict(catalog.aliases(artifact)).get(alias)
        if at is None or at.number not in {number for number, _, _ in allowed}:
            number, name, decision = allowed[0]
            said = f"it set {name}@{alias}, which is {artifact}@{number}, and {artifact}@{alias} is {at or 'at none'}"
            yield Fault(decision, said)


def _evidence(catalog: Catalog, decided: list[Decision]) -> tuple[list[str], list[Fault]]:
    """What the decisions rest on: what was forgotten since, and what is not what it was."""
    first: dict[tuple[str, str | None], int] = {}
    for one in decided:
        for named in _named([one.evidence, *(gate.evidence for gate in one.gates)]):
            first.setdefault(named, one.position)
    gone, changed = [], []
    for (selector, digest), position in first.items():
        try:
            found = catalog.resolve(Selector.parse(selector)).digest
        except VersionNotFoundError:
            gone.append(f"entry {position}: its evidence {selector} was forgotten")
            continue
        if digest is not None and found != digest:
            changed.append(
                Fault(position, f"its evidence {selector} was {_cut(digest)}, and is {_cut(found or 'none')}")
            )
    return gone, changed


def _named(evidence: Any) -> Iterator[tuple[str, str | None]]:
    if isinstance(evidence, dict):
        if set(evidence) == {"version", "digest"} or {"version", "digest", "age_days"} == set(evidence):
            yield str(evidence["version"]), evidence["digest"]
            return
        evidence = list(evidence.values())
    if isinstance(evidence, list):
        for item in evidence:
            yield from _named(item)


def _is(asked: str, digest: str) -> bool:
    """Whether a digest is meant; its first twelve hex digits will do."""
    wanted = asked.removeprefix("sha256:")
    return len(wanted) >= 12 and digest.removeprefix("sha256:").startswith(wanted)


def _cut(digest: str) -> str:
    return f"{digest[:19]}…" if len(digest) > 20 else digest or "no entry"
