"""`bridge models show`: one version."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Annotated

import typer
from rich.text import Text

from bridge.cli import documents
from bridge.cli.console import AsJson, out, print_facts, print_heading, print_json
from bridge.cli.models.cells import run_name, selectors, uri_of
from bridge.lineage.humane import ago
from bridge.models import find

EXAMPLE = "Example: [bold]bridge models show churn@2[/bold]"


def show(
    model: Annotated[str, typer.Argument(metavar="NAME[@N]", help="The model's name; its latest version, or the Nth.")],
    as_json: AsJson = False,
) -> None:
    """Show one registered model version: what it is, what it was trained on, and how to load it."""
    from bridge.workspace import current

    catalog = current().catalog
    found = find(catalog, model)
    data = selectors(catalog, found)
    if as_json:
        print_json(documents.of_model(found, data))
        return
    console = out()
    registered = found.created.astimezone().strftime("%Y-%m-%d %H:%M:%S")
    print_facts(
        [
            ("model", Text(found.selector, style="bold cyan")),
            ("artifact", str(found.version)),
            ("trained on", ", ".join(data)),
            ("run", run_name(catalog, found)),
            ("flavour", found.flavour),
            ("registered", f"{registered} ({ago(found.created, datetime.now(timezone.utc))})"),
            ("MLflow run", found.tracking_id or ""),
            *((f"tag {name}", value) for name, value in sorted(found.tags.items())),
        ],
        console=console,
    )
    print_heading("To load it", console=console)
    console.print(Text(f'bridge.load("{found.version}")'), soft_wrap=True)
    console.print(Text(f'mlflow.{found.flavour or "pyfunc"}.load_model("{uri_of(found)}")'), soft_wrap=True)
