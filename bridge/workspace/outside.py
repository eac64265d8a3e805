"""What lies outside the store, found, checked and given as a path."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from bridge import materializers
from bridge.domain.errors import (
    BridgeError,
    BytesMissingError,
    LocationError,
    NotImportableError,
    SourceChangedError,
    UnreadableError,
)
from bridge.domain.external import Advance, ExternalUrl, Leaf, Reference, ReferencedFile, Tree
from bridge.domain.manifest import Manifest
from bridge.domain.ports import Catalog, Store
from bridge.domain.version import Version
from bridge.materializers import LocalTree, new_copy_folder
from bridge.store import RemoteTree, UrlTree, is_url, open_external
from bridge.store.digest import new_hasher
from bridge.workspace.guard import guarded
from bridge.workspace.late_progress import LateProgress

OptionsFor = Callable[[str], Mapping[str, Any]]
"""Gives the options of the driver for a URL."""

_SHOWN = 3


def no_options(url: str) -> Mapping[str, Any]:
    """The options where nothing is set: none.

    >>> no_options("s3://bucket")
    {}
    """
    return {}


def open_tree(location: str, exclude: Sequence[str], options_for: OptionsFor) -> Tree:
    """A file or folder by its path or URL.

    Raises:
        NotImportableError: If it is neither.
        LocationError: If it cannot be reached.

    >>> open_tree(__file__, (), no_options).kind
    'file'
    """
    return (
        RemoteTree(location, options_for(location), exclude) if is_url(location) else LocalTree(Path(location), exclude)
    )


def path_of(
    value: Reference | ExternalUrl, version: Version, catalog: Catalog, *, options_for: OptionsFor = no_options
) -> Path:
    """The data of a version that lies outside the store, after a check that it is what was imported.

    A reference to this machine's disk is the path in place. What is far away is fetched into a folder that lives as
    long as the process.

    Raises:
        BytesMissingError: If it is not there, or cannot be reached from here.
        SourceChangedError: If it is not what was imported.
    """
    if isinstance(value, Reference):
        return _path_of_reference(value, version, catalog, options_for)
    return _path_of_url(value, version, catalog, options_for)


def locations_of(version: Version, catalog: Catalog) -> list[str]:
    """Where the data of a reference has been seen, the latest place first.

    The latest version of the same content knows of places that an earlier one does not.
    """
    known = catalog.of_digest(version.digest) if version.digest is not None else None
    told = [place for one in (version, known) if one is not None for place in _list(one, "locations")]
    return list(dict.fromkeys(told))


def record_of(store: Store, manifest: Manifest) -> Reference | ExternalUrl:
    """What is kept of data that lies outside the store.

    Raises:
        UnreadableError: If the manifest is not of one of the formats `OUTSIDE`, or what is kept is junk.
    """
    with store.read(manifest) as source:
        value = materializers.for_format(manifest.format).load(source)
    if not isinstance(value, (Reference, ExternalUrl)):
        raise UnreadableError(manifest.format, "it is a value in the store, and nothing outside of it")
    return value


def problems_of(
    value: Reference | ExternalUrl, version: Version, catalog: Catalog, *, options_for: OptionsFor, advance: Advance
) -> list[str]:
    """One sentence for each thing that is not as it was imported; of a URL, only what its server says is compared.

    Raises:
        LocationError: If it cannot be reached from here, so that nothing can be said.
    """
    if isinstance(value, ExternalUrl):
        file = open_external(value.url, options_for(value.url))
        try:
            UrlTree(file, value.identity).check()
        except LocationError as error:
            if error.gone:
                return [str(error)]
            raise
        except SourceChangedError as error:
            return [str(error)]
        return []
    try:
        _first_good(value, version, catalog, options_for, advance, keep=False)
    except BytesMissingError as error:
        why, host = error.__cause__, version.metadata.get("host")
        if isinstance(why, LocationError) and not why.gone:
            raise why from error
        if host not in (None, socket.gethostname()):
            raise LocationError(str(version.ref), f"it is a reference to what lies on {host}") from error
        return [str(error)]
    except SourceChangedError as error:
        return [str(error)]
    return []


def _path_of_reference(reference: Reference, version: Version, catalog: Catalog, options_for: OptionsFor) -> Path:
    with LateProgress(f"Checking {version.ref}", reference.size) as progress:
        return _first_good(reference, version, catalog, options_for, progress.advance, keep=True)


def _first_good(
    reference: Reference,
    version: Version,
    catalog: Catalog,
    options_for: OptionsFor,
    advance: Advance,
    *,
    keep: bool,
) -> Path:
    """The first of the places at which the data is what was imported."""
    absent: list[BridgeError] = []
    changed: list[tuple[str, list[str]]] = []
    for location in locations_of(version, catalog):
        try:
            tree = open_tree(location, _list(version, "exclude"), options_for)
            into = new_copy_folder() / tree.name if keep and is_url(location) else None
            found = list(_differences(reference, tree, into, advance))
        except (LocationError, NotImportableError) as error:
            absent.append(error)
            continue
        if not found:
            return into or Path(location)
        if into is not None:
            shutil.rmtree(into.parent, ignore_errors=True)
        changed.append((location, found))
    if not changed:
        raise BytesMissingError(str(version.ref), _absent(version, absent)) from (absent[0] if absent else None)
    location, found = changed[0]
    more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    thing = f"{location} ({version.ref}, a reference)"
    raise SourceChangedError(thing, str(version.digest), "; ".join(found[:_SHOWN]) + more)


def _absent(version: Version, absent: Sequence[BridgeError]) -> str:
    told = (f"{e.thing}: {e.why}." if isinstance(e, NotImportableError) else str(e) for e in absent)
    why = " ".join(told) or "Where its files lie is not recorded."
    host = version.metadata.get("host")
    seen = f" It was imported on {host}." if host else ""
    return (
        f"it is a reference, and bridge has no copy. {why}{seen} Bring the data back, or import it again from where it "
        f"is now; a place that all machines reach is a URL (s3://…), and copy=True keeps the bytes in the store"
    )


def _differences(reference: Reference, tree: Tree, into: Path | None, advance: Advance) -> Iterator[str]:
    """How a tree differs from what was imported; its files are copied on the way, if that is wanted."""
    if tree.kind != reference.kind:
        yield f"it is a {tree.kind} and was a {reference.kind}"
        return
    there = {leaf.path: leaf for leaf in tree.leaves() if leaf.kind == "file"}
    wanted = {file.path: file for file in reference.files}
    found = [f"{path} is gone" for path in wanted.keys() - there.keys()]
    found += [f"{path} is new" for path in there.keys() - wanted.keys()]
    for path in wanted.keys() & there.keys():
        if there[path].size != wanted[path].size:
            found.append(f"{path or tree.name} has {there[path].size} bytes and had {wanted[path].size}")
    yield from sorted(found)
    if found:
        return  # which is known without reading anything
    for path, file in wanted.items():
        digest = _read(tree, there[path], None if into is None else into / path, advance)
        if digest != file.digest:
            yield f"{path or tree.name} has the BLAKE3 {digest[:12]}… and had {file.digest[:12]}…"


def _read(tree: Tree, leaf: Leaf, to: Path | None, advance: Advance) -> str:
    """Hash a file, and copy it if that is wanted."""
    hasher = new_hasher(leaf.size)
    if to is None:
        for data in tree.read(leaf):
            hasher.update(data)
            advance(len(data))
        return hasher.hexdigest()
    to.parent.mkdir(parents=True, exist_ok=True)
    with to.open("xb", buffering=0) as file:
        for data in tree.read(leaf):
            hasher.update(data)
            file.write(data)
            advance(len(data))
    return hasher.hexdigest()


def _path_of_url(external: ExternalUrl, version: Version, catalog: Catalog, options_for: OptionsFor) -> Path:
    """Fetch a file. Once its BLAKE3 is known, that tells whether it is the same, whatever the server says."""
    pinned = version.metadata.get("blake3")
    expected = external.identity if pinned is None else {k: v for k, v in external.identity.items() if k == "size"}
    folder = new_copy_folder()
    try:
        tree = UrlTree(open_external(external.url, options_for(external.url)), expected)
        with LateProgress(f"Fetching {version.ref}", external.size or 0) as progress:
            digest = _read(tree, tree.leaves()[0], folder / tree.name, progress.advance)
        if pinned not in (None, digest):
            raise SourceChangedError(f"{external.url} ({version.ref})", f"BLAKE3 {pinned}", f"BLAKE3 {digest}")
    except LocationError as error:
        shutil.rmtree(folder, ignore_errors=True)
        why = f"{error} bridge has no copy of it: copy=True, when it is imported, makes one"
        raise BytesMissingError(str(version.ref), why) from error
    except BridgeError:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    if pinned is None:
        guarded("noting what was fetched", lambda: catalog.annotate(version.ref, {"blake3": digest}), on_error="warn")
    return folder / tree.name


def referenced(files: Sequence[tuple[str, int, str]], *, kind: str) -> Reference:
    """The reference to files that were hashed.

    >>> referenced([("b", 1, "ab" * 32), ("a", 2, "cd" * 32)], kind="folder").size
    3
    """
    listed = tuple(ReferencedFile(*one) for one in sorted(files))
    return Reference("folder" if kind == "folder" else "file", listed)


def _list(version: Version, name: str) -> list[str]:
    """A list of texts in the metadata, which anybody may have written."""
    told = version.metadata.get(name)
    return [str(one) for one in told] if isinstance(told, (list, tuple)) else []
