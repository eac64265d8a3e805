"""`bridge cache`: why tasks ran or were found, and what is kept of their results."""

from __future__ import annotations

import typer

from bridge.cli.cache import explaining, keeping

app = typer.Typer(invoke_without_command=True, rich_markup_mode="rich", epilog=keeping.LIST_EXAMPLE)
app.callback()(keeping.listing)
app.command("explain", epilog=explaining.EXAMPLE)(explaining.explain)
app.command("clear", epilog=keeping.CLEAR_EXAMPLE)(keeping.clear)
