"""`bridge studies`: searches for parameters; one file a command."""

from __future__ import annotations

import typer

from bridge.cli.studies import deleting, exporting, listing, showing

app = typer.Typer(invoke_without_command=True, rich_markup_mode="rich", epilog=listing.EXAMPLE)
app.callback()(listing.listing)
app.command("show", epilog=showing.EXAMPLE)(showing.show)
app.command("export", epilog=exporting.EXAMPLE)(exporting.export)
app.command("delete", epilog=deleting.EXAMPLE)(deleting.delete)
