"""`bridge migrate`: code of ZenML, Prefect 1, 2 and 3 brought to Prefect 3 with bridge."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich.console import Console
from rich.syntax import Syntax
from rich.text import Text

from bridge.cli.console import AsJson, Column, err, out, print_json, print_table
from bridge.cli.late_status import LateStatus

if TYPE_CHECKING:
    from bridge.migrate.running import Migration

EXAMPLE = (
    "Example: [bold]bridge migrate src --diff[/bold] shows what would change; [bold]bridge migrate src --write "
    "--report migration.html[/bold] does it, and says what is left"
)

TO_DO = 3
"""Exit code: there is something to migrate, and nothing was written."""

BY_HAND = 4
"""Exit code: what can be done is done, and something is left to do by hand."""

_COLOURS = {"manual": "red", "approximate": "yellow", "direct": "green"}


def migrate(
    path: Annotated[Path, typer.Argument(metavar="PATH", help="A file, a notebook or a folder.")],
    source: Annotated[
        Literal["auto", "prefect3", "prefect2", "prefect1", "zenml"],
        typer.Option("--from", help="What to migrate from; auto looks at each file."),
    ] = "auto",
    diff: Annotated[bool, typer.Option("--diff", help="Show what would change, as a patch.")] = False,
    write: Annotated[bool, typer.Option("--write", help="Change the files.")] = False,
    report: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write a report: .html, .md or .json.", dir_okay=False)
    ] = None,
    allow_dirty: Annotated[
        bool, typer.Option("--allow-dirty", help="Write although git has uncommitted changes of these files.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Bring code of ZenML, Prefect 1, 2 or 3 over to Prefect 3 with bridge.

    Without --write nothing is changed. Each finding is [bold]direct[/bold] (done), [bold]approximate[/bold] (done, but
    not quite the same) or [bold]manual[/bold] (not done, with what to write instead). Code that is not understood stays
    as it is, byte for byte; running it twice changes nothing.

    Ends with 0 if nothing is left to do, with 3 if something would change, with 4 if something is left to do by hand.
    """
    from bridge.migrate.report.facts import document
    from bridge.migrate.report.writing import check_format, write_report

    if report is not None:
        check_format(report)
    migration = _planned(path, source)
    if write:
        migration.write(allow_dirty=allow_dirty)
    if report is not None:
        write_report(migration, report, written=write)
    if as_json:
        print_json({"written": write, **document(migration)})
    elif diff:
        _print_diff(migration)
    else:
        _print_findings(migration)
    if not as_json:
        _print_end(migration, written=write, report=report, console=err() if diff else out())
    if migration.changed and not write:
        raise typer.Exit(TO_DO)
    if migration.count("manual"):
        raise typer.Exit(BY_HAND)


def _planned(path: Path, source: str) -> Migration:
    try:
        from bridge.migrate.running import plan
    except ModuleNotFoundError as error:
        if error.name != "libcst":
            raise
        from bridge.domain.migration_errors import MissingLibraryError

        raise MissingLibraryError("LibCST", "migrate") from error
    eras = {
        "auto": None,
        "zenml": ("zenml",),
        "prefect1": ("prefect1", "prefect2", "prefect3"),
        "prefect2": ("prefect2", "prefect3"),
        "prefect3": ("prefect3",),
    }
    with LateStatus() as status:
        return plan(path, eras=eras[source], say=status.say, processes=os.cpu_count() or 1)  # type: ignore[arg-type]  # of the words above


def _print_diff(migration: Migration) -> None:
    from bridge.migrate.report.facts import unified_diff

    console = out()
    for file in migration.changed:
        patch = unified_diff(file)
        if console.is_terminal:
            console.print(Syntax(patch.rstrip("\n"), "diff", background_color="default"))
        else:
            sys.stdout.write(patch)


def _print_findings(migration: Migration) -> None:
    rows = [
        (f"{file.path}:{one.line}", Text(one.kind, style=_COLOURS[one.kind]), f"{one.text} {one.note}".strip())
        for file in migration.files
        for one in file.findings
    ]
    if rows:
        print_table([Column("PLACE"), Column("KIND"), Column("WHAT", wrap=True)], rows, console=out())


def _print_end(migration: Migration, *, written: bool, report: Path | None, console: Console) -> None:
    from bridge.migrate.report.facts import summary

    console.print(Text(summary(migration, written=written), style="bold"), soft_wrap=True)
    if migration.changed and not written:
        console.print(Text("Nothing was changed. --diff shows the changes, --write makes them."), soft_wrap=True)
    if report is not None:
        console.print(Text(f"The report is in {report}."), soft_wrap=True)
