"""`bridge models archive` and `bridge models delete`: versions that are put aside, and those that go."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.text import Text

from bridge.cli.artifacts.asking import Yes, ask, working
from bridge.cli.console import AsJson, out, print_json
from bridge.cli.models.cells import Wanted

ARCHIVE_EXAMPLE = "Example: [bold]bridge models archive churn@3[/bold], and back with [bold]--undo[/bold]"
DELETE_EXAMPLE = "Example: [bold]bridge models delete churn@3[/bold]"


def archive(
    model: Wanted,
    undo: Annotated[bool, typer.Option("--undo", help="Take it back from the archive.")] = False,
    as_json: AsJson = False,
) -> None:
    """Put a model version aside: it is not the latest any more, and lists leave it out.

    It can still be loaded. A version that an alias is at is not archived.
    """
    from bridge import models

    found = models.get(model)
    with working("Telling MLflow"):
        found = models.unarchive(found.selector) if undo else models.archive(found.selector)
    if as_json:
        print_json({"model": found.selector, "archived": found.archived is not None})
        return
    said = "is archived" if found.archived else "is in use again"
    out().print(Text(f"{found.selector} {said}"), soft_wrap=True)


def delete(
    model: Wanted,
    force: Annotated[bool, typer.Option("--force", help="Although aliases are at it; they go with it.")] = False,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Delete a model version, here and in MLflow; its artifact version stays, with its lineage.

    A version that an alias is at is not deleted, unless --force says so. Its number is not given again.
    """
    from bridge import models

    found = models.get(model)
    if force or not found.aliases:
        ask(f"model version {found.selector}", yes=yes, can_look=False)
    with working("Telling MLflow"):
        gone = models.delete(found.selector, force=force)
    if as_json:
        print_json({"deleted": gone.selector, "artifact": str(gone.version), "aliases": list(gone.aliases)})
        return
    out().print(Text(f"{gone.selector} is deleted; {gone.version} is still there"), soft_wrap=True)
