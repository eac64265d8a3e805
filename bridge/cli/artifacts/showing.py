"""`bridge artifacts show`: everything about one version."""

from __future__ import annotations

from datetime import datetime, timezone

from rich.console import Console
from rich.text import Text

from bridge.cli import documents
from bridge.cli.artifacts.cells import Wanted, run_name, shown_tags, stored_size
from bridge.cli.artifacts.metadata import print_metadata
from bridge.cli.artifacts.preview import print_preview
from bridge.cli.console import AsJson, Column, out, print_facts, print_heading, print_json, print_table
from bridge.domain.external import OUTSIDE, ExternalUrl, Reference
from bridge.domain.ports import Catalog
from bridge.domain.selector import Selector
from bridge.domain.version import Edge, Version
from bridge.lineage.humane import ago, size
from bridge.store.identities import words

EXAMPLE = "Example: [bold]bridge artifacts show training/train@2[/bold]"


def show(selector: Wanted, as_json: AsJson = False) -> None:
    """Show one version: its facts, columns, preview and files, the step that made it, and what used it."""
    from bridge.workspace import current
    from bridge.workspace.outside import record_of

    catalog = current().catalog
    version = catalog.resolve(Selector.parse(selector))
    edges = catalog.edges_of_version(version.ref)
    manifest = catalog.manifest(version.digest) if version.digest else None
    preview = catalog.preview(version.digest) if version.digest else None
    outside = record_of(current().store, manifest) if manifest and manifest.format in OUTSIDE else None
    if as_json:
        print_json(
            documents.of_version(version)
            | {
                "files": documents.of_files(manifest) if manifest else [],
                "outside": documents.of_outside(outside, version) if outside else None,
                "edges": [documents.of_edge(edge) for edge in edges],
                "preview": documents.of_preview(preview),
            }
        )
        return
    console = out()
    print_facts(_facts(catalog, version) + (_outside(outside, version) if outside else []), console=console)
    print_metadata(version.metadata, preview=preview, console=console)
    if preview is not None:
        print_preview(preview, selector=str(version.ref), console=console)
    if manifest is not None and not isinstance(outside, ExternalUrl):
        print_heading("Files", console=console)
        columns = (Column("path", keep=False), Column("size", right=True), Column("BLAKE3", roomy=True))
        files = outside.files if isinstance(outside, Reference) else manifest.files
        rows = [[file.path or "(the file itself)", size(file.size), file.digest] for file in files]
        print_table(columns, rows, console=console)
    _print_users(catalog, [edge for edge in edges if edge.direction == "input"], console=console)


def _facts(catalog: Catalog, version: Version) -> list[tuple[str, str | Text]]:
    saved = version.created.astimezone().strftime("%Y-%m-%d %H:%M:%S")
    step = catalog.step(version.step_id) if version.step_id else None
    return [
        ("version", Text(str(version.ref), style="bold cyan")),
        ("aliases", ", ".join(version.aliases)),
        ("tags", shown_tags(version.tags)),
        ("type", version.type),
        ("format", version.format),
        ("size", stored_size(version)),
        ("digest", version.digest or "none: its bytes were not stored"),
        ("saved", f"{saved} ({ago(version.created, datetime.now(timezone.utc))})"),
        ("made by", step.task if step is not None else "hand, outside of tasks and flows"),
        ("in run", run_name(catalog, version.run_id)),
        ("came from", version.origin or ""),
    ]


def _outside(outside: Reference | ExternalUrl, version: Version) -> list[tuple[str, str | Text]]:
    if isinstance(outside, ExternalUrl):
        told = words(outside.identity)
        pinned = version.metadata.get("blake3")
        return [("lies at", outside.url), ("known by", f"{told}, BLAKE3 {pinned}" if pinned else told)]
    where = version.metadata.get("locations") or ["it is not recorded where"]
    return [("lies at", ", before at ".join(map(str, where))), ("known by", "size and BLAKE3 of each file")]


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
        rows.append([task, edge.slot, edge.tie, run_name(catalog, step.run_id if step is not None else None)])
    print_table(columns, rows, console=console)
