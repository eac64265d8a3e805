"""`bridge lineage affected` and `bridge lineage models`: what a version has an effect on."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timezone
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from bridge.cli.console import (
    AsJson,
    Column,
    out,
    print_facts,
    print_heading,
    print_json,
    print_table,
    state_text,
)
from bridge.cli.lineage.writing import AsFormat, Format, Output, chosen, write
from bridge.domain.selector import Selector
from bridge.domain.version import VersionRef
from bridge.lineage import Affected, Reached
from bridge.lineage.humane import ago
from bridge.lineage.render import SEPARATOR, version_facts

EXAMPLE = "Example: [bold]bridge lineage affected raw-customers@3[/bold]"
MODELS_EXAMPLE = "Example: [bold]bridge lineage models raw-customers@3 --alias production[/bold]"

SHOWN = 15
"""Names and runs that are listed; of more there is a count."""

Wanted = Annotated[str, typer.Argument(help="name, name@3, name@champion, name@run:<id> or name@blake3:<hex>.")]


def show(selector: Wanted, format: AsFormat = Format.tree, output: Output = None, as_json: AsJson = False) -> None:
    """Say what is affected if a version is bad: models first, then flows, versions and runs.

    Everything that was made from the version, in any number of steps, in any flow and run of this workspace.
    """
    from bridge.lineage.reaching import read_affected
    from bridge.workspace import current

    catalog = current().catalog
    found = read_affected(catalog, Selector.parse(selector))
    format = chosen(format, output, as_json)
    if format is not Format.tree or output is not None:
        format = Format.html if format is Format.tree else format
        write(found, found.to_dict(), format=format, output=output, models=catalog.models())
        return
    _print(found, out())


def models(
    selector: Wanted,
    alias: Annotated[str | None, typer.Option("--alias", help="Only those that this alias is at.")] = None,
    as_json: AsJson = False,
) -> None:
    """List registered model versions that were trained on a version, or on what was made from it."""
    from bridge.lineage.reaching import read_affected
    from bridge.workspace import current

    every = read_affected(current().catalog, Selector.parse(selector))
    found = [one for one in every.models if alias is None or alias in one.model.aliases]
    if as_json:
        print_json({"root": str(every.root), "alias": alias, "models": [one.to_dict() for one in found]})
        return
    console = out()
    if found:
        _print_models(found, console)
        return
    ending = "" if alias is None else f" that {alias!r} is at"
    console.print(Text(f"No registered model{ending} was trained on {every.root}, or on what was made from it."))
    if every.models:
        others = ", ".join(_named(one) for one in every.models[:SHOWN])
        console.print(Text(f"Without that alias: {others}.", style="dim"), soft_wrap=True)


def _print(found: Affected, console: Console) -> None:
    ref, version = str(found.root), found.graph.versions.get(found.root)
    console.print(Text.assemble((ref, "bold cyan"), SEPARATOR + SEPARATOR.join(version_facts(version))))
    if not found.graph.edges:
        console.print(Text("No step has used it yet: nothing else is affected.", style="dim"))
        return
    served = sum(1 for one in found.models if one.model.aliases)
    facts = (
        ("models", f"{len(found.models)} registered, {served} with an alias" if found.models else "none registered"),
        ("flows", SEPARATOR.join(_flow(flow, places) for flow, places in found.flows.items())),
        ("versions", f"{len(found.versions):,}"),
        ("runs", f"{len(found.runs):,}"),
    )
    print_facts(facts, console=console)
    if found.models:
        print_heading("Models", console=console)
        _print_models(found.models, console)
    if found.versions:
        print_heading("Versions", console=console)
        _print_versions(found.versions, console)
    if found.runs:
        print_heading("Runs that used it, or what was made from it", console=console)
        _print_runs(found, console)
    console.print()
    console.print(Text(f"All of it, to look around in:  bridge lineage affected {ref} -o affected.html", style="dim"))


def _flow(flow: str, places: tuple[str | None, ...]) -> str:
    told = ", ".join(place for place in places if place)
    return f"{flow} ({told})" if told else flow


def _print_models(found: list[Reached] | tuple[Reached, ...], console: Console) -> None:
    columns = (Column("model"), Column("alias"), Column("steps away", right=True), Column("version", keep=False))
    now = datetime.now(timezone.utc)
    rows = [
        (
            Text(one.model.selector, style="bold cyan"),
            Text(
                ", ".join(one.model.aliases) or ("archived" if one.model.archived else "-"),
                style="green" * bool(one.model.aliases),
            ),
            "by its record" if one.steps is None else str(one.steps),
            str(one.model.version),
            ago(one.model.created, now),
        )
        for one in found
    ]
    print_table((*columns, Column("registered", roomy=True)), rows, console=console)


def _print_versions(versions: tuple[VersionRef, ...], console: Console) -> None:
    names = Counter(ref.name for ref in versions)
    of_name: dict[str, list[int]] = {}
    for ref in versions:
        of_name.setdefault(ref.name, []).append(ref.number)
    rows = [(Text(name, style="cyan"), str(count), _numbers(of_name[name])) for name, count in names.most_common(SHOWN)]
    print_table(
        (Column("name", keep=False), Column("versions", right=True), Column("numbers", keep=False)),
        rows,
        console=console,
    )
    _say_left_out(len(names) - SHOWN, "names", console)


def _numbers(numbers: list[int]) -> str:
    """Numbers with the runs among them drawn together.

    >>> _numbers([5, 1, 2, 3])
    '@1-3, @5'
    """
    spans: list[list[int]] = []
    for number in sorted(numbers):
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    return ", ".join(f"@{first}" if first == last else f"@{first}-{last}" for first, last in spans)


def _print_runs(found: Affected, console: Console) -> None:
    now = datetime.now(timezone.utc)
    rows = [
        (Text(run.name, style="cyan"), run.flow, state_text(run.state), ago(run.started, now), run.id)
        for run in found.runs[:SHOWN]
    ]
    columns = (Column("run"), Column("flow", keep=False), Column("state"), Column("started"), Column("id", roomy=True))
    print_table(columns, rows, console=console)
    _say_left_out(len(found.runs) - SHOWN, "runs", console)


def _say_left_out(count: int, what: str, console: Console) -> None:
    if count > 0:
        console.print(Text(f"… {count:,} more {what}: --json lists all.", style="dim"))


def _named(one: Reached) -> str:
    aliases = ", ".join(one.model.aliases)
    return one.model.selector + (f" ({aliases})" if aliases else "")
