"""`bridge artifacts import`: files, folders and URLs that exist, made into versions."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer
from rich.text import Text

from bridge.cli import documents
from bridge.cli.console import AsJson, out, print_json
from bridge.domain.errors import SelectorError
from bridge.domain.external import USUALLY_EXCLUDED
from bridge.domain.naming import clean
from bridge.domain.version import Version
from bridge.lineage.humane import size
from bridge.store import is_url, scheme_of
from bridge.store.identities import words

EXAMPLE = "Example: [bold]bridge artifacts import ./images images --exclude '*.tmp' --metadata source=camera-3[/bold]"


def import_(
    place: Annotated[
        str, typer.Argument(metavar="PATH-OR-URL", help="A file, a folder, or a URL (http, https, s3 …).")
    ],
    name: Annotated[str, typer.Argument(help="The artifact's name.")],
    reference: Annotated[
        bool, typer.Option("--reference", help="Leave the data where it is; check it when it is loaded.")
    ] = False,
    exclude: Annotated[
        list[str], typer.Option(metavar="PATTERN", help="What of a folder is left out; may be given several times.")
    ] = list(USUALLY_EXCLUDED),  # noqa: B006  typer copies it
    metadata: Annotated[
        list[str], typer.Option(metavar="KEY=VALUE", help="A fact about it; may be given several times.")
    ] = [],  # noqa: B006  typer copies it
    as_json: AsJson = False,
) -> None:
    """Make data that exists the next version of a name; what the latest version holds makes no new one."""
    from bridge.workspace import current
    from bridge.workspace.importing import Wanted

    if clean(name) != name:
        raise SelectorError(name, "a name to save under is not empty and has no @ and no control characters")
    workspace = current()
    before = workspace.catalog.versions(name, limit=1)
    version = _import(Wanted(place, name, not reference, _facts(metadata), exclude))
    is_new = [one.ref for one in before] != [version.ref]
    if as_json:
        print_json(documents.of_version(version) | {"new": is_new})
        return
    out().print(Text(_said(version, is_new=is_new)), soft_wrap=True)


def _import(wanted: Any) -> Version:
    from bridge.workspace import current
    from bridge.workspace.importing import import_tree, import_url, kind_of

    workspace = current()
    is_far = is_url(wanted.place) and scheme_of(wanted.place) not in ("file", "local")
    if is_far and scheme_of(wanted.place) in ("http", "https"):
        return import_url(workspace, wanted)
    kind = kind_of(wanted.place, workspace)
    return import_url(workspace, wanted) if is_far and kind == "file" else import_tree(workspace, wanted, kind=kind)


def _facts(pairs: list[str]) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    for pair in pairs:
        key, equals, text = pair.partition("=")
        if not equals or not key:
            raise typer.BadParameter(f"{pair!r} is not KEY=VALUE", param_hint="--metadata")
        try:
            facts[key] = json.loads(text)
        except ValueError:
            facts[key] = text
    return facts


def _said(version: Version, *, is_new: bool) -> str:
    facts = version.metadata
    of = size(facts["bytes"]) if isinstance(facts.get("bytes"), int) else "size unknown"
    if facts.get("kind") == "folder":
        of = f"{facts.get('files')} file{'' if facts.get('files') == 1 else 's'}, {of}"
    if version.format == "url":
        told = {name: str(facts[name]) for name in ("etag", "md5", "modified") if name in facts}
        where = f"left at {facts.get('url')}, known by {words(told)}"
    elif version.format == "reference":
        where = f"left at {(facts.get('locations') or ['?'])[0]}, checked when it is loaded"
    else:
        where = f"copied from {facts.get('url') or facts.get('imported_from')}"
        where += f", as {facts['copied']}" if "copied" in facts else ""
    return f"{version.ref}: {of}, {where}" if is_new else f"{version.ref} is just this: {of}. No new version."
