"""`bridge artifacts` and `bridge artifacts versions`: names, and the versions of one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from typing import Annotated

import typer
from rich.text import Text

from bridge.cli import documents
from bridge.cli.artifacts.cells import Tagged, run_name, shown_tags, stored_size, tags_of
from bridge.cli.console import AsJson, Column, out, print_empty, print_json, print_table
from bridge.domain.errors import VersionNotFoundError
from bridge.domain.version import Version
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
    tag: Tagged = None,
    as_json: AsJson = False,
) -> None:
    """List artifacts with their latest version; look at one, bring data in, or let versions go.

    With --tag it is the latest version that has the tag, and names without one are left out.
    """
    if context.invoked_subcommand is not None:
        return
    from bridge.workspace import current

    catalog, wanted = current().catalog, tags_of(tag)
    found = catalog.artifacts(prefix=prefix, limit=limit, tags=wanted)
    pointing: dict[str, dict[str, int]] = {}
    for alias, ref in catalog.aliases() if found else ():
        pointing.setdefault(ref.name, {})[alias] = ref.number
    if as_json:
        print_json({"artifacts": [_document(one, pointing.get(one.ref.name, {})) for one in found]})
        return
    console = out()
    if not found:
        print_empty(_nothing(prefix, wanted), console=console)
        return
    now = datetime.now(timezone.utc)
    columns = (
        Column("artifact", keep=False),
        Column("tagged" if wanted else "latest"),
        Column("aliases", keep=False),
        Column("type", keep=False),
        Column("size", right=True),
        Column("saved"),
        Column("tags", keep=False, roomy=True),
        Column("digest", roomy=True),
    )
    rows = [
        [
            one.ref.name,
            f"@{one.ref.number}",
            _aliases(pointing.get(one.ref.name, {}), one.ref.number),
            short_type(one.type),
            stored_size(one),
            ago(one.created, now),
            shown_tags(one.tags),
            short_digest(one.digest or "-"),
        ]
        for one in found
    ]
    print_table(columns, rows, console=console)


def versions(
    name: Annotated[str, typer.Argument(help="The artifact's name.")],
    limit: Annotated[int, typer.Option(min=1, help="How many versions, the latest first.")] = 20,
    tag: Tagged = None,
    as_json: AsJson = False,
) -> None:
    """List the versions of an artifact, the latest first."""
    from bridge.workspace import current

    catalog, wanted = current().catalog, tags_of(tag)
    found = catalog.versions(name, limit=limit, tags=wanted)
    if not found and not (wanted and catalog.versions(name, limit=1)):
        raise VersionNotFoundError(name, [one.ref.name for one in catalog.artifacts(limit=20)])
    if as_json:
        print_json({"name": name, "versions": [documents.of_version(one) for one in found]})
        return
    if not found:
        print_empty(
            (f"No version of {name} has {shown_tags(wanted)}.", f"bridge artifacts versions {name}"), console=out()
        )
        return
    now = datetime.now(timezone.utc)
    columns = (
        Column("version"),
        Column("aliases", keep=False),
        Column("tags", keep=False),
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
            shown_tags(one.tags),
            short_type(one.type),
            stored_size(one),
            short_digest(one.digest or "-"),
            ago(one.created, now),
            run_name(catalog, one.run_id),
        ]
        for one in found
    ]
    console = out()
    print_table(columns, rows, console=console)
    listed = {one.ref for one in found}
    hidden = [f"{alias} → @{ref.number}" for alias, ref in catalog.aliases(name) if ref not in listed]
    if hidden:
        console.print(Text(f"Aliases of versions that are not listed: {', '.join(hidden)}.", style="dim"))


def _aliases(pointing: Mapping[str, int], shown: int) -> str:
    return ", ".join(alias if number == shown else f"{alias} → @{number}" for alias, number in pointing.items())


def _document(one: Version, pointing: Mapping[str, int]) -> documents.Document:
    """A version, with how many there are of its name and where the name's aliases point."""
    return documents.of_version(one) | {"versions": one.ref.number, "aliases_of_name": dict(pointing)}


def _nothing(prefix: str, wanted: Mapping[str, str | None]) -> Sequence[str]:
    begins = f" whose name begins with {prefix!r}" if prefix else ""
    if wanted:
        return f"No artifact{begins} has a version with {shown_tags(wanted)}.", "bridge artifacts"
    return (f"No artifact's name begins with {prefix!r}.", "bridge artifacts") if prefix else EMPTY
