"""Two versions of a container, of which only the members that differ are loaded."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from bridge.domain.manifest import Manifest
from bridge.domain.ports import Source
from bridge.materializers.families import registry
from bridge.materializers.members import Members, MembersWithPickle

_FORMATS: dict[str, type[Members]] = {each.format: each for each in (Members, MembersWithPickle)}


class Unloaded:
    """Stands for a member whose files are the same in both versions.

    >>> Unloaded("npy")
    <npy, the same in both>
    """

    def __init__(self, format: str) -> None:
        self.format = format

    def __repr__(self) -> str:
        return f"<{self.format}, the same in both>"


def load_changed(
    old: Manifest, new: Manifest, read: Callable[[Manifest], AbstractContextManager[Source]]
) -> tuple[Any, Any] | None:
    """Load two containers with the very same `Unloaded` for each member that has the same files in both.

    Args:
        old: One version's files.
        new: The other's.
        read: A store's `read`.

    Returns:
        Both; None if they are no containers of one format, or share no member.
    """
    kind = _FORMATS.get(new.format)
    if kind is None or old.format != new.format:
        return None
    folders = _folders(old), _folders(new)
    same = {folder for folder, files in folders[1].items() if folders[0].get(folder) == files}
    if not same:
        return None
    tokens: dict[str, Unloaded] = {}
    values = []
    for manifest in (old, new):
        with read(manifest) as source:
            values.append(_partly(kind, same, tokens).load(source))
    return values[0], values[1]


def _partly(kind: type[Members], same: set[str], tokens: dict[str, Unloaded]) -> Members:
    class Partly(kind):  # type: ignore[misc, valid-type]  # one of the two classes of containers
        def _load_member(self, entry: dict[str, Any], source: Source) -> Any:
            folder = entry.get("folder")
            if "value" in entry or folder not in same:
                return super()._load_member(entry, source)
            token = f"{entry['format']} {folder}"
            return tokens.setdefault(token, Unloaded(entry["format"]))

    return Partly(registry)


def _folders(manifest: Manifest) -> dict[str, list[tuple[str, str]]]:
    """Files of each member, by folder: path and digest."""
    found: dict[str, list[tuple[str, str]]] = {}
    for entry in manifest.files:
        folder, below, path = entry.path.partition("/")
        if below:
            found.setdefault(folder, []).append((path, entry.digest))
    return found
