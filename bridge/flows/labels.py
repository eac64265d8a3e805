"""Aliases and tags by hand."""

from __future__ import annotations

from collections.abc import Mapping

from bridge.domain.errors import AliasError
from bridge.domain.labels import checked_tags
from bridge.domain.naming import clean
from bridge.domain.version import Version, VersionRef
from bridge.workspace import current


def tag(selector: str, tags: Mapping[str, str | None]) -> Version:
    """Set tags of a version; None removes one.

    Args:
        selector: `name`, `name@3`, `name@champion`, `name@run:<flow run id>` or `name@blake3:<hex>`.
        tags: Key to value, texts of at most 250 characters.

    Returns:
        The version as it is now.

    Raises:
        TagError: If a tag cannot be kept.
        VersionNotFoundError: If there is no such version.

    >>> from bridge import save
    >>> version = save([1, 2, 3], "labelled")
    >>> tag("labelled@1", {"quality": "checked"}).tags
    {'quality': 'checked'}
    >>> tag("labelled@1", {"quality": None}).tags
    {}
    """
    workspace = current()
    checked = checked_tags(tags)
    return workspace.catalog.tag(workspace.resolve(selector).ref, checked)


def set_alias(selector: str, alias: str) -> VersionRef | None:
    """Point an alias at a version, from wherever it was.

    The alias is the artifact's. One that promotions of a registered model set is not moved by hand: `bridge.promote`,
    `bridge.rollback` and `bridge.demote` move it.

    Args:
        selector: Which version, as for `bridge.load`.
        alias: `champion` makes `name@champion` mean this version.

    Returns:
        The version at which it was before; None if it is new.

    Raises:
        SelectorError: If the alias would be read as something else (`latest`, a number, `run:…`).
        OwnedAliasError: If promotions set it.
        VersionNotFoundError: If there is no such version.

    >>> from bridge import load, save
    >>> for number in range(3):
    ...     version = save([number], "pointed-at")
    >>> set_alias("pointed-at@1", "champion")
    >>> str(set_alias("pointed-at@3", "champion")), load("pointed-at@champion")
    ('pointed-at@1', [2])
    """
    workspace = current()
    return workspace.catalog.set_alias(workspace.resolve(selector).ref, alias)


def remove_alias(name: str, alias: str) -> VersionRef:
    """Take an alias of a name away.

    Returns:
        The version at which it was.

    Raises:
        AliasError: If what is given is not the name alone.
        VersionNotFoundError: If the name has no such alias.

    >>> from bridge import save
    >>> version = save([1], "pointed-at-once", aliases=["champion"])
    >>> str(remove_alias("pointed-at-once", "champion"))
    'pointed-at-once@1'
    """
    if clean(name) != name:
        raise AliasError(name, alias, "")
    return current().catalog.remove_alias(name, alias)
