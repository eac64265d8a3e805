"""`bridge models versions`: all versions of one model."""

from __future__ import annotations

from typing import Annotated

import typer

from bridge.cli.console import AsJson
from bridge.cli.models.listing import print_models

EXAMPLE = "Example: [bold]bridge models versions churn[/bold]"


def versions(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The registered model's name.")], as_json: AsJson = False
) -> None:
    """List every version of a model, archived ones too, the latest first."""
    from bridge.workspace import current

    print_models(current(), name=name, everything=True, as_json=as_json)
