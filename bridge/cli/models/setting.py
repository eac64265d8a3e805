"""`bridge models set` and `bridge models tag`: what people write on model versions."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.text import Text

from bridge.cli import documents
from bridge.cli.artifacts.asking import working
from bridge.cli.artifacts.cells import shown_tags, tag_changes
from bridge.cli.console import AsJson, out, print_facts, print_json
from bridge.cli.models.cells import Wanted, selectors
from bridge.domain.model import ModelVersion

SET_EXAMPLE = 'Example: [bold]bridge models set churn@3 --description "Who leaves" --owner ann@example.com[/bold]'
TAG_EXAMPLE = "Example: [bold]bridge models tag churn@3 stage=checked --remove draft[/bold]"


def set_facts(
    model: Wanted,
    description: Annotated[str | None, typer.Option(help="What it is.")] = None,
    licence: Annotated[str | None, typer.Option(help="Under which it may be used, as an SPDX identifier.")] = None,
    owner: Annotated[list[str] | None, typer.Option(help="Who answers for it, instead of those so far.")] = None,
    intended_use: Annotated[str | None, typer.Option(help="What it is for.")] = None,
    as_json: AsJson = False,
) -> None:
    """Say what a model version is, here and in MLflow; an empty text takes away what was said."""
    from bridge import models

    found = models.get(model)
    with working("Telling MLflow"):
        if description is not None:
            found = models.set_description(found.selector, description or None)
        if licence is not None:
            found = models.set_licence(found.selector, licence or None)
        if owner is not None:
            found = models.set_owners(found.selector, [one for one in owner if one])
        if intended_use is not None:
            found = models.set_intended_use(found.selector, intended_use or None)
    if as_json:
        _print_document(found)
        return
    details = found.details
    facts = [
        ("model", found.selector),
        ("description", details.description or ""),
        ("licence", details.licence or ""),
        ("owners", ", ".join(details.owners)),
        ("intended use", details.intended_use or ""),
    ]
    print_facts(facts, console=out())


def tag(
    model: Wanted,
    tags: Annotated[list[str] | None, typer.Argument(metavar="KEY=VALUE …", help="Tags to set.")] = None,
    remove: Annotated[list[str] | None, typer.Option("--remove", metavar="KEY", help="A tag to take away.")] = None,
    as_json: AsJson = False,
) -> None:
    """Set tags of a model version, here and in MLflow, or take some away; without either, show them."""
    from bridge import models

    found = models.get(model)
    changes = tag_changes(tags, remove)
    if changes:
        with working("Telling MLflow"):
            found = models.tag(found.selector, changes)
    if as_json:
        _print_document(found)
        return
    out().print(Text(f"{found.selector}: {shown_tags(found.tags) or 'no tags'}"), soft_wrap=True)


def _print_document(model: ModelVersion) -> None:
    from bridge.workspace import current

    print_json(documents.of_model(model, selectors(current().catalog, model)))
