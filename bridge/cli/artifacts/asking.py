"""Asking before something goes, and what the commands that remove things share."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Annotated

import typer

from bridge.cli.console import err, say_error
from bridge.lineage.humane import duration, size
from bridge.workspace.sweeping import Swept

Grace = Annotated[
    str,
    typer.Option(help="How long bytes stay that no version needs: longer than the longest save (90s, 30min, 24h, 7d)."),
]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only show what would go.")]


def ask(what: str, *, yes: bool, can_look: bool = True) -> None:
    """Go on only if the user wants it.

    Raises:
        typer.Exit: If not, or if there is no terminal on which to ask.
    """
    if yes:
        return
    if not sys.stdin.isatty() or not sys.stderr.isatty():
        say_error(
            f"{what} would be forgotten, and there is no terminal to ask on. "
            f"Add --yes{', or --dry-run to look only' if can_look else ''}."
        )
        raise typer.Exit(1)
    if not typer.confirm(f"Forget {what}?", err=True):
        err().print("Nothing was changed.")
        raise typer.Exit(1)


@contextmanager
def working(doing: str) -> Iterator[None]:
    """Show on a terminal that something is being done."""
    console = err()
    if not console.is_terminal:
        yield
        return
    with console.status(f"{doing} …"):
        yield


def count(number: int, noun: str) -> str:
    """A number with its noun.

    >>> count(1, "version"), count(2000, "object")
    ('1 version', '2,000 objects')
    """
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def grace_text(grace: timedelta) -> str:
    """The grace as people say it.

    >>> grace_text(timedelta(hours=24)), grace_text(timedelta(minutes=90)), grace_text(timedelta(days=7))
    ('24 h', '1 h 30 min', '7 days')
    """
    if grace > timedelta(days=2) and not grace % timedelta(days=1):
        return f"{grace.days} days"
    return duration(grace.total_seconds()).removesuffix(" 00 min")


def swept_text(swept: Swept, grace: timedelta, *, dry_run: bool) -> str:
    """One sentence about a sweep.

    >>> swept_text(Swept(2, 3000, 1, 4), timedelta(hours=24), dry_run=False)
    'Swept 2 objects, 3.0 kB, that no version has needed for 24 h, and what 1 killed writer left.'
    >>> swept_text(Swept(), timedelta(hours=24), dry_run=True)
    'Nothing to sweep: whatever is there is needed, or was within 24 h.'
    """
    if not swept.objects and not swept.left_over:
        recent = f", or was within {grace_text(grace)}" if grace else ""
        return f"Nothing to sweep: whatever is there is needed{recent}."
    verb = "A sweep removes" if dry_run else "Swept"
    needs = f"has needed for {grace_text(grace)}" if grace else "needs"
    said = f"{verb} {count(swept.objects, 'object')}, {size(swept.size)}, that no version {needs}"
    return said + (f", and what {count(swept.left_over, 'killed writer')} left." if swept.left_over else ".")
