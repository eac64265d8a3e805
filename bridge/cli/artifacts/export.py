"""`bridge artifacts export`: a version's files, written into a folder."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from bridge.cli import documents
from bridge.cli.artifacts.cells import Wanted
from bridge.cli.console import AsJson, out, print_json
from bridge.cli.exporting import export_files, export_outside
from bridge.domain.errors import BytesMissingError
from bridge.domain.external import OUTSIDE
from bridge.domain.selector import Selector
from bridge.lineage.humane import size

EXAMPLE = "Example: [bold]bridge artifacts export training/train@2 ./model[/bold]"


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
    if manifest.format in OUTSIDE:
        outside = export_outside(workspace, version, manifest, folder, force=force)
        files = [asdict(file) for file in outside]
    else:
        export_files(workspace.store, manifest, folder, force=force)
        files = documents.of_files(manifest)
    if as_json:
        print_json(
            {
                "selector": str(version.ref),
                "digest": version.digest,
                "folder": str(folder.absolute()),
                "files": files,
            }
        )
        return
    count = f"{len(files)} file{'' if len(files) == 1 else 's'}"
    written = size(sum(file["size"] for file in files))
    out().print(Text(f"{version.ref}: {count}, {written}, digests checked, in {folder}"), soft_wrap=True)
