"""`bridge models`: registered model versions; one file a command."""

from __future__ import annotations

import typer

from bridge.cli.models import card, listing, showing, signing

app = typer.Typer(invoke_without_command=True, rich_markup_mode="rich", epilog=listing.EXAMPLE)
app.callback()(listing.listing)
app.command("show", epilog=showing.EXAMPLE)(showing.show)
app.command("card", epilog=card.EXAMPLE)(card.card)
app.command("keygen", epilog=signing.KEYGEN_EXAMPLE)(signing.keygen)
app.command("sign", epilog=signing.SIGN_EXAMPLE)(signing.sign)
app.command("verify", epilog=signing.VERIFY_EXAMPLE)(signing.verify)
