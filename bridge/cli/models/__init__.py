"""`bridge models`: registered model versions; one file a command."""

from __future__ import annotations

import typer

from bridge.cli.models import listing, showing

app = typer.Typer(invoke_without_command=True, rich_markup_mode="rich", epilog=listing.EXAMPLE)
app.callback()(listing.listing)
app.command("show", epilog=showing.EXAMPLE)(showing.show)
