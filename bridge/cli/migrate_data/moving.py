"""Brings a history over, and says what came of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.text import Text

from bridge.cli.console import Column, err, out, print_json, print_table
from bridge.cli.progress import LateProgress
from bridge.lineage.humane import size
from bridge.workspace import current

if TYPE_CHECKING:
    from bridge.migrate.data.history import History
    from bridge.migrate.data.moving import Moved
    from bridge.migrate.data.registering import Registered
    from bridge.migrate.data.verifying import Verified

LEFT = 4
"""Exit code: something came without its bytes, or is not what was moved."""

_MANY = 10
_HOW = {"value": "values", "pickle": "pickles", "files": "files", "missing": "without bytes"}

DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would come, and how; keep nothing.")]
AllowPickle = Annotated[
    bool,
    typer.Option(
        "--allow-pickle", help="Read pickles and import classes, which runs the code that they name; else bytes only."
    ),
]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it, or would.

    Args:
        history: What there was.
        moved: Each version of it.
        models: Each model version of it.
        verified: What was found afterwards; None in a dry run.
    """

    history: History
    moved: Sequence[Moved]
    models: Sequence[Registered]
    verified: Verified | None

    @property
    def is_whole(self) -> bool:
        """Whether every version has its bytes, and everything is here."""
        return not any(one.how == "missing" for one in self.moved) and not (self.verified and self.verified.problems)


def bring(history: History, *, dry_run: bool, as_json: bool) -> None:
    """Bring a history over, or say what would come, and print it.

    Raises:
        typer.Exit: With 4 if something has no bytes or is not here.
    """
    outcome = _looked(history) if dry_run else _moved(history)
    if as_json:
        print_json(_document(outcome))
    else:
        _print(outcome, out())
        _print_notes(outcome, err())
    if not outcome.is_whole:
        raise typer.Exit(LEFT)


def _looked(history: History) -> Outcome:
    from bridge.migrate.data.moving import Moving

    return Outcome(history, Moving(history, current()).look(), (), None)


def _moved(history: History) -> Outcome:
    from bridge.migrate.data.moving import Moving
    from bridge.migrate.data.registering import register_models
    from bridge.migrate.data.verifying import contents_of, verify

    moving = Moving(history, current())
    before = {one.past.id: one for one in moving.look() if one.fate == "there"}
    with LateProgress("Moving versions", len(history.versions), counted=True) as progress:
        moving.move(advance=progress.advance)
    models = register_models(moving.workspace, history, moving.refs)
    with LateProgress("Reading what came", contents_of(moving), counted=True) as progress:
        verified = verify(moving, advance=progress.advance)
    done = {one.past.id: one for one in moving.moved}
    return Outcome(history, [done.get(past.id) or before[past.id] for past in history.versions], models, verified)


def _print(outcome: Outcome, console: Console) -> None:
    rows = []
    for name, group in groupby(outcome.moved, key=lambda one: one.past.name):
        ones = list(group)
        new = [one for one in ones if one.fate != "there"]
        hows: Counter[str] = Counter(one.how for one in new)
        said = ", ".join(f"{hows[how]} {words}" for how, words in _HOW.items() if hows[how]) or "there already"
        rows.append([name, str(len(ones)), str(len(new)), size(sum(one.size for one in new)), said])
    columns = (Column("NAME"), Column("VERSIONS", right=True), Column("NEW", right=True), Column("SIZE", right=True))
    if rows:
        print_table((*columns, Column("COME AS" if outcome.verified is None else "CAME AS")), rows, console=console)
    history = outcome.history
    there = f"{history.origin} ({history.place}): {_count(len(history.versions), 'version')}, "
    there += f"{_count(len(history.runs), 'run')}, {_count(len(history.steps), 'step')}, "
    there += f"{_count(len(history.edges), 'edge')}, {_count(len(history.models), 'model version')}"
    console.print(Text(there), soft_wrap=True)
    if (found := outcome.verified) is None:
        console.print(Text("Nothing was kept: --dry-run", style="dim"), soft_wrap=True)
        return
    said = f"Here are {_count(found.versions, 'version')}, {_count(found.runs, 'run')}, {_count(found.steps, 'step')}, "
    said += f"{_count(found.edges, 'edge')}; {_count(found.contents, 'content')} read back and hashed"
    said += f" ({size(found.size)}): "
    said += f"{_count(len(found.problems), 'problem')}" if found.problems else "all there"
    console.print(Text(said, style="red" if found.problems else "green"), soft_wrap=True)


def _print_notes(outcome: Outcome, console: Console) -> None:
    for title, lines in (
        ("", [f"Left out: {note}" for note in outcome.history.notes]),
        ("no value", _reasons(outcome.moved)),
        ("models", [f"{_called(one)}: {one.why}" for one in outcome.models if one.why]),
        ("numbers", list(_renumbered(outcome.moved))),
        ("problems", list(outcome.verified.problems) if outcome.verified else []),
    ):
        style = "red" if title == "problems" else "yellow"
        for line in lines[:_MANY]:
            console.print(Text(line, style=style), soft_wrap=True)
        if len(lines) > _MANY:
            console.print(Text(f"and {len(lines) - _MANY} more: --json shows all", style=style), soft_wrap=True)


def _reasons(moved: Sequence[Moved]) -> list[str]:
    """Why versions do not come as their values: one line for all of a name with the same reason."""
    by_reason: dict[tuple[str, str, str], list[str]] = {}
    for one in moved:
        if one.why and one.fate != "there":
            by_reason.setdefault((one.past.name, one.how, one.why), []).append(one.past.called)
    return [
        f"{name} {', '.join(called[:5])}{'…' if len(called) > 5 else ''}: {_HOW[how]}, as {why}"
        for (name, how, why), called in by_reason.items()
    ]


def _renumbered(moved: Sequence[Moved]) -> list[str]:
    return [
        f"{one.past.name} {one.past.called} is {one.now} here"
        for one in moved
        if one.now is not None and one.fate == "new" and (one.now.number != one.past.number or one.past.aliases)
    ]


def _called(one: Registered) -> str:
    return f"The model {one.past.name} {one.past.number}" + (f" is {one.now}" if one.now else " is not registered")


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"


def _document(outcome: Outcome) -> dict[str, Any]:
    history, found = outcome.history, outcome.verified
    versions = [
        {
            "id": one.past.id,
            "name": one.past.name,
            "version": one.past.called,
            "place": one.past.place,
            "now": None if one.now is None else str(one.now),
            "fate": one.fate,
            "as": None if one.fate == "there" and one.how == "value" else one.how,
            "size": one.size,
            "why": one.why,
        }
        for one in outcome.moved
    ]
    models = [
        {"name": one.past.name, "number": one.past.number, "now": one.now, "fate": one.fate, "why": one.why}
        for one in outcome.models
    ]
    counts = {name: len(getattr(history, name)) for name in ("versions", "runs", "steps", "edges", "models")}
    verified = None
    if found is not None:
        verified = {name: getattr(found, name) for name in ("versions", "runs", "steps", "edges", "contents", "size")}
        verified["problems"] = list(found.problems)
    told = {
        "origin": history.origin,
        "place": history.place,
        "dry_run": found is None,
        "counts": counts,
        "left_out": list(history.notes),
    }
    return {**told, "versions": versions, "models": models, "verified": verified}
