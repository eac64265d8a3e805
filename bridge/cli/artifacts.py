"""`bridge artifacts`: names, their versions and their files."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from bridge.cli import documents
from bridge.cli.console import (
    AsJson,
    Column,
    out,
    print_empty,
    print_facts,
    print_heading,
    print_json,
    print_table,
    shown,
)
from bridge.cli.exporting import export_files
from bridge.domain.errors import BytesMissingError, RunNotFoundError, VersionNotFoundError
from bridge.domain.ports import Catalog
from bridge.domain.selector import Selector
from bridge.domain.version import Edge, Version
from bridge.lineage.humane import ago, short_digest, short_type, size

app = typer.Typer(
    invoke_without_command=True,
    rich_markup_mode="rich",
    epilog="Example: [bold]bridge artifacts --prefix training/[/bold]",
)

Wanted = Annotated[
    str, typer.Argument(metavar="SELECTOR", help="name, name@3, name@champion, name@run:<id> or name@blake3:<hex>.")
]

EMPTY = (
    "No artifacts yet. Every result of a task whose decorator comes from bridge becomes one:",
    "from bridge import flow, task        # was: from prefect import flow, task",
    "or see some at once:  bridge demo",
)


@app.callback()
def listing(
    context: typer.Context,
    prefix: Annotated[str, typer.Option(help="Only names that begin so.")] = "",
    limit: Annotated[int | None, typer.Option(min=1, help="How many names at most; all if left out.")] = None,
    as_json: AsJson = False,
) -> None:
    """List artifacts with their latest version, or look at one: show, versions, export."""
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
            _size(one),
            str(one.ref.number),
            ago(one.created, now),
            short_digest(one.digest or "-"),
        ]
        for one in found
    ]
    print_table(columns, rows, console=console)


@app.command("versions", epilog="Example: [bold]bridge artifacts versions training/train[/bold]")
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
            _size(one),
            short_digest(one.digest or "-"),
            ago(one.created, now),
            _run_name(catalog, one.run_id),
        ]
        for one in found
    ]
    print_table(columns, rows, console=out())


@app.command("show", epilog="Example: [bold]bridge artifacts show training/train@2[/bold]")
def show(selector: Wanted, as_json: AsJson = False) -> None:
    """Show one version: its facts, files and metadata, the step that made it, and what used it."""
    from bridge.workspace import current

    catalog = current().catalog
    version = catalog.resolve(Selector.parse(selector))
    edges = catalog.edges_of_version(version.ref)
    manifest = catalog.manifest(version.digest) if version.digest else None
    if as_json:
        print_json(
            documents.of_version(version)
            | {
                "files": documents.of_files(manifest) if manifest else [],
                "edges": [documents.of_edge(edge) for edge in edges],
            }
        )
        return
    console = out()
    print_facts(_facts(catalog, version), console=console)
    if version.metadata:
        print_heading("Metadata", console=console)
        print_facts(
            [(name, shown(value, console=console)) for name, value in version.metadata.items()], console=console
        )
    if manifest is not None:
        print_heading("Files", console=console)
        columns = (Column("path", keep=False), Column("size", right=True), Column("BLAKE3", roomy=True))
        rows = [[file.path, size(file.size), file.digest] for file in manifest.files]
        print_table(columns, rows, console=console)
    _print_users(catalog, [edge for edge in edges if edge.direction == "input"], console=console)


@app.command("export", epilog="Example: [bold]bridge artifacts export training/train@2 ./model[/bold]")
def export(
    selector: Wanted,
    folder: Annotated[Path, typer.Argument(help="Folder to write into; made if it is not there.")],
    force: Annotated[bool, typer.Option("--force", help="Replace files that are there already.")] = False,
    as_json: AsJson = False,
) -> None:
    """Write a version's files into a folder; their digests are checked on the way."""
    from bridge.workspace import current

    workspace = current()
    version = workspace.catalog.resolve(Selector.parse(selector))
    if version.digest is None:
        why = version.metadata.get("not_stored", "the value could not be stored when the step ran")
        raise BytesMissingError(str(version.ref), str(why))
    manifest = workspace.catalog.manifest(version.digest)
    written = export_files(workspace.store, manifest, folder, force=force)
    if as_json:
        print_json(
            {
                "selector": str(version.ref),
                "digest": version.digest,
                "folder": str(folder.absolute()),
                "files": documents.of_files(manifest),
            }
        )
        return
    count = f"{len(written)} file{'' if len(written) == 1 else 's'}"
    out().print(Text(f"{version.ref}: {count}, {size(manifest.size)}, digests checked, in {folder}"), soft_wrap=True)


def _facts(catalog: Catalog, version: Version) -> list[tuple[str, str | Text]]:
    saved = version.created.astimezone().strftime("%Y-%m-%d %H:%M:%S")
    step = catalog.step(version.step_id) if version.step_id else None
    return [
        ("version", Text(str(version.ref), style="bold cyan")),
        ("aliases", ", ".join(version.aliases)),
        ("type", version.type),
        ("format", version.format),
        ("size", _size(version)),
        ("digest", version.digest or "none: its bytes were not stored"),
        ("saved", f"{saved} ({ago(version.created, datetime.now(timezone.utc))})"),
        ("made by", step.task if step is not None else "hand, outside of tasks and flows"),
        ("in run", _run_name(catalog, version.run_id)),
    ]


def _print_users(catalog: Catalog, edges: list[Edge], *, console: Console) -> None:
    print_heading("Used by", console=console)
    if not edges:
        console.print(Text("No step yet.", style="dim"))
        return
    columns = (Column("task", keep=False), Column("as", keep=False), Column("known by"), Column("run", keep=False))
    rows = []
    for edge in edges:
        step = catalog.step(edge.step_id)
        task = step.task if step is not None else edge.step_id[:8]
        rows.append([task, edge.slot, edge.tie, _run_name(catalog, step.run_id if step is not None else None)])
    print_table(columns, rows, console=console)


def _run_name(catalog: Catalog, run_id: str | None) -> str:
    if run_id is None:
        return ""
    try:
        return catalog.run(run_id).name
    except RunNotFoundError:
        return run_id[:8]


def _size(version: Version) -> str:
    return size(version.size) if version.digest else "-"
