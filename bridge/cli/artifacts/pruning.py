"""`bridge artifacts prune`: versions that the retention rules do not keep are forgotten."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import timedelta
from itertools import groupby
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.text import Text

from bridge.cli import documents
from bridge.cli.artifacts.asking import DryRun, Grace, Yes, ask, count, grace_text, swept_text, working
from bridge.cli.console import AsJson, Column, err, out, print_json, print_table
from bridge.cli.spans import span
from bridge.domain.version import VersionRef
from bridge.lineage.humane import size
from bridge.workspace import current
from bridge.workspace.keeping import Plan, Reckoning, forget, plan, reckon, rules_of
from bridge.workspace.sweeping import Swept
from bridge.workspace.sweeping import sweep as swept_now

EXAMPLE = "Example: [bold]bridge artifacts prune 'training/*' --keep-last 5 --older-than 30d --dry-run[/bold]"

_MOST_REASONS = 6


def prune(
    patterns: Annotated[
        list[str] | None, typer.Argument(metavar="NAME-PATTERN", help="Only names that fit: training/*.")
    ] = None,
    keep_last: Annotated[
        int | None, typer.Option(min=1, help="Keep so many of the latest versions, whatever the settings say.")
    ] = None,
    older_than: Annotated[
        str | None, typer.Option(help="Forget only versions older than this (12h, 30d, 2w), whatever the settings say.")
    ] = None,
    grace: Grace = "24h",
    dry_run: DryRun = False,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Forget versions that the retention rules of the settings do not keep, then sweep.

    The latest of a name always stays, and so does what an alias, a registered model or an unfinished run holds.
    """
    while_kept = span("--grace", grace)
    workspace = current()
    age = None if older_than is None else span("--older-than", older_than)
    rules = rules_of(workspace, keep_last=keep_last, older_than=age)
    with working("Looking at versions and objects"):
        found = plan(workspace, rules, patterns=patterns or ())
        reckoning = reckon(workspace, found)
    if not as_json:
        _print_plan(found, reckoning, while_kept, console=out())
    if found.going and not dry_run:
        ask(count(len(found.going), "version"), yes=yes)
    gone = tuple(one.ref for one in found.going) if dry_run else forget(workspace, found)
    with working("Sweeping"):
        swept = swept_now(grace=while_kept, dry_run=dry_run, workspace=workspace)
    if as_json:
        print_json(_document(found, gone, reckoning, swept, dry_run=dry_run, grace=while_kept))
    else:
        _print_end(found, gone, swept, while_kept, dry_run=dry_run, console=out())


def _print_plan(found: Plan, reckoning: Reckoning, grace: timedelta, *, console: Console) -> None:
    if not found.going:
        console.print(Text("Nothing to forget: the rules, or something else, keep every version."), soft_wrap=True)
        return
    kept = {name: list(those) for name, those in groupby(found.kept, key=lambda one: one.ref.name)}
    columns = (
        Column("artifact", keep=False),
        Column("goes", right=True),
        Column("which"),
        Column("stays", right=True),
        Column("why", keep=False, wrap=True),
    )
    rows = []
    for name, those in groupby(found.going, key=lambda one: one.ref.name):
        numbers = [one.ref.number for one in those]
        stays = kept.get(name, [])
        why = _reasons((one.ref.number, one.why) for one in stays)
        rows.append([name, f"{len(numbers):,}", ranges(numbers), f"{len(stays):,}", why])
    print_table(columns, rows, console=console)
    console.print()
    console.print(Text(_totals(found, reckoning, grace)), soft_wrap=True)


def _totals(found: Plan, reckoning: Reckoning, grace: timedelta) -> str:
    said = f"{count(len(found.going), 'version')} to forget: {size(reckoning.frees)} to free"
    said += f" {grace_text(grace)} later" if reckoning.frees and grace else ""
    if reckoning.shared:
        said += f"; {size(reckoning.shared)} more is shared with versions that stay"
    return said + "."


def _reasons(kept: Iterable[tuple[int, tuple[str, ...]]]) -> str:
    """Why the versions of a name stay: each reason once, with its version where it is one version's own."""
    found: dict[str, None] = {}
    for number, why in kept:
        for reason in why:
            own = reason.partition(" ")[0] in ("alias", "model", "run")
            found[f"{reason} (@{number})" if own else reason] = None
    reasons = list(found)
    more = len(reasons) - _MOST_REASONS
    return ", ".join(reasons[:_MOST_REASONS]) + (f" and {more} more" if more > 0 else "")


def ranges(numbers: list[int]) -> str:
    """Numbers of versions, the latest first, in short.

    >>> ranges([9, 8, 7, 3]), ranges([20, 18, 16, 14, 12])
    ('@3, @7…9', '@12 … @20')
    """
    parts: list[list[int]] = []
    for number in sorted(numbers):
        if parts and parts[-1][1] == number - 1:
            parts[-1][1] = number
        else:
            parts.append([number, number])
    if len(parts) > 3:
        return f"@{min(numbers)} … @{max(numbers)}"
    return ", ".join(f"@{low}" if low == high else f"@{low}…{high}" for low, high in parts)


def _print_end(
    found: Plan, gone: tuple[VersionRef, ...], swept: Swept, grace: timedelta, *, dry_run: bool, console: Console
) -> None:
    if gone and not dry_run:
        saved = len(found.going) - len(gone)
        but = f" ({saved} came to be held meanwhile and stay)" if saved else ""
        then = f" Their bytes go at the first sweep after {grace_text(grace)}: bridge artifacts sweep" if grace else ""
        console.print(Text(f"Forgot {count(len(gone), 'version')}{but}.{then}"), soft_wrap=True)
    if swept.objects or not dry_run:
        console.print(Text(swept_text(swept, grace, dry_run=dry_run)), soft_wrap=True)
    if dry_run:
        err().print(Text("Nothing was changed.", style="dim"))


def _document(
    found: Plan, gone: tuple[VersionRef, ...], reckoning: Reckoning, swept: Swept, *, dry_run: bool, grace: timedelta
) -> dict[str, Any]:
    went = frozenset(gone)
    return {
        "dry_run": dry_run,
        "grace_seconds": grace.total_seconds(),
        "forgotten": [
            {"selector": str(one.ref), "size": one.size, "digest": one.digest, "created": documents.iso(one.created)}
            for one in found.going
            if one.ref in went
        ],
        "kept": [{"selector": str(one.ref), "why": list(one.why)} for one in found.kept],
        "frees": reckoning.frees,
        "shared": reckoning.shared,
        "swept": asdict(swept),
    }
