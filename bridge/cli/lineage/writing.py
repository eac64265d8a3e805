"""Lineage in the formats that other programs draw."""

from __future__ import annotations

import sys
from enum import Enum
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from bridge.cli.console import json_text, out, print_json
from bridge.domain.errors import ExportError
from bridge.domain.model import ModelVersion
from bridge.lineage import Affected, Graph, RunGraph
from bridge.lineage import Path as Way


class Format(str, Enum):
    """How lineage is written."""

    tree = "tree"
    mermaid = "mermaid"
    dot = "dot"
    json = "json"
    html = "html"


AsFormat = Annotated[
    Format,
    typer.Option("--format", "-f", help="html is one page to look around in; mermaid for Markdown, dot for Graphviz."),
]
Output = Annotated[Path | None, typer.Option("--output", "-o", help="File to write it into, instead of printing it.")]


def chosen(format: Format, output: Path | None, as_json: bool) -> Format:
    """The format asked for; one that a file's name tells need not be said."""
    if as_json:
        return Format.json
    told = {".html": Format.html, ".htm": Format.html, ".dot": Format.dot, ".gv": Format.dot, ".mmd": Format.mermaid}
    told |= {".mermaid": Format.mermaid, ".json": Format.json}
    if format is Format.tree and output is not None:
        return told.get(output.suffix.lower(), format)
    return format


def write(
    what: Graph | RunGraph | Way | Affected,
    document: object,
    *,
    format: Format,
    output: Path | None,
    models: list[ModelVersion],
) -> None:
    """Print lineage in another format than text for people, or write it into a file.

    Raises:
        ExportError: If the file cannot be written.
    """
    if format is Format.json and output is None:
        print_json(document)
        return
    text = json_text(document) if format is Format.json else drawn(what, format, models)
    if output is None:
        sys.stdout.write(text + "\n")
    else:
        save(text, output)


def drawn(what: Graph | RunGraph | Way | Affected, format: Format, models: list[ModelVersion]) -> str:
    """Lineage as a picture in a format."""
    from bridge.lineage import drawing

    picture = drawing.picture(what, models)
    draw = {Format.mermaid: drawing.mermaid, Format.dot: drawing.dot, Format.html: drawing.html}[format]
    return draw(picture)


def save(text: str, output: Path) -> None:
    """Write a file, and say so.

    Raises:
        ExportError: If it cannot be written.
    """
    try:
        output.write_text(text if text.endswith("\n") else text + "\n", encoding="utf-8", errors="replace")
    except OSError as error:
        raise ExportError(str(output), error.strerror or str(error)) from error
    out().print(Text(f"Written: {output}"), soft_wrap=True)
