"""`bridge cache`: why tasks ran or were found, and what is kept of their results."""

from __future__ import annotations

import typer

from bridge.cli.cache import explaining, keeping

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="rich",
    help="Why tasks ran or were found by content, and what is kept of their results.",
    epilog="Example: [bold]bridge cache explain train[/bold] says why task train ran, or was found.",
)
app.command("explain", epilog=explaining.EXAMPLE)(explaining.explain)
app.command("list", epilog=keeping.LIST_EXAMPLE)(keeping.listing)
app.command("clear", epilog=keeping.CLEAR_EXAMPLE)(keeping.clear)
