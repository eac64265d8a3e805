"""`bridge models`: registered model versions; one file a command."""

from __future__ import annotations

import typer

from bridge.cli.models import comparing, deleting, listing, registering, setting, showing, versions

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
