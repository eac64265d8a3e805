"""`bridge models`: registered model versions; one file a command."""

from __future__ import annotations

import typer

from bridge.cli.models import listing, promoting, rolling_back, showing

app = typer.Typer(invoke_without_command=True, rich_markup_mode="rich", epilog=listing.EXAMPLE)
app.callback()(listing.listing)
app.command("show", epilog=showing.EXAMPLE)(showing.show)
app.command("promote", epilog=promoting.EXAMPLE)(promoting.promote)
app.command("rollback", epilog=rolling_back.EXAMPLE)(rolling_back.rollback)
app.command("demote", epilog=rolling_back.DEMOTE_EXAMPLE)(rolling_back.demote)
