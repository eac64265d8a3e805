"""`bridge artifacts delete`: single versions are forgotten."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.text import Text

from bridge.cli.artifacts.asking import DryRun, Yes, ask, count, working
from bridge.cli.console import AsJson, Column, out, print_json, print_table, say_error
from bridge.domain.keeping import Reason
from bridge.domain.selector import Selector
from bridge.lineage.humane import size
from bridge.workspace import current
from bridge.workspace.keeping import Plan, Reckoning, forget, plan_of, reckon

EXAMPLE = "Example: [bold]bridge artifacts delete training/train@1 training/train@2[/bold]"

FORCED: tuple[Reason, ...] = ("latest", "alias", "run")
"""What --force goes past; nothing goes past a registered model."""


def delete(
    selectors: Annotated[
        list[str], typer.Argument(metavar="SELECTOR...", help="name@3, name@blake3:<hex> …; each means one version.")
    ],
    force: Annotated[
        bool, typer.Option("--force", help="Even the latest of a name, one with an alias, or one of an unfinished run.")
    ] = False,
    dry_run: DryRun = False,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Forget single versions; their bytes go with a later sweep, their lineage stays.

    All of them go or, if something holds one, none. A version that is a registered model is never deleted.
    """
    workspace = current()
    refs = [workspace.catalog.resolve(Selector.parse(selector)).ref for selector in selectors]
    despite = FORCED if force else ()
    with working("Looking at versions and objects"):
        found = plan_of(workspace, refs, despite=despite)
        reckoning = reckon(workspace, found)
    if not as_json:
        _print_plan(found, reckoning)
    if not dry_run:
        ask(count(len(found.going), "version"), yes=yes)
    gone = [one.ref for one in found.going] if dry_run else forget(workspace, found, despite=despite)
    went = frozenset(gone)
    missed = [str(one.ref) for one in found.going if one.ref not in went]
    if as_json:
        print_json(
            {
                "dry_run": dry_run,
                "forgotten": [str(ref) for ref in gone],
                "frees": reckoning.frees,
                "shared": reckoning.shared,
            }
        )
    elif not dry_run and gone:
        then = "Their bytes go at the first sweep after 24 h: bridge artifacts sweep"
        out().print(Text(f"Forgot {count(len(gone), 'version')}. {then}"), soft_wrap=True)
    if missed:
        say_error(f"{', '.join(missed)} came to be held by an alias, a model or a run meanwhile, and stays.")
        raise typer.Exit(1)


def _print_plan(found: Plan, reckoning: Reckoning) -> None:
    columns = (Column("version", keep=False), Column("size", right=True), Column("despite", keep=False))
    rows = [[str(one.ref), size(one.size), ", ".join(str(hold) for hold in one.holds)] for one in found.going]
    print_table(columns, rows, console=out())
    shared = f"; {size(reckoning.shared)} more is shared with versions that stay" if reckoning.shared else ""
    out().print(Text(f"{size(reckoning.frees)} to free{shared}."), soft_wrap=True)
