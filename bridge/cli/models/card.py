"""`bridge models card`: what is known of a model version, as a document."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from bridge.cli.console import AsJson, out, print_json
from bridge.domain.errors import ExportError
from bridge.lineage.humane import size

EXAMPLE = "Example: [bold]bridge models card churn@3 --out churn.html[/bold]"

PAGES = frozenset({".html", ".htm"})
"""Names of files that are written as HTML without being told so."""


def card(
    model: Annotated[str, typer.Argument(metavar="NAME[@N]", help="The model's name; its latest version, or the Nth.")],
    as_html: Annotated[bool, typer.Option("--html", help="HTML instead of Markdown: one file, no scripts.")] = False,
    to: Annotated[
        Path | None, typer.Option("--out", help="File to write; FILE.html is HTML. Left out, it is printed.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there already.")] = False,
    as_json: AsJson = False,
) -> None:
    """Write the model card of a version: use, metrics, data, lineage, environment, approvals, signatures.

    It is made of what was recorded and of nothing else; the same facts give the same bytes.
    """
    from bridge.models import cards

    made = cards.card(model)
    as_page = as_html or (to is not None and to.suffix.lower() in PAGES)
    text = cards.html(made) if as_page else cards.markdown(made)
    if to is not None:
        _write(text, to, force=force)
    kind = "text/html" if as_page else "text/markdown"
    if as_json:
        written = None if to is None else str(to.absolute())
        print_json({"model": made.model.selector, "media_type": kind, "file": written, "card": None if to else text})
    elif to is not None:
        said = f"{made.model.selector}: {kind}, {size(len(text.encode()))}, in {to}"
        out().print(Text(said), soft_wrap=True)
    else:
        sys.stdout.write(text)


def _write(text: str, file: Path, *, force: bool) -> None:
    if file.exists() and not force:
        raise ExportError(str(file), "already there; --force replaces it, or choose another name")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise ExportError(str(file), error.strerror or str(error)) from error
