"""`bridge models`: registered model versions; one file a command."""

from __future__ import annotations

import typer

from bridge.cli.models import (
    card,
    comparing,
    deleting,
    listing,
    promoting,
    registering,
    rolling_back,
    setting,
    showing,
    signing,
    versions,
)

app = typer.Typer(invoke_without_command=True, rich_markup_mode="rich", epilog=listing.EXAMPLE)
app.callback()(listing.listing)
app.command("show", epilog=showing.EXAMPLE)(showing.show)
app.command("versions", epilog=versions.EXAMPLE)(versions.versions)
app.command("compare", epilog=comparing.EXAMPLE)(comparing.compare)
app.command("register", epilog=registering.EXAMPLE)(registering.register)
app.command("set", epilog=setting.SET_EXAMPLE)(setting.set_facts)
app.command("tag", epilog=setting.TAG_EXAMPLE)(setting.tag)
app.command("archive", epilog=deleting.ARCHIVE_EXAMPLE)(deleting.archive)
app.command("delete", epilog=deleting.DELETE_EXAMPLE)(deleting.delete)
app.command("promote", epilog=promoting.EXAMPLE)(promoting.promote)
app.command("rollback", epilog=rolling_back.EXAMPLE)(rolling_back.rollback)
app.command("demote", epilog=rolling_back.DEMOTE_EXAMPLE)(rolling_back.demote)
app.command("card", epilog=card.EXAMPLE)(card.card)
app.command("keygen", epilog=signing.KEYGEN_EXAMPLE)(signing.keygen)
app.command("sign", epilog=signing.SIGN_EXAMPLE)(signing.sign)
app.command("verify", epilog=signing.VERIFY_EXAMPLE)(signing.verify)
