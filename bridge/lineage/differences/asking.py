"""Two versions compared, as a workspace knows them."""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set
from contextlib import suppress

from bridge.domain.content_difference import Change, Content, ModelDifference
from bridge.domain.difference import Difference, Side
from bridge.domain.errors import (
    BytesMissingError,
    DifferenceError,
    FormatUnknownError,
    UnreadableError,
    UnsafeFormatError,
    VersionNotFoundError,
)
from bridge.domain.humane import size
from bridge.domain.manifest import Manifest
from bridge.domain.ports import Catalog
from bridge.domain.selector import Selector
from bridge.domain.sharing import shared_bytes
from bridge.domain.version import Version
from bridge.lineage.differences.files import compare_files
from bridge.lineage.differences.nested import compare_nested
from bridge.lineage.differences.values import VALUES, Comparison
from bridge.workspace import Workspace

Say = Callable[[str], None]

_SAID = frozenset(
    {"rows", "shape", "columns", "dtype", "bytes", "length", "members", "files", "nulls", "types", "kind"}
)
"""Facts in a version's metadata that the difference of the values says better."""


def diff(old: str, new: str | None = None, *, key: str | Sequence[str] = (), limit: int = 5) -> Difference:
    """Compare two versions: their facts, their bytes, and their values in the way of their kind.

    Args:
        old: Selector of the version that is compared with; with nothing else, of the version that is looked at, which
            is then compared with the one before it.
        new: Selector of the version that is looked at; may be of another name.
        key: Columns that rows of tables are matched by; left out: the index, a column that is called like a key and is
            one, or nothing.
        limit: Rows of each kind that are given as examples, and four times as many values or files; all are counted.

    Raises:
        SelectorError: If a selector cannot be read.
        VersionNotFoundError: If there is no such version.
        DifferenceError: If there is no version before the one that was asked for, or a key is not in the tables.
        DigestMismatchError: If the bytes are not what was saved.
        StoreError: If the store cannot be read.

    >>> import bridge
    >>> _ = bridge.save({"accuracy": 0.5}, "scores"), bridge.save({"accuracy": 0.75}, "scores")
    >>> print(diff("scores@1", "scores@2"))
    scores@1 → scores@2
      size   16 B → 17 B
      bytes  0 B shared with scores@1, 17 B new
    <BLANKLINE>
    Values: 1 changed
      ~ accuracy  0.5 → 0.75  (+0.25, +50 %)
    """
    from bridge.workspace import current

    workspace = current()
    one = workspace.resolve(old)
    pair = (version_before(workspace.catalog, one), one) if new is None else (one, workspace.resolve(new))
    return diff_versions(workspace, *pair, key=(key,) if isinstance(key, str) else tuple(key), limit=limit)


def version_before(catalog: Catalog, version: Version) -> Version:
    """The version before one, of the same name.

    Raises:
        DifferenceError: If it is the first.

    >>> import bridge
    >>> from bridge.workspace import current
    >>> first, second = bridge.save([1], "counts"), bridge.save([2], "counts")
    >>> version_before(current().catalog, second).ref == first.ref
    True
    """
    name, number = version.ref.name, version.ref.number
    if number > 1:
        with suppress(VersionNotFoundError):
            return catalog.resolve(Selector(name, "number", str(number - 1)))
        for other in catalog.versions(name):
            if other.ref.number < number:
                return other
    raise DifferenceError(f"{version.ref} has no version before it; name two, as in {name}@{number} other@1")


def diff_versions(
    workspace: Workspace,
    old: Version,
    new: Version,
    *,
    key: Sequence[str] = (),
    limit: int = 5,
    say: Say = lambda text: None,
) -> Difference:
    """Compare two versions that were resolved; as `diff`.

    Values are loaded only if their digests differ. What cannot or must not be loaded is compared by its files, and a
    note says why.

    Args:
        workspace: Where both are.
        old: The version that is compared with.
        new: The version that is looked at.
        key: Columns that rows of tables are matched by.
        limit: As for `diff`.
        say: Is told what is being done.

    Raises:
        DifferenceError: If a key is not in the tables.
        DigestMismatchError: If the bytes are not what was saved.
        StoreError: If the store cannot be read.

    >>> import bridge
    >>> from bridge.workspace import current
    >>> first = bridge.save("a", "letters")
    >>> diff_versions(current(), first, first).same
    True
    """
    comparison = Comparison(tuple(key), limit)
    same = old.digest is not None and old.digest == new.digest
    manifests = [_manifest(workspace.catalog, each, comparison) for each in (old, new)]
    content, shared = None, None
    if manifests[0] is not None and manifests[1] is not None:
        shared = shared_bytes(manifests[0], manifests[1])
        if not same:
            content = _content(workspace, (old, new), (manifests[0], manifests[1]), comparison, say)
    if key and not same and (content is None or content.kind not in ("table", "nested")):
        comparison.note(f"The key {', '.join(key)} was not used: these are not tables whose rows were read.")
    said = _SAID | ({"params"} if isinstance(content, ModelDifference) else frozenset())
    return Difference(
        old=_side(old),
        new=_side(new),
        same=same,
        metadata=_metadata(old, new, limit, said=said),
        bytes=shared,
        content=content,
        notes=tuple(comparison.notes),
    )


def _side(version: Version) -> Side:
    return Side(str(version.ref), version.digest, version.format, version.type, version.size)


def _manifest(catalog: Catalog, version: Version, comparison: Comparison) -> Manifest | None:
    if version.digest is None:
        why = version.metadata.get("not_stored", "the value could not be stored when the step ran")
        comparison.note(f"The bytes of {version.ref} were not stored ({why}): only facts are compared.")
        return None
    return catalog.manifest(version.digest)


def _content(
    workspace: Workspace,
    versions: tuple[Version, Version],
    manifests: tuple[Manifest, Manifest],
    comparison: Comparison,
    say: Say,
) -> Content:
    files = compare_files(*manifests, limit=VALUES * comparison.limit)
    if manifests[0].format == manifests[1].format == "path":
        return files
    say("Reading " + " and ".join(f"{each.ref} ({size(each.size)})" for each in versions))
    try:
        values = workspace.load_changed(*versions)
    except (UnsafeFormatError, FormatUnknownError, UnreadableError, BytesMissingError, ImportError) as error:
        comparison.note(f"Values are not compared, only files: {error}")
        return files
    say(f"Comparing {versions[0].ref} with {versions[1].ref}")
    found = comparison.compare(*values)
    if found is None:
        types = " with ".join(dict.fromkeys(each.type for each in versions))
        comparison.note(f"Nothing here compares {types}, so their files are compared.")
        return files
    if isinstance(found, ModelDifference):
        return ModelDifference(found.parameters, files)
    return found


def _metadata(old: Version, new: Version, limit: int, *, said: Set[str]) -> tuple[Change, ...]:
    sides = [{name: fact for name, fact in each.metadata.items() if name not in said} for each in (old, new)]
    return compare_nested(*sides, limit=VALUES * limit).changes
