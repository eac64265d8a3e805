"""`bridge artifacts` and `bridge artifacts versions`: names, and the versions of one."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Annotated

import typer

from bridge.cli import documents
from bridge.cli.artifacts.cells import run_name, stored_size
from bridge.cli.console import AsJson, Column, out, print_empty, print_json, print_table
from bridge.domain.errors import VersionNotFoundError
from bridge.lineage.humane import ago, short_digest, short_type

EXAMPLE = "Example: [bold]bridge artifacts --prefix training/[/bold]"
VERSIONS_EXAMPLE = "Example: [bold]bridge artifacts versions training/train[/bold]"

EMPTY = (
    "No artifacts yet. Every result of a task whose decorator comes from bridge becomes one:",
    "from bridge import flow, task        # was: from prefect import flow, task",
    "or see some at once:  bridge demo",
)


def listing(
    context: typer.Context,
    prefix: Annotated[str, typer.Option(help="Only names that begin so.")] = "",
    limit: Annotated[int | None, typer.Option(min=1, help="How many names at most; all if left out.")] = None,
    as_json: AsJson = False,
) -> None:
    """List artifacts with their latest version; look at one (show, versions, export), or let versions go."""
    if context.invoked_subcommand is not None:
        return
    from bridge.workspace import current

    found = current().catalog.artifacts(prefix=prefix, limit=limit)
    if as_json:
        print_json({"artifacts": [documents.of_version(one) | {"versions": one.ref.number} for one in found]})
        return
    console = out()
    if not found:
        nothing = (f"No artifact's name begins with {prefix!r}.", "bridge artifacts") if prefix else EMPTY
        print_empty(nothing, console=console)
        return
    now = datetime.now(timezone.utc)
    columns = (
        Column("artifact", keep=False),
        Column("latest"),
        Column("type", keep=False),
        Column("size", right=True),
        Column("versions", right=True, roomy=True),
        Column("saved"),
        Column("digest", roomy=True),
    )
    rows = [
        [
            one.ref.name,
            f"@{one.ref.number}",
            short_type(one.type),
            stored_size(one),
            str(one.ref.number),
            ago(one.created, now),
            short_digest(one.digest or "-"),
        ]
        for one in found
    ]
    print_table(columns, rows, console=console)


def versions(
    name: Annotated[str, typer.Argument(help="The artifact's name.")],
    limit: Annotated[int, typer.Option(min=1, help="How many versions, the latest first.")] = 20,
    as_json: AsJson = False,
) -> None:
    """List the versions of an artifact, the latest first."""
    from bridge.workspace import current

    catalog = current().catalog
    found = catalog.versions(name, limit=limit)
    if not found:
        raise VersionNotFoundError(name, [one.ref.name for one in catalog.artifacts(limit=20)])
    if as_json:
        print_json({"name": name, "versions": [documents.of_version(one) for one in found]})
        return
    now = datetime.now(timezone.utc)
    columns = (
        Column("version"),
        Column("aliases", keep=False),
        Column("type", keep=False),
        Column("size", right=True),
        Column("digest"),
        Column("saved"),
        Column("run", keep=False),
    )
    rows = [
        [
            f"@{one.ref.number}",
            ", ".join(one.aliases),
            short_type(one.type),
            stored_size(one),
            short_digest(one.digest or "-"),
            ago(one.created, now),
            run_name(catalog, one.run_id),
        ]
        for one in found
    ]
    print_table(columns, rows, console=out())
