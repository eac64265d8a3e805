"""`bridge sync`: send what could not be sent, and record what could not be recorded."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import typer
from rich.console import Console
from rich.text import Text

from bridge.cli.console import AsJson, Column, err, out, print_json, print_table
from bridge.cli.progress import LateProgress
from bridge.domain.errors import BridgeError, CatalogError
from bridge.domain.ports import Synced, Unsent
from bridge.domain.secret_urls import redacted
from bridge.lineage.openlineage.resending import Resent, resend, waiting
from bridge.models.promotion import reconcile_aliases
from bridge.workspace import Settings, Workspace, read_settings
from bridge.workspace.bootstrap import open_workspace

EXAMPLE = "Example: [bold]bridge sync[/bold] after the tracking server was away."


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of the facts that waited for the catalog."""

    done: int
    left: int
    why: str = ""


def sync(as_json: AsJson = False) -> None:
    """Send what runs logged while the tracking server did not answer, and record what the catalog did not take.

    OpenLineage events that waited for their endpoint are sent too. Runs that a killed process left open are ended as
    KILLED, and aliases of models are put where they belong. Nothing is there twice, however often this is run. What a
    process that is going on has not sent yet is left to it. The exit code is 1 if something remains.
    """
    os.environ.setdefault("MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT", "true")
    workspace = open_workspace(read_settings(), on_error=_say, alone=True)
    recorded = _record(workspace)
    waiting = sum(one.count for one in workspace.tracker.unsent() if not one.is_live and not one.is_refused)
    with LateProgress("Sending", total=waiting, counted=True) as progress:
        synced = workspace.tracker.sync(progress.advance)
    left = [one for one in synced.left if not one.is_live]
    if not left:
        _follow(workspace)
    told = _tell(workspace.settings)
    if as_json:
        print_json(_document(recorded, synced, told))
    else:
        _print(recorded, synced, told, out())
    raise typer.Exit(1 if left or recorded.left or told.left else 0)


def _tell(settings: Settings) -> Resent:
    """Send the lineage events that waited."""
    events = waiting(settings)
    if not events:
        return Resent()
    with LateProgress("Sending lineage", total=events, counted=True) as progress:
        try:
            return resend(settings, progress.advance)
        except BridgeError as error:
            return Resent(left=events, why=str(error))


def _follow(workspace: Workspace) -> None:
    """Put the aliases of models right in MLflow, if somebody has moved them there."""
    if workspace.catalog.model_aliases():
        reconcile_aliases(workspace)
        workspace.tracker.flush(workspace.settings.flush_timeout)


def _say(error: BaseException, doing: str) -> None:
    err().print(Text(redacted(f"{doing}: {error}" if doing else str(error)), style="yellow"), soft_wrap=True)


def _record(workspace: Workspace) -> Recorded:
    try:
        done = workspace.spool.replay(workspace.catalog)
    except CatalogError as error:
        return Recorded(0, workspace.spool.waiting(), str(error))
    return Recorded(done, workspace.spool.waiting())


def _document(recorded: Recorded, synced: Synced, told: Resent) -> dict[str, Any]:
    return {
        "sent": [{"tracker": redacted(tracker), "entries": count} for tracker, count in synced.sent.items()],
        "closed_runs": synced.closed,
        "recorded": recorded.done,
        "left": [
            {
                "tracker": redacted(one.tracker),
                "entries": one.count,
                "runs": list(one.runs),
                "state": _state(one),
                "why": redacted(one.why),
            }
            for one in synced.left
        ],
        "not_recorded": recorded.left,
        "not_recorded_why": redacted(recorded.why),
        "lineage_events": {"sent": told.sent, "left": told.left, "endpoint": told.where, "why": redacted(told.why)},
    }


def _print(recorded: Recorded, synced: Synced, told: Resent, console: Console) -> None:
    if recorded.done:
        console.print(Text(f"The catalog took {_number(recorded.done, 'fact')} that waited for it."))
    if recorded.left:
        console.print(Text(f"{_number(recorded.left, 'fact')} wait for the catalog: {redacted(recorded.why)}"))
    for tracker, count in synced.sent.items():
        console.print(Text(f"Sent {_number(count, 'entry', 'entries')} to {redacted(tracker)}."))
    if synced.closed:
        console.print(Text(f"Ended {_number(synced.closed, 'run')} of killed processes, as KILLED."))
    if told.sent:
        console.print(Text(f"Sent {_number(told.sent, 'lineage event')} to {told.where}."), soft_wrap=True)
    if told.left:
        wait = "waits" if told.left == 1 else "wait"
        console.print(Text(f"{_number(told.left, 'lineage event')} {wait}: {redacted(told.why)}"), soft_wrap=True)
    if synced.left:
        _print_left(synced.left, console)
    elif not (synced.sent or synced.closed or recorded.done or recorded.left or told.sent or told.left):
        console.print(Text("Nothing waits: the tracker and the catalog have everything."))


def _print_left(left: Sequence[Unsent], console: Console) -> None:
    columns = [
        Column("tracker", keep=False),
        Column("entries", right=True),
        Column("runs", keep=False, roomy=True),
        Column("state"),
        Column("why", wrap=True),
    ]
    rows = [
        (
            redacted(one.tracker),
            f"{one.count:,}",
            ", ".join(run[:8] for run in one.runs),
            _state(one),
            redacted(one.why),
        )
        for one in left
    ]
    print_table(columns, rows, console=console)


def _state(one: Unsent) -> str:
    if one.is_refused:
        return "refused"
    return "being sent" if one.is_live else "waits"


def _number(count: int, one: str, many: str = "") -> str:
    return f"{count:,} {one if count == 1 else many or one + 's'}"
