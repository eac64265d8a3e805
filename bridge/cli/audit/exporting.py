"""`bridge audit export`: the log as JSON lines, which anybody can check."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import Annotated

import typer

from bridge.cli.console import print_json
from bridge.workspace import current

EXAMPLE = "Example: [bold]bridge audit export > decisions.jsonl[/bold]"

PAGE = 1000
"""Entries that are read at once."""


def export(
    after: Annotated[int, typer.Option("--after", min=0, metavar="N", help="Only entries after this one.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document instead of lines.")] = False,
) -> None:
    """Print the log as JSON lines: position, model, body, digest of the entry before, digest.

    The digest is the SHA-256 of the one before it, a line feed and the body, as these bytes.
    """
    catalog = current().catalog
    if as_json:
        print_json({"entries": [asdict(entry) for entry in catalog.entries(after=after)]})
        return
    while page := catalog.entries(after=after, limit=PAGE):
        for entry in page:
            sys.stdout.write(json.dumps(asdict(entry)) + "\n")
        after = page[-1].position
