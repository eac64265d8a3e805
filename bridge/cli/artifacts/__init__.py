"""`bridge artifacts`: names, their versions and their files; one file a command."""

from __future__ import annotations

import typer

from bridge.cli.artifacts import export, importing, listing, showing

app = typer.Typer(invoke_without_command=True, rich_markup_mode="rich", epilog=listing.EXAMPLE)
app.callback()(listing.listing)
app.command("versions", epilog=listing.VERSIONS_EXAMPLE)(listing.versions)
app.command("show", epilog=showing.EXAMPLE)(showing.show)
app.command("import", epilog=importing.EXAMPLE)(importing.import_)
app.command("export", epilog=export.EXAMPLE)(export.export)
