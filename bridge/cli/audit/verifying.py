"""`bridge audit verify`: whether the log is as it was written."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer
from rich.text import Text

from bridge.cli.console import AsJson, out, print_json
from bridge.models import promotion

EXAMPLE = "Example: [bold]bridge audit verify[/bold], and later [bold]bridge audit verify --head sha256:…[/bold]"

SHOWN = 20
"""Faults that a terminal shows; after the first, many follow from it."""


def verify(
    head: Annotated[
        str | None,
        typer.Option("--head", metavar="DIGEST", help="A digest that was noted earlier: it must still be there."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check every entry of the log, the links between them, the aliases (those in MLflow, too) and the evidence.

    Note the digest that it prints where the catalog's writers cannot write: whoever can write the whole log anew is
    found out by it. The exit code is 1 if anything is wrong.
    """
    audit = promotion.verify(head=head)
    if as_json:
        print_json(asdict(audit) | {"intact": audit.is_intact})
        raise typer.Exit(0 if audit.is_intact else 1)
    console = out()
    for fault in audit.faults[:SHOWN]:
        console.print(Text.assemble(("✗", "red"), f" {fault}"), soft_wrap=True)
    if len(audit.faults) > SHOWN:
        console.print(Text(f"  … and {len(audit.faults) - SHOWN} more (all of them: --json)", style="dim"))
    for gone in audit.gone:
        console.print(Text.assemble(("!", "yellow"), f" {gone}"), soft_wrap=True)
    if audit.tracker not in ("", "same", "differs"):
        console.print(Text.assemble(("!", "yellow"), f" {audit.tracker}"), soft_wrap=True)
    console.print(Text(str(audit), style="bold green" if audit.is_intact else "bold red"), soft_wrap=True)
    if audit.head and audit.is_intact:
        console.print(Text(f"head {audit.head}", style="dim"), soft_wrap=True)
    raise typer.Exit(0 if audit.is_intact else 1)
