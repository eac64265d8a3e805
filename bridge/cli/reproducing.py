"""`bridge reproduce`: a run once more, and where it gave something else."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import nullcontext
from typing import Annotated

import typer
from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from bridge.cli.artifacts.comparing import coloured
from bridge.cli.console import AsJson, Column, err, out, print_facts, print_heading, print_json, print_table, state_text
from bridge.domain.reproduction import Divergence, Ended, Reproduced, Reproduction
from bridge.lineage.humane import duration

EXAMPLE = (
    "Example: [bold]bridge reproduce wise-otter[/bold], "
    "[bold]bridge reproduce 3f2a --in-venv[/bold] with the packages that the run had"
)

STYLES = {"identical": "green", "equal": "green", "not stored": "yellow"}

MOST_LINES = 12
"""Lines of a difference that are shown for each artifact."""

MOST_PACKAGES = 8


def reproduce(
    run: Annotated[
        str, typer.Argument(metavar="RUN", help="A run's name, its id or the beginning of it, latest or latest~1.")
    ] = "latest",
    in_venv: Annotated[
        bool, typer.Option("--in-venv", help="In an environment of the recorded packages, made with uv.")
    ] = False,
    tolerance: Annotated[
        float, typer.Option(min=0, help="Part by which numbers may differ and still count as equal.")
    ] = 1e-9,
    repository: Annotated[
        str | None, typer.Option(metavar="PATH-OR-URL", help="Where the commit is, if not where it was.")
    ] = None,
    links: Annotated[
        list[str] | None,
        typer.Option("--link", metavar="PATH", help="A file or folder of the project that git lacks, as it is now."),
    ] = None,
    record: Annotated[
        bool, typer.Option("--record", help="Record what is made in this workspace, instead of nowhere.")
    ] = False,
    keep: Annotated[bool, typer.Option("--keep", help="Keep the folder with the code and the results.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Leave out what the flow prints.")] = False,
    exit_code: Annotated[
        bool, typer.Option("--exit-code", help="End with 1 if anything differs, as git does.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Run a recorded run again, and say which of its artifacts come out the same.

    Its commit with its uncommitted changes is checked out beside yours. The flow runs in a process
    of its own with the recorded parameters, seeds and variables, and loads the versions that it
    loaded then. Nothing is cached, and nothing is added to this workspace.
    """
    from bridge.reproduce import again

    console = err()
    with _Progress(console, quiet=quiet) as progress:
        found = again(
            run,
            in_venv=in_venv,
            keep=keep,
            record=record,
            tolerance=tolerance,
            repository=repository,
            links=links or (),
            say=progress.say,
            heard=progress.heard,
        )
    if as_json:
        print_json(found.document())
    else:
        print_reproduction(found, console=out())
    if exit_code and not found.same:
        raise typer.Exit(1)


class _Progress:
    """What is being done, on a line that goes away, and what the flow prints above it."""

    def __init__(self, console: Console, *, quiet: bool) -> None:
        self._console, self._quiet = console, quiet
        self._status = console.status(Text("Reading the run …")) if console.is_terminal else nullcontext()
        self._said = time.monotonic()

    def __enter__(self) -> _Progress:
        self._status.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self._status.__exit__(None, None, None)

    def say(self, doing: str) -> None:
        """Say what is being done."""
        if hasattr(self._status, "update"):
            self._status.update(Text(f"{doing} …"))

    def heard(self, line: str) -> None:
        """Show a line of the flow's."""
        if not self._quiet:
            self._console.print(Text(f"  {line}", style="dim"), soft_wrap=True)


def print_reproduction(found: Reproduction, *, console: Console) -> None:
    """Print what came of it: the artifacts, what they differ in, and the first step that diverged."""
    console.print()
    print_facts(_facts(found), console=console)
    if found.outputs:
        print_heading("Artifacts", console=console)
        columns = (Column("step", keep=False), Column("artifact", keep=False), Column("then"), Column("now"))
        print_table(columns, [_row(one) for one in found.outputs], console=console)
    if found.steps:
        print_heading("Steps", console=console)
        for one in found.steps:
            _print_ended(one, console)
    for output in found.outputs:
        if output.difference is not None or output.why:
            _print_difference(output, console)
    _print_list("Surroundings that differ", found.environment, MOST_PACKAGES, console)
    _print_list("Notes", found.notes, len(found.notes), console)
    console.print()
    _print_verdict(found, console)


def _facts(found: Reproduction) -> list[tuple[str, str | Text]]:
    then, now = found.seconds
    took = f"{duration(now)} (then {duration(then)})" if now is not None and then is not None else ""
    state = state_text(found.state_now)
    if found.state != found.state_now:
        state = Text.assemble(state_text(found.state), " then, ", state_text(found.state_now), " now")
    return [
        ("run", Text.assemble((found.name, "bold"), f" of flow {found.flow}")),
        ("code", found.code),
        ("state", state),
        ("took", took),
        ("kept in", found.kept or ""),
    ]


def _row(one: Reproduced) -> list[str | Text]:
    artifact = one.was or one.artifact
    then = (one.digest or "-").removeprefix("blake3:")[:12]
    return [one.task, artifact, then, Text(one.verdict, style=STYLES.get(one.verdict, "red"))]


def _print_ended(one: Ended, console: Console) -> None:
    told = Text.assemble("  ", (one.task, "bold"), "  ", state_text(one.was or "not there"), " → ")
    told.append_text(state_text(one.now or "not there"))
    console.print(told)
    for label, error in (("then", one.error), ("now", one.error_now)):
        if error:
            console.print(Text(f"    {label}: {error}", style="red"), soft_wrap=True)


def _print_difference(one: Reproduced, console: Console) -> None:
    print_heading(f"{one.was or one.artifact}: {one.verdict}", console=console)
    if one.why:
        console.print(Text(f"  {one.why}", style="dim"), soft_wrap=True)
    lines = one.difference.lines()[1:] if one.difference is not None else []
    for line in lines[:MOST_LINES]:
        text = coloured(line)
        if console.is_terminal:
            text.truncate(console.width, overflow="ellipsis")
        console.print(text, no_wrap=console.is_terminal, crop=False, soft_wrap=not console.is_terminal)
    if len(lines) > MOST_LINES:
        console.print(Text(f"  and {len(lines) - MOST_LINES} lines more (all of it: --json)", style="dim"))


def _print_list(title: str, lines: Sequence[str], most: int, console: Console) -> None:
    if lines:
        print_heading(title, console=console)
    for line in lines[:most]:
        console.print(Text(f"  {line}"), soft_wrap=True)
    if len(lines) > most:
        console.print(Text(f"  and {len(lines) - most} more (all of them: --json)", style="dim"))


def _print_verdict(found: Reproduction, console: Console) -> None:
    counted = [one for one in found.outputs if one.verdict != "extra"]
    good = sum(one.verdict in ("identical", "equal") for one in counted)
    if found.divergence is not None:
        _print_divergence(found.divergence, f"{good} of {len(counted)} artifacts are the same. ", console)
    elif found.identical:
        failed = "it failed in the same way, and " if found.state == found.state_now == "Failed" and counted else ""
        told = f"Reproduced: {failed}{_all(len(counted))} identical, byte for byte."
        console.print(Text(told, style="bold green"))
    elif found.same:
        exact = sum(one.verdict == "identical" for one in counted)
        told = f"Reproduced: {exact} of {len(counted)} artifacts are identical, the others equal within the tolerance."
        console.print(Text(told, style="bold green"))
    else:
        unknown = len(counted) - good
        told = (
            f"{good} of {len(counted)} artifacts are the same; {unknown} cannot be compared, as their bytes are gone."
        )
        console.print(Text(told, style="bold yellow"))


def _all(count: int) -> str:
    few = {
        0: "there is no artifact, and it ended as it did: that is",
        1: "the one artifact is",
        2: "both artifacts are",
    }
    return few.get(count, f"all {count} artifacts are")


def _print_divergence(found: Divergence, head: str, console: Console) -> None:
    what = f", in {found.artifact}" if found.artifact else ""
    told = f"{head}The first step that diverged: {found.task}{what}."
    console.print(Text(told, style="bold red"), soft_wrap=not console.is_terminal)
    for cause in found.causes:
        told = f"{'' if cause.certain else 'Perhaps: '}{cause.text}"
        if console.is_terminal:
            console.print(Padding(Text(told), (0, 0, 0, 2)))
        else:  # a padded line would be as wide as a pipe is said to be
            console.print(Text(f"  {told}"), soft_wrap=True)
