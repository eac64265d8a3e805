"""`bridge artifacts`: names, their versions and their files; one file a command."""

from __future__ import annotations

import typer

from bridge.cli.artifacts import (
    archiving,
    comparing,
    deleting,
    export,
    importing,
    labels,
    listing,
    preview,
    pruning,
    showing,
    sweeping,
)

app = typer.Typer(invoke_without_command=True, rich_markup_mode="rich", epilog=listing.EXAMPLE)
app.callback()(listing.listing)
app.command("versions", epilog=listing.VERSIONS_EXAMPLE)(listing.versions)
app.command("show", epilog=showing.EXAMPLE)(showing.show)
app.command("preview", epilog=preview.EXAMPLE)(preview.preview)
app.command("alias", epilog=labels.ALIAS_EXAMPLE)(labels.alias)
app.command("tag", epilog=labels.TAG_EXAMPLE)(labels.tag)
app.command("diff", epilog=comparing.EXAMPLE)(comparing.diff)
app.command("import", epilog=importing.EXAMPLE)(importing.import_)
app.command("export", epilog=export.EXAMPLE)(export.export)
app.command("archive", epilog=archiving.EXAMPLE)(archiving.archive)
app.command("restore", epilog=archiving.RESTORE_EXAMPLE)(archiving.restore)
app.command("prune", epilog=pruning.EXAMPLE)(pruning.prune)
app.command("delete", epilog=deleting.EXAMPLE)(deleting.delete)
app.command("sweep", epilog=sweeping.EXAMPLE)(sweeping.sweep)
