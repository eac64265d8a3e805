"""`bridge artifacts alias` and `bridge artifacts tag`: what people write on versions."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.text import Text

from bridge.cli import documents
from bridge.cli.artifacts.cells import Wanted, shown_tags, tag_changes
from bridge.cli.console import AsJson, out, print_json
from bridge.domain.errors import AliasError
from bridge.domain.labels import checked_tags
from bridge.domain.ports import Catalog
from bridge.domain.selector import Selector
from bridge.domain.version import VersionRef

ALIAS_EXAMPLE = (
    "Example: [bold]bridge artifacts alias churn-data@3 golden[/bold], then "
    "[bold]bridge artifacts show churn-data@golden[/bold]"
)
TAG_EXAMPLE = "Example: [bold]bridge artifacts tag churn-data@3 quality=checked --remove draft[/bold]"


def alias(
    selector: Wanted,
    name: Annotated[str, typer.Argument(metavar="ALIAS", help="What the version is to be called.")],
    remove: Annotated[bool, typer.Option("--remove", help="Take the alias away; SELECTOR is the name.")] = False,
    as_json: AsJson = False,
) -> None:
    """Point an alias at a version, from wherever it was.

    An alias is at one version of its name. One that promotions of a registered model set is not moved by hand.
    """
    from bridge.workspace import current

    catalog, wanted = current().catalog, Selector.parse(selector)
    if remove:
        _tell(wanted.name, name, before=_taken_away(catalog, wanted, name), after=None, as_json=as_json)
        return
    after = catalog.resolve(wanted).ref
    _tell(wanted.name, name, before=catalog.set_alias(after, name), after=after, as_json=as_json)


def tag(
    selector: Wanted,
    tags: Annotated[list[str] | None, typer.Argument(metavar="KEY=VALUE …", help="Tags to set.")] = None,
    remove: Annotated[list[str] | None, typer.Option("--remove", metavar="KEY", help="A tag to take away.")] = None,
    as_json: AsJson = False,
) -> None:
    """Set tags of a version, or take some away; without either, show them.

    `bridge artifacts --tag KEY=VALUE` finds versions by them.
    """
    from bridge.workspace import current

    changes = tag_changes(tags, remove)
    catalog = current().catalog
    version = catalog.resolve(Selector.parse(selector))
    if changes:
        version = catalog.tag(version.ref, checked_tags(changes))
    if as_json:
        print_json(documents.of_version(version))
        return
    out().print(Text(f"{version.ref}: {shown_tags(version.tags) or 'no tags'}"), soft_wrap=True)


def _tell(name: str, alias: str, *, before: VersionRef | None, after: VersionRef | None, as_json: bool) -> None:
    if as_json:
        document = {"name": name, "alias": alias, "before": str(before) if before else None}
        print_json(document | {"now": str(after) if after else None})
        return
    out().print(Text(_moved(f"{name}@{alias}", before, after)), soft_wrap=True)


def _taken_away(catalog: Catalog, wanted: Selector, alias: str) -> VersionRef:
    """Take an alias away, if it is where the selector says."""
    if wanted.kind not in {"latest", "alias"}:
        asked, at = catalog.resolve(wanted).ref, dict(catalog.aliases(wanted.name)).get(alias)
        if at is not None and at != asked:
            raise AliasError(str(asked), alias, f"it is at {at}")
    return catalog.remove_alias(wanted.name, alias)


def _moved(alias: str, before: VersionRef | None, after: VersionRef | None) -> str:
    if after is None:
        return f"{alias} is no more; it was at {before}"
    if before is None:
        return f"{alias} is {after}"
    return f"{alias} is {after}, as it was" if before == after else f"{alias} is {after}; it was {before}"
