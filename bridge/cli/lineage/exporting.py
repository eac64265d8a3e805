"""`bridge lineage export`: what is recorded, as OpenLineage's events."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated, Any

import typer
from rich.text import Text

from bridge.cli.console import AsJson, out, print_json
from bridge.cli.progress import LateProgress

EXAMPLE = "Example: [bold]bridge lineage export wise-otter --openlineage events.ndjson[/bold]"


def export(
    run: Annotated[
        str | None, typer.Argument(help="A flow run, with those that it called; left out, the latest runs.")
    ] = None,
    openlineage: Annotated[
        str,
        typer.Option("--openlineage", help="File to write events into, one a line; - is standard output; or a URL."),
    ] = "-",
    limit: Annotated[int, typer.Option("--limit", min=1, help="Runs at most, the latest.")] = 1000,
    as_json: AsJson = False,
) -> None:
    """Write recorded runs as OpenLineage events: what a flow would have sent, for a catalog of data to take in.

    A file that is there already is replaced. To send events while flows run, set BRIDGE_OPENLINEAGE.
    """
    from bridge.lineage.openlineage import Source, history, recorded_runs
    from bridge.workspace import current

    workspace = current()
    source = Source.of(workspace.settings.lineage_namespace, workspace.store.url)
    runs = recorded_runs(workspace.catalog, run, limit=limit)
    events = 0
    with _open(openlineage) as endpoint, LateProgress("Writing lineage", len(runs), counted=True) as progress:
        for batch in history(workspace.catalog, runs, source):
            sent = 0
            while sent < len(batch):
                sent += endpoint.send(batch[sent:])
            events += len(batch)
            progress.advance(1)
    if as_json and openlineage != "-":
        print_json({"file": openlineage, "runs": len(runs), "events": events})
    elif openlineage != "-":
        told = f"{events:,} events of {len(runs):,} run{'' if len(runs) == 1 else 's'} in {openlineage}"
        out().print(Text(told if runs else "No run is recorded yet."), soft_wrap=True)


class _Printed:
    """Standard output, as a place that events go to."""

    def send(self, events: Sequence[dict[str, Any]]) -> int:
        """Print events, one a line."""
        for event in events:
            sys.stdout.write(json.dumps(event, ensure_ascii=False, allow_nan=False) + "\n")
        return len(events)


@contextmanager
def _open(to: str) -> Iterator[Any]:
    """Where to; a file appears when it is whole."""
    from bridge.lineage.openlineage.endpoints import FileEndpoint, endpoint

    found = _Printed() if to == "-" else endpoint(to)
    if not isinstance(found, FileEndpoint):
        yield found
        return
    part = found.path.with_name(f".{found.path.name}.part")
    part.unlink(missing_ok=True)
    written = FileEndpoint(part)
    try:
        written.send([])
        yield written
        part.replace(found.path)
    finally:
        part.unlink(missing_ok=True)
