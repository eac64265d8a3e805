"""What the commands about artifacts share: the selector they take, and what they put into cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated

import typer

from bridge.domain.errors import RunNotFoundError, TagError
from bridge.domain.external import OUTSIDE
from bridge.domain.ports import Catalog
from bridge.domain.version import Version
from bridge.lineage.humane import size

Wanted = Annotated[
    str, typer.Argument(metavar="SELECTOR", help="name, name@3, name@champion, name@run:<id> or name@blake3:<hex>.")
]


Tagged = Annotated[
    list[str] | None,
    typer.Option("--tag", metavar="KEY[=VALUE]", help="Only versions with this tag; several: with all of them."),
]


def tags_of(words: list[str] | None) -> dict[str, str | None]:
    """What `--tag` asks for; a key by itself stands for any value.

    >>> tags_of(["quality=checked", "team"])
    {'quality': 'checked', 'team': None}
    """
    asked: dict[str, str | None] = {}
    for word in words or ():
        key, equals, value = word.partition("=")
        asked[key] = value if equals else None
    return asked


def tag_changes(words: Sequence[str] | None, remove: Sequence[str] | None = None) -> dict[str, str | None]:
    """Tags to set, from words `key=value`, and to take away.

    Raises:
        TagError: If a word has no value.

    >>> tag_changes(["team=growth"], ["draft"])
    {'draft': None, 'team': 'growth'}
    """
    changes: dict[str, str | None] = dict.fromkeys(remove or ())
    for word in words or ():
        key, equals, value = word.partition("=")
        if not equals:
            raise TagError(word, "", f"its value is missing: {word}=…")
        changes[key] = value
    return changes


def shown_tags(tags: Mapping[str, str | None]) -> str:
    """Tags as they are typed.

    >>> shown_tags({"quality": "checked", "team": "growth"})
    'quality=checked, team=growth'
    """
    return ", ".join(key if value is None else f"{key}={value}" for key, value in tags.items())


def run_name(catalog: Catalog, run_id: str | None) -> str:
    """The name of a run, or the beginning of its id if it was not recorded."""
    if run_id is None:
        return ""
    try:
        return catalog.run(run_id).name
    except RunNotFoundError:
        return run_id[:8]


def stored_size(version: Version) -> str:
    """A version's bytes for people, wherever they lie; `-` if they were not stored."""
    return data_size(version) if version.digest else "-"


def data_size(version: Version) -> str:
    """The bytes of a version's data for people; of what lies outside the store, not those of the note about it."""
    if version.format not in OUTSIDE:
        return size(version.size)
    told = version.metadata.get("bytes")
    return size(told) if isinstance(told, int) else "size unknown"
