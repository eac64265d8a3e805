"""`bridge studies export`: a study as one page."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from bridge.cli.console import AsJson, out, print_json
from bridge.cli.studies.cells import Wanted
from bridge.domain.errors import ExportError
from bridge.lineage.humane import size

EXAMPLE = "Example: [bold]bridge studies export churn --html churn.html[/bold]"


def export(
    name: Wanted,
    html: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", help="File to write; left out, the page is printed.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there already.")] = False,
    as_json: AsJson = False,
) -> None:
    """Write a study as one HTML page: its best trial, its plots, its trials.

    It needs no server and has no scripts: it can be mailed, or put beside other files of a run.
    """
    if html is not None and html.exists() and not force:
        raise ExportError(str(html), "already there; --force replaces it, or choose another name")
    from bridge.tuning import open_study
    from bridge.tuning.page import html as written

    study = open_study(name)
    text = written(study)
    if html is not None:
        _write(text, html)
    told = {
        "study": study.study_name,
        "media_type": "text/html",
        "file": None if html is None else str(html.absolute()),
        "page": text if html is None else None,
    }
    if as_json:
        print_json(told)
    elif html is not None:
        out().print(Text(f"{study.study_name}: text/html, {size(len(text.encode()))}, in {html}"), soft_wrap=True)
    else:
        sys.stdout.write(text)


def _write(text: str, file: Path) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise ExportError(str(file), error.strerror or str(error)) from error
