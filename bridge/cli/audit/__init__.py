"""`bridge audit`: the log of decisions about models; one file a command."""

from __future__ import annotations

import typer

from bridge.cli.audit import exporting, listing, showing, verifying

app = typer.Typer(invoke_without_command=True, rich_markup_mode="rich", epilog=listing.EXAMPLE)
app.callback()(listing.listing)
app.command("show", epilog=showing.EXAMPLE)(showing.show)
app.command("verify", epilog=verifying.EXAMPLE)(verifying.verify)
app.command("export", epilog=exporting.EXAMPLE)(exporting.export)
