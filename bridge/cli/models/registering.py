"""`bridge models register`: a saved version becomes a model version."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.text import Text

from bridge.cli import documents
from bridge.cli.artifacts.asking import working
from bridge.cli.artifacts.cells import tag_changes
from bridge.cli.console import AsJson, out, print_json
from bridge.cli.models.cells import selectors, uri_of
from bridge.domain.annotations import Model
from bridge.domain.labels import checked_tags

EXAMPLE = "Example: [bold]bridge models register training/train@3 churn --owner ann@example.com[/bold]"


def register(
    selector: Annotated[str, typer.Argument(metavar="SELECTOR", help="The artifact version that holds the model.")],
    name: Annotated[str, typer.Argument(metavar="NAME", help="The registered model's name.")],
    description: Annotated[str | None, typer.Option(help="What it is.")] = None,
    licence: Annotated[str | None, typer.Option(help="Under which it may be used, as an SPDX identifier.")] = None,
    owner: Annotated[list[str] | None, typer.Option(help="Who answers for it; can be given again.")] = None,
    intended_use: Annotated[str | None, typer.Option(help="What it is for.")] = None,
    tag: Annotated[list[str] | None, typer.Option(metavar="KEY=VALUE", help="A tag; can be given again.")] = None,
    as_json: AsJson = False,
) -> None:
    """Register a saved version as the next version of a model.

    A flow does so by itself for what is said to be a model; this is for a version that is there already.
    """
    from bridge.models import register as register_now
    from bridge.workspace import current

    said = Model(
        name,
        description=description,
        licence=licence,
        owners=tuple(owner or ()),
        intended_use=intended_use,
        tags=checked_tags({key: value for key, value in tag_changes(tag).items() if value is not None}),
    )
    with working("Registering with MLflow"):
        made = register_now(selector, said)
    if as_json:
        print_json(documents.of_model(made, selectors(current().catalog, made)))
        return
    out().print(Text(f"{made.version} is {made.selector}: {uri_of(made)}"), soft_wrap=True)
    if made.details.no_signature:
        out().print(Text(f"without a signature: {made.details.no_signature}", style="dim"), soft_wrap=True)
