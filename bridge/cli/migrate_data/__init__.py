"""`bridge migrate-data`: what other tools have recorded, brought over; one file a tool."""

from __future__ import annotations

import typer

from bridge.cli.migrate_data import zenml

app = typer.Typer(no_args_is_help=True, rich_markup_mode="rich", help=__doc__)
app.command("zenml", epilog=zenml.EXAMPLE)(zenml.zenml)
