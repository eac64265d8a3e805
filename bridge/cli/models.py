"""`bridge models`: registered model versions."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Annotated

import typer
from rich.text import Text

from bridge.cli import documents
from bridge.cli.console import (
    AsJson,
    Column,
    out,
    print_empty,
    print_facts,
    print_heading,
    print_json,
    print_table,
)
from bridge.domain.errors import ModelNotFoundError, RunNotFoundError
from bridge.domain.model import ModelVersion
from bridge.domain.ports import Catalog
from bridge.domain.selector import Selector
from bridge.lineage.humane import ago

app = typer.Typer(invoke_without_command=True, rich_markup_mode="rich", epilog="Example: [bold]bridge models[/bold]")

EMPTY = (
    "No registered models yet. Say in a task's return annotation that its result is one:",
    'def train(data) -> Annotated[RandomForestClassifier, Model("churn")]: ...',
    "with:  from bridge import Model",
)


@app.callback()
def listing(context: typer.Context, as_json: AsJson = False) -> None:
    """List registered model versions with the artifact, run and data they came from, or show one."""
    if context.invoked_subcommand is not None:
        return
    from bridge.workspace import current

    catalog = current().catalog
    found = catalog.models()
    if as_json:
        print_json({"models": [documents.of_model(model, data_of(catalog, model)) for model in found]})
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
            f"{model.name}@{model.number}",
            str(model.version),
            _run_name(catalog, model),
            ", ".join(data_of(catalog, model)),
            _uri(model),
            ago(model.created, now),
        ]
        for model in found
    ]
    print_table(columns, rows, console=console)


@app.command("show", epilog="Example: [bold]bridge models show churn@2[/bold]")
def show(
    model: Annotated[str, typer.Argument(metavar="NAME[@N]", help="The model's name; its latest version, or the Nth.")],
    as_json: AsJson = False,
) -> None:
    """Show one registered model version: what it is, what it was trained on, and how to load it."""
    from bridge.workspace import current

    catalog = current().catalog
    found = find(catalog, model)
    data = data_of(catalog, found)
    if as_json:
        print_json(documents.of_model(found, data))
        return
    console = out()
    registered = found.created.astimezone().strftime("%Y-%m-%d %H:%M:%S")
    print_facts(
        [
            ("model", Text(f"{found.name}@{found.number}", style="bold cyan")),
            ("artifact", str(found.version)),
            ("trained on", ", ".join(data)),
            ("run", _run_name(catalog, found)),
            ("flavour", found.flavour),
            ("registered", f"{registered} ({ago(found.created, datetime.now(timezone.utc))})"),
            ("MLflow run", found.tracking_id or ""),
            *((f"tag {name}", value) for name, value in sorted(found.tags.items())),
        ],
        console=console,
    )
    print_heading("To load it", console=console)
    console.print(Text(f'bridge.load("{found.version}")'), soft_wrap=True)
    console.print(Text(f'mlflow.{found.flavour or "pyfunc"}.load_model("{_uri(found)}")'), soft_wrap=True)


def find(catalog: Catalog, text: str) -> ModelVersion:
    """The model version that is meant by `name`, `name@N` or `name@alias` (of the artifact).

    Raises:
        ModelNotFoundError: If there is none; names those that there are.
        SelectorError: If the text cannot be read.
    """
    wanted = Selector.parse(text)
    found = catalog.models(wanted.name)
    for model in found:
        if wanted.kind == "latest" or (wanted.kind == "number" and str(model.number) == wanted.value):
            return model
    if found and wanted.kind not in {"latest", "number"}:
        version = catalog.resolve(Selector(found[0].version.name, wanted.kind, wanted.value))
        for model in found:
            if model.version == version.ref:
                return model
    known = found or catalog.models()
    raise ModelNotFoundError(text, [f"{model.name}@{model.number}" for model in known])


def data_of(catalog: Catalog, model: ModelVersion) -> list[str]:
    """Selectors of what the step that trained a model used."""
    step = catalog.step(model.step_id) if model.step_id else None
    return list(dict.fromkeys(str(one.version) for one in step.inputs)) if step is not None else []


def _run_name(catalog: Catalog, model: ModelVersion) -> str:
    if model.run_id is None:
        return ""
    try:
        return catalog.run(model.run_id).name
    except RunNotFoundError:
        return model.run_id[:8]


def _uri(model: ModelVersion) -> str:
    return model.uri or f"models:/{model.name}/{model.number}"
