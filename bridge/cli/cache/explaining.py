"""`bridge cache explain`: why a step's result was found, or had to be computed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.text import Text

from bridge.cli import documents
from bridge.cli.console import AsJson, out, plain, print_empty, print_json
from bridge.domain.run import Run, Step
from bridge.lineage.humane import ago, duration

if TYPE_CHECKING:
    from bridge.cache import Change, Explanation

EXAMPLE = "Example: [bold]bridge cache explain train[/bold], [bold]bridge cache explain wise-otter/train[/bold]"

MOST_LINES = 24
"""Lines of one function that are shown."""

COLOURS = {"hit": "cyan", "miss": "yellow", "damaged": "red", "expired": "yellow", "unkeyed": "red"}

EMPTY = (
    "No step of it has a cache key of content. A task has one if its policy is CONTENT:",
    "from bridge import CONTENT, task",
    "@task(cache_policy=CONTENT)        # or for all tasks of a flow: @flow(cache='content')",
)


def explain(
    asked: Annotated[
        str, typer.Argument(metavar="TASK|RUN|RUN/TASK", help="A task (its last run), a run (also latest), or both.")
    ],
    as_json: AsJson = False,
) -> None:
    """Say why a task ran, or which run it was found from.

    A task that ran is compared with the earlier run of it that is nearest: which input changed, which function and
    which line of it, which constant, which package.
    """
    from bridge.cache import explain as explained

    try:
        found = explained(asked)
    except LookupError:
        found = explained(_of_latest(asked))
    if as_json:
        print_json({"steps": [_document(one) for one in found]})
        return
    console = out()
    if not found or not any(one.step.cache for one in found):
        print_empty(EMPTY, console=console)
        return
    now = datetime.now(timezone.utc)
    for position, one in enumerate(found):
        if position:
            console.print()
        for line in _lines(one, now):
            _print(line, console)


def _of_latest(asked: str) -> str:
    """The same, with the id of the run that `latest` or `latest~1` is."""
    from bridge.lineage.runs import find_run
    from bridge.workspace import current

    run, slash, task = asked.partition("/")
    is_relative = run.partition("~")[0] == "latest"
    return f"{find_run(current().catalog, run).id}{slash}{task}" if is_relative else asked


def _print(line: Text, console: Console) -> None:
    line.truncate(console.width, overflow="ellipsis")
    console.print(line, no_wrap=True, crop=False)


def _lines(one: Explanation, now: datetime) -> Iterator[Text]:
    step, decision = one.step, str(one.step.cache.get("decision", ""))
    head = Text(step.task, style="bold")
    head.append(f"  {decision}", style=f"not bold {COLOURS.get(decision, '')}")
    head.append(f"  {_where(step, one.run, now)}", style="not bold dim")
    yield head
    yield Text(f"  {_why(one, now)}")
    for change in one.changes:
        yield from _change(change)
    if decision == "hit":
        for slot, facts in (step.cache.get("inputs") or {}).items():
            known = f"{facts['version']}, from lineage" if facts.get("version") else "hashed"
            yield Text(f"  input    {slot} = {facts.get('shown') or facts['type']} ({known})", style="dim")


def _where(step: Step, run: Run | None, now: datetime) -> str:
    inside = f"in run {run.name} of {run.flow}, " if run is not None else "outside flows, "
    return f"{inside}{ago(step.started, now)}"


def _why(one: Explanation, now: datetime) -> str:
    cache = one.step.cache
    decision, why = cache.get("decision"), cache.get("why")
    if decision == "hit":
        if one.computed_by is None:
            return "Found. The step that computed it is not recorded here."
        took = duration((one.computed_by.ended - one.computed_by.started).total_seconds())
        return f"Found, not computed: it took {took} {_where(one.computed_by, one.nearest_run, now)}."
    if decision == "unkeyed":
        return f"Ran, as it has no key: {why}"
    if decision == "refreshed":
        return "Ran, as refresh_cache asked for it; nobody looked for a result."
    if decision == "expired":
        return "Ran, as the result that is kept under its key is older than cache_expiration allows."
    if decision == "damaged":
        return f"Ran, as the result that is kept under its key cannot be used: {why}"
    if why:
        return f"Ran, as the cache could not be asked: {why}"
    if one.nearest is None:
        return "Ran: no earlier run of this task with a key is recorded."
    nearest = _where(one.nearest, one.nearest_run, now)
    if one.changes:
        return f"Ran, as something changed since it ran {nearest}:"
    keys = {step.result_key for step in (one.step, one.nearest)}
    if len(keys) == 2 and None not in keys:
        return f"Ran, as what its policy has beside CONTENT made another key than {nearest}."
    return f"Ran, with the key that it had {nearest}{_nothing_kept(one.nearest)}"


def _nothing_kept(nearest: Step) -> str:
    if nearest.error:
        return f", where it failed: {nearest.error}"
    if nearest.state == "RolledBack":
        return ", where its transaction was rolled back."
    return ": nothing is kept of that result (cleared, kept elsewhere, or still being computed when this one began)."


def _change(change: Change) -> Iterator[Text]:
    label = f"  {change.kind:<8} "
    if change.kind == "code" and change.lines and change.old and change.new:
        yield Text(label + change.name, style="bold").append(f"  {_near(change.place)}", style="not bold dim")
        for line in change.lines[:MOST_LINES]:
            style = {"-": "red", "+": "green"}.get(line[0], "dim")
            yield Text(f"           {line}", style=style)
        if len(change.lines) > MOST_LINES:
            yield Text(f"           … {len(change.lines) - MOST_LINES} more lines: --json", style="dim")
    elif change.old is None or change.new is None:
        what = "is new" if change.old is None else "is not used any more"
        told = change.new if change.old is None else change.old
        yield Text(f"{label}{change.name}").append(f" {what}" + ("" if change.kind == "code" else f": {told}"))
    elif change.kind == "code":
        yield Text(f"{label}{change.name}").append(f"  {_near(change.place)}", style="dim")
        yield Text("           Its text is the same: what it holds, or how Python runs it, is not.", style="dim")
    else:
        yield Text(f"{label}{change.name}: ").append(change.old, "red").append(" → ").append(change.new, "green")


def _near(place: str | None) -> str:
    """A place in a file, as seen from here if the file is below."""
    if place is None:
        return ""
    path, _, line = place.rpartition(":")
    with suppress(ValueError, OSError):
        path = str(Path(path).relative_to(Path.cwd()))
    return f"{path}:{line}"


def _document(one: Explanation) -> documents.Document:
    return {
        "step": documents.of_step(one.step),
        "run": None if one.run is None else one.run.name,
        "cache": plain(one.step.cache),
        "computed_by": None if one.computed_by is None else documents.of_step(one.computed_by),
        "compared_with": None if one.nearest is None else documents.of_step(one.nearest),
        "changes": [
            {
                "kind": change.kind,
                "name": change.name,
                "old": change.old,
                "new": change.new,
                "place": change.place,
                "lines": list(change.lines),
            }
            for change in one.changes
        ],
    }
