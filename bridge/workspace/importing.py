"""Data that exists, made into versions: copied into the store, or left where it is."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

from bridge import materializers
from bridge.domain.errors import NotImportableError
from bridge.domain.external import ExternalUrl, Kind, Tree, total
from bridge.domain.manifest import Manifest
from bridge.domain.ports import Sink
from bridge.domain.run import Saved
from bridge.domain.version import Version
from bridge.materializers import LocalTree, save_tree
from bridge.store import UrlTree, digests_without_storing, is_url, open_external, scheme_of, secrets_of, telling
from bridge.workspace.late_progress import LateProgress
from bridge.workspace.outside import open_tree, referenced
from bridge.workspace.workspace import Workspace

MOST_LOCATIONS = 8
"""Places of a reference that are remembered, the latest first."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be imported, and how.

    Args:
        place: Path or URL.
        name: Artifact's name.
        copy: Whether the bytes go into the store.
        metadata: JSON-able facts.
        exclude: Patterns of what of a folder is left out.
        step_id: Step that imports it.
        run_id: Flow run of that step.
    """

    place: str
    name: str
    copy: bool
    metadata: Mapping[str, Any] = field(default_factory=dict)
    exclude: Sequence[str] = ()
    step_id: str | None = None
    run_id: str | None = None


def import_tree(workspace: Workspace, wanted: Wanted, *, kind: Kind) -> Version:
    """Import a file or a folder, from this machine or from behind a URL that fsspec knows.

    Raises:
        NotImportableError: If something of it cannot be taken; names it.
        LocationError: If it lies elsewhere and cannot be reached.
        StoreError: If the store did not take it.
        CatalogError: If the catalog did not take it.
    """
    known = workspace.known_import(wanted.name, step_id=wanted.step_id, run_id=wanted.run_id)
    if known is not None:
        return known
    place = local_path(wanted.place)
    _refuse_secrets(place, copy=wanted.copy)
    if scheme_of(place) in ("http", "https"):
        raise NotImportableError(_shown(place), "a web server has files and no folders; take bridge.import_url")
    tree = open_tree(place, wanted.exclude, workspace.settings.options_for)
    if tree.kind != kind:
        raise NotImportableError(tree.location, f"it is a {tree.kind}; take bridge.import_{tree.kind}")
    with LateProgress(f"Importing {tree.name}", total(tree.leaves())) as progress:
        if wanted.copy:
            manifest, facts = _copied(workspace, wanted.name, tree, progress)
            return _save(workspace, wanted, manifest, {**facts, "imported_from": tree.location})
        files = digests_without_storing(partial(_hash, tree, progress))
    manifest, facts = workspace.store.write(
        "reference", partial(_format("reference").save, referenced(files, kind=kind))
    )
    return _save_reference(workspace, wanted, manifest, {**facts, **_whereabouts(tree, wanted.exclude)})


def import_url(workspace: Workspace, wanted: Wanted) -> Version:
    """Import a file behind a URL: its bytes, or what its server says of it.

    The bytes are copied, too, where the server says nothing that tells the content.

    Raises:
        NotImportableError: If it is no URL of another machine, or holds a secret that would be kept.
        LocationError: If it cannot be reached.
        SourceChangedError: If it changes while it is read.
        StoreError: If the store did not take it.
        CatalogError: If the catalog did not take it.
    """
    known = workspace.known_import(wanted.name, step_id=wanted.step_id, run_id=wanted.run_id)
    if known is not None:
        return known
    file = open_external(wanted.place, workspace.settings.options_for(wanted.place))
    _refuse_secrets(wanted.place, copy=wanted.copy)
    facts = file.identity()
    identity = telling(facts)
    if identity and not wanted.copy:
        save = partial(_format("url").save, ExternalUrl(file.url, identity))
        manifest, told = workspace.store.write("url", save)
        return _save(workspace, wanted, manifest, told)
    told = {"url": file.url, **{name: value for name, value in identity.items() if name != "size"}}
    before = _same_before(workspace, wanted.name, told) if identity else None
    if before is not None:
        return _save(workspace, wanted, workspace.catalog.manifest(str(before.digest)), before.metadata)
    tree = UrlTree(file, facts)
    with LateProgress(f"Importing {tree.name}", total(tree.leaves())) as progress:
        manifest, found = _copied(workspace, wanted.name, tree, progress)
    if not wanted.copy:
        told["copied"] = "the server says nothing that tells the content (no ETag, no time with a size)"
    return _save(workspace, wanted, manifest, {**found, **told})


def kind_of(place: str, workspace: Workspace) -> Kind:
    """Whether a path or a URL that fsspec knows leads to a file or a folder.

    Raises:
        NotImportableError: If it leads to neither.
        LocationError: If it cannot be reached.
    """
    return open_tree(local_path(place), (), workspace.settings.options_for).kind


def local_path(place: str) -> str:
    """A `file:` URL as the path that it means; anything else as it is.

    >>> local_path("file:///data/a%20b.csv"), local_path("data/a.csv"), local_path("s3://bucket/a.csv")
    ('/data/a b.csv', 'data/a.csv', 's3://bucket/a.csv')
    """
    if scheme_of(place) not in ("file", "local"):
        return os.path.expanduser(place) if not is_url(place) else place  # noqa: PTH111  it is a text
    parts = urlsplit(place)
    return url2pathname(unquote(parts.path) if parts.scheme == "local" else parts.path)


def _refuse_secrets(place: str, *, copy: bool) -> None:
    secrets = secrets_of(place) if is_url(place) else []
    if secrets and not copy:
        why = (
            f"{', '.join(secrets)} would be kept with the version, and is a secret; give it to the driver by its own "
            f"settings (~/.netrc, the environment), or import with copy=True (the command: without --reference), which "
            f"keeps the bytes and not the secret"
        )
        raise NotImportableError(_shown(place), why)


def _shown(url: str) -> str:
    return open_external(url).url


def _format(name: str) -> Any:
    return materializers.for_format(name)


def _copied(workspace: Workspace, name: str, tree: Tree, progress: LateProgress) -> tuple[Manifest, Mapping[str, Any]]:
    save = partial(save_tree, tree, advance=progress.advance)
    return workspace.store.write("path", save, bases=partial(workspace.bases, name))


def _hash(tree: Tree, progress: LateProgress, sink: Sink) -> None:
    for leaf in tree.leaves():
        if leaf.kind == "file":
            with sink.open(leaf.path) as file:
                for data in tree.read(leaf):
                    file.write(data)
                    progress.advance(len(data))


def _whereabouts(tree: Tree, exclude: Sequence[str]) -> Mapping[str, Any]:
    facts: dict[str, Any] = {"locations": [tree.location], "exclude": list(exclude)}
    latest = max((leaf.modified for leaf in tree.leaves()), default=0)
    if latest:
        facts["modified"] = _moment(latest)
    if isinstance(tree, LocalTree):
        facts["host"] = socket.gethostname()
    return facts


def _moment(nanoseconds: int) -> str:
    try:
        return datetime.fromtimestamp(nanoseconds // 10**9, timezone.utc).isoformat()
    except (OverflowError, OSError, ValueError):  # a time that no clock shows
        return ""


def _same_before(workspace: Workspace, name: str, told: Mapping[str, Any]) -> Version | None:
    """The latest version of a name, if it is a copy of the same URL of which the server says the same."""
    for latest in workspace.catalog.versions(name, limit=1):
        if latest.format == "path" and {key: latest.metadata.get(key) for key in told} == told:
            return latest
    return None


def _save(workspace: Workspace, wanted: Wanted, manifest: Manifest, facts: Mapping[str, Any]) -> Version:
    saved = Saved(wanted.name, materializers.type_name(Path()), manifest, {**wanted.metadata, **facts})
    return workspace.catalog.save(saved, step_id=wanted.step_id, run_id=wanted.run_id)


def _save_reference(workspace: Workspace, wanted: Wanted, manifest: Manifest, facts: Mapping[str, Any]) -> Version:
    """Save a reference; if the content is known, only that it lies here is new."""
    version = _save(workspace, wanted, manifest, facts)
    known = [str(place) for place in version.metadata.get("locations") or ()]
    here = list(dict.fromkeys([*facts["locations"], *known]))[:MOST_LOCATIONS]
    moved = {name: facts[name] for name in ("exclude", "host", "modified") if name in facts} | {"locations": here}
    if any(version.metadata.get(name) != value for name, value in moved.items()):
        return workspace.catalog.annotate(version.ref, moved)
    return version
