"""`bridge models`: the list."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Annotated

import typer
from rich.text import Text

from bridge.cli import documents
from bridge.cli.artifacts.cells import run_name
from bridge.cli.console import AsJson, Column, out, print_empty, print_json, print_table
from bridge.cli.models.cells import aliases_text, latest_metrics, selector_text, selectors
from bridge.domain.errors import ModelNotFoundError
from bridge.domain.model import ModelVersion
from bridge.lineage.humane import ago
from bridge.models import evaluations
from bridge.workspace import Workspace

EXAMPLE = "Example: [bold]bridge models[/bold], or [bold]bridge models --name churn --all[/bold]"

EMPTY = (
    "No registered models yet. Say that a task's result is one:",
    '@task(model="churn")',
    "def train(data): ...",
    "with:  from bridge import task",
)


def listing(
    context: typer.Context,
    name: Annotated[str | None, typer.Option("--name", help="Only versions of this model.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Archived versions too.")] = False,
    as_json: AsJson = False,
) -> None:
    """List registered model versions with their aliases, metrics and data, or see to one of them."""
    if context.invoked_subcommand is not None:
        return
    from bridge.workspace import current

    print_models(current(), name=name, everything=everything, as_json=as_json)


def print_models(workspace: Workspace, *, name: str | None, everything: bool, as_json: bool) -> None:
    """Print model versions as a table, or as a document.

    Raises:
        ModelNotFoundError: If there is none of the name.
    """
    catalog = workspace.catalog
    known = catalog.models(name)
    if name is not None and not known:
        raise ModelNotFoundError(name, list(dict.fromkeys(model.name for model in catalog.models())))
    found = [model for model in known if everything or model.archived is None]
    if as_json:
        documents_of = [documents.of_model(m, selectors(catalog, m), evaluations(m, workspace)) for m in found]
        print_json({"models": documents_of})
        return
    console = out()
    if not known:
        print_empty(EMPTY, console=console)
        return
    now = datetime.now(timezone.utc)
    print_table(_COLUMNS, [_row(workspace, model, now) for model in found], console=console)
    hidden = len(known) - len(found)
    if hidden:
        console.print(Text(f"{hidden} archived: --all shows {'it' if hidden == 1 else 'them'}.", style="dim"))


_COLUMNS = (
    Column("model", keep=False),
    Column("is"),
    Column("metrics", keep=False),
    Column("trained on", keep=False),
    Column("run", keep=False, roomy=True),
    Column("registered"),
)


def _row(workspace: Workspace, model: ModelVersion, now: datetime) -> list[str | Text]:
    return [
        selector_text(model),
        aliases_text(model),
        latest_metrics(evaluations(model, workspace)),
        ", ".join(selectors(workspace.catalog, model)),
        run_name(workspace.catalog, model.run_id),
        ago(model.created, now),
    ]
