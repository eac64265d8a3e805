"""`bridge artifacts sweep`: bytes that no version needs go."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer
from rich.text import Text

from bridge.cli.artifacts.asking import DryRun, Grace, swept_text, working
from bridge.cli.console import AsJson, out, print_json
from bridge.cli.spans import span

EXAMPLE = "Example: [bold]bridge artifacts sweep --dry-run[/bold]"


def sweep(
    grace: Grace = "24h",
    dry_run: DryRun = False,
    force: Annotated[
        bool, typer.Option("--force", help="Even if the catalog knows little of what is in the store.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Remove bytes that no version has needed for the grace period, and what killed writers left.

    Safe while flows run. `bridge artifacts prune` does it too, after it has forgotten versions.
    """
    from bridge.workspace.sweeping import sweep as swept_now

    while_kept = span("--grace", grace)
    with working("Looking for what is needed"):
        swept = swept_now(grace=while_kept, dry_run=dry_run, force=force)
    if as_json:
        print_json({"dry_run": dry_run, "grace_seconds": while_kept.total_seconds(), **asdict(swept)})
        return
    out().print(Text(swept_text(swept, while_kept, dry_run=dry_run)), soft_wrap=True)
