"""`bridge models`: the list."""

from __future__ import annotations

from datetime import datetime, timezone

import typer

from bridge.cli import documents
from bridge.cli.console import AsJson, Column, out, print_empty, print_json, print_table
from bridge.cli.models.cells import run_name, selectors, uri_of
from bridge.lineage.humane import ago

EXAMPLE = "Example: [bold]bridge models[/bold]"

EMPTY = (
    "No registered models yet. Say in a task's return annotation that its result is one:",
    'def train(data) -> Annotated[RandomForestClassifier, Model("churn")]: ...',
    "with:  from bridge import Model",
)


def listing(context: typer.Context, as_json: AsJson = False) -> None:
    """List registered model versions with the artifact, run and data they came from, or show one."""
    if context.invoked_subcommand is not None:
        return
    from bridge.workspace import current

    catalog = current().catalog
    found = catalog.models()
    if as_json:
        print_json({"models": [documents.of_model(model, selectors(catalog, model)) for model in found]})
        return
    console = out()
    if not found:
        print_empty(EMPTY, console=console)
        return
    now = datetime.now(timezone.utc)
    columns = (
        Column("model", keep=False),
        Column("artifact", keep=False),
        Column("run", keep=False),
        Column("data", keep=False, roomy=True),
        Column("URI", keep=False),
        Column("registered", roomy=True),
    )
    rows = [
        [
            model.selector,
            str(model.version),
            run_name(catalog, model),
            ", ".join(selectors(catalog, model)),
            uri_of(model),
            ago(model.created, now),
        ]
        for model in found
    ]
    print_table(columns, rows, console=console)
