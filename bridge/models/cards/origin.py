"""Where a model comes from and who stands behind it: the last sections of a card."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bridge.lineage.humane import duration
from bridge.models.cards.blocks import Block, Cell, Code, Facts, Lines, Note, Section, Table, cut, first
from bridge.models.cards.cells import time, value
from bridge.models.cards.facts import Card

PARAMETERS, REQUIREMENTS, DECISIONS, SIGNATURES = 60, 60, 50, 20
"""How many of each a card shows."""


def run(card: Card) -> Section:
    """The run in which it was trained, with its parameters and its code."""
    blocks: list[Block] = []
    rows: list[tuple[str, Cell]] = []
    if card.run is not None:
        rows += [("flow", cut(card.run.flow)), ("run", cut(card.run.name)), ("id", Code(card.run.id))]
        rows += [("state", card.run.state), ("started", time(card.run.started))]
    elif card.model.run_id is not None:
        blocks.append(Note(f"The run {card.model.run_id} is not recorded here."))
    else:
        blocks.append(Note("No run is recorded: it was registered outside of flows."))
    if card.step is not None:
        took = (card.step.ended - card.step.started).total_seconds()
        rows += [("trained by", cut(card.step.task)), ("training took", duration(took))]
    if card.model.tracking_id:
        rows.append(("MLflow run", Code(cut(card.model.tracking_id))))
    if rows:
        blocks.insert(0, Facts(tuple(rows)))
    parameters, more = first(card.run.parameters.items() if card.run is not None else (), PARAMETERS)
    if parameters:
        listed = tuple((Code(cut(str(name))), Code(value(told))) for name, told in parameters)
        blocks.append(Table(("parameter", "value"), listed, more=more))
    elif card.run is not None:
        blocks.append(Note("The run had no parameters."))
    return Section("Training run", tuple(blocks))


def code(card: Card) -> Section:
    """The code that made it."""
    told = card.model.details.code or (card.run.code if card.run is not None else {})
    if not told:
        return Section("Code", (Note("Not known."),))
    rows: list[tuple[str, Cell]] = [(str(name), Code(value(told[name]))) for name in told if name != "dirty"]
    if "commit" in told:
        changed = "yes: the commit alone does not reproduce it" if told.get("dirty") else "no"
        if "dirty" not in told:
            changed = "not known"
        rows.append(("uncommitted changes", changed))
    blocks: list[Block] = [Facts(tuple(rows))]
    if "commit" not in told:
        blocks.append(Note("The commit is not known."))
    return Section("Code", tuple(blocks))


def environment(card: Card) -> Section:
    """What it was trained in, and what it needs."""
    told, requirements = card.model.details.environment, card.model.details.requirements
    blocks: list[Block] = [Facts(_rows(told)) if told else Note("The interpreter and the platform are not known.")]
    if requirements:
        shown, more = first(requirements, REQUIREMENTS)
        blocks.append(Note("Packages that it needs:"))
        blocks.append(Lines("\n".join(cut(one) for one in shown), more=more))
    else:
        blocks.append(Note("The packages that it needs are not known."))
    return Section("Environment", tuple(blocks))


def history(card: Card) -> Section:
    """Who decided what about its aliases."""
    aliases = card.model.aliases
    now: Block = Facts((("aliases now", Code(", ".join(aliases))),)) if aliases else Note("It has no alias now.")
    if not card.history:
        return Section("Approvals and aliases", (now, Note("No decision about it is recorded.")))
    shown, more = first(card.history, DECISIONS)
    rows = []
    for one in shown:
        gates = "; ".join(("passed: " if passed else "failed: ") + cut(words) for words, passed in one.gates)
        about = [cut(one.why), gates, cut(one.approval)]
        rows.append(
            (time(one.when), cut(one.what), cut(one.who), " · ".join(part for part in about if part), Code(one.digest))
        )
    columns = ("when", "decision", "asked for by", "why, gates, approval", "entry of the log")
    return Section("Approvals and aliases", (now, Table(columns, tuple(rows), more=more)))


def signatures(card: Card) -> Section:
    """Whose word there is for it."""
    if not card.signatures:
        return Section("Signatures", (Note("Nobody has signed it."),))
    shown, more = first(card.signatures, SIGNATURES)
    rows = []
    for one in shown:
        verdict = one.problem or "fits what the catalog says"
        trusted = "trusted" if one.is_trusted else "not trusted here"
        rows.append((Code(one.key), trusted, "" if one.signed is None else time(one.signed), cut(verdict)))
    table = Table(("key", "which is", "signed", "signature"), tuple(rows), more=more)
    told = f"The bytes were not read for this card. This reads them: bridge models verify {card.model.selector}"
    return Section("Signatures", (table, Note(told)))


def _rows(told: Mapping[str, Any]) -> tuple[tuple[str, Cell], ...]:
    return tuple((cut(str(name)), value(item)) for name, item in told.items())
