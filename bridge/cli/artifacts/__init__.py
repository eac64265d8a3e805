"""`bridge artifacts`: names, their versions and their files; one file a command."""

from __future__ import annotations

import typer

from bridge.cli.artifacts import deleting, export, listing, pruning, showing, sweeping

app = typer.Typer(invoke_without_command=True, rich_markup_mode="rich", epilog=listing.EXAMPLE)
app.callback()(listing.listing)
app.command("versions", epilog=listing.VERSIONS_EXAMPLE)(listing.versions)
app.command("show", epilog=showing.EXAMPLE)(showing.show)
app.command("export", epilog=export.EXAMPLE)(export.export)
app.command("prune", epilog=pruning.EXAMPLE)(pruning.prune)
app.command("delete", epilog=deleting.EXAMPLE)(deleting.delete)
app.command("sweep", epilog=sweeping.EXAMPLE)(sweeping.sweep)
