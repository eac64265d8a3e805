"""Data that exists as versions: files, folders and URLs, copied or left where they are."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bridge.domain.errors import SelectorError
from bridge.domain.external import USUALLY_EXCLUDED
from bridge.domain.naming import clean
from bridge.domain.version import Version
from bridge.flows.current import current_step
from bridge.flows.identity import table
from bridge.workspace import Workspace, current

Place = str | os.PathLike[str]


def import_file(path: Place, name: str, *, copy: bool = True, metadata: Mapping[str, Any] | None = None) -> Version:
    """Make a file that exists the next version of a name; `bridge.load` gives a path to it.

    Content that is the name's latest version makes no new one. Within a task or flow it is one of its outputs.

    Args:
        path: A path, or a URL that fsspec knows (`s3://bucket/key`).
        name: Artifact's name, without `@`.
        copy: True reads the file once into the store. False leaves it where it is, and keeps its size and BLAKE3, which
            are checked when it is loaded: bridge cannot give back what is changed or removed there.
        metadata: JSON-able facts.

    Raises:
        SelectorError: If the name contains `@`.
        NotImportableError: If it is not there, no file, cannot be read, or changes meanwhile.
        LocationError: If it lies elsewhere and cannot be reached.
        StoreError: If the store did not take it.
        CatalogError: If the catalog did not take it.

    >>> import tempfile, bridge
    >>> from pathlib import Path
    >>> data = Path(tempfile.mkdtemp()) / "customers.csv"
    >>> _ = data.write_text("id,churned")
    >>> import_file(data, "customers").ref, bridge.load("customers").read_text()
    (VersionRef(name='customers', number=1), 'id,churned')
    >>> _ = import_file(data, "customers-there", copy=False)
    >>> bridge.load("customers-there") == data
    True
    """
    return _import_tree(path, name, kind="file", copy=copy, metadata=metadata, exclude=())


def import_folder(
    path: Place,
    name: str,
    *,
    copy: bool = True,
    exclude: Sequence[str] = USUALLY_EXCLUDED,
    metadata: Mapping[str, Any] | None = None,
) -> Version:
    """Make a folder that exists the next version of a name; see `import_file`.

    A symbolic link counts as the file that it leads to, if that is in the folder too; other links are refused.

    Args:
        path: A path, or a URL that fsspec knows.
        name: Artifact's name, without `@`.
        copy: As for a file. Without a copy the folder is not what was imported once a file in it is new, too.
        exclude: Patterns of what is left out, compared with names and with paths in the folder: `*.tmp`, `raw/*`.
        metadata: JSON-able facts.

    Raises:
        SelectorError: If the name contains `@`.
        NotImportableError: If something in it cannot be taken; names it.
        LocationError: If it lies elsewhere and cannot be reached.
        StoreError: If the store did not take it.
        CatalogError: If the catalog did not take it.

    >>> import tempfile, bridge
    >>> from pathlib import Path
    >>> images = Path(tempfile.mkdtemp())
    >>> _ = (images / "cat.png").write_bytes(b"cat"), (images / "notes.tmp").write_bytes(b"")
    >>> _ = import_folder(images, "images", exclude=["*.tmp"])
    >>> [path.name for path in bridge.load("images").iterdir()]
    ['cat.png']
    """
    patterns = (exclude,) if isinstance(exclude, str) else tuple(exclude)
    return _import_tree(path, name, kind="folder", copy=copy, metadata=metadata, exclude=patterns)


def import_url(url: str, name: str, *, copy: bool = False, metadata: Mapping[str, Any] | None = None) -> Version:
    """Make a file behind a URL the next version of a name; `bridge.load` fetches it and gives a path.

    What the server says tells the content: a strong ETag, an MD5, or the time of its last change with its size. Nothing
    is read then until it is loaded; what is loaded must be what the server said at the import. The first load notes the
    BLAKE3, by which it is known from then on. The same ETag makes no new version.

    Args:
        url: http, https, or a URL that fsspec knows (`s3://bucket/key`).
        name: Artifact's name, without `@`.
        copy: True reads the file once into the store. That is done anyway where the server says nothing of the kind.
        metadata: JSON-able facts.

    Raises:
        SelectorError: If the name contains `@`.
        NotImportableError: If it is no such URL, or holds a secret that would be kept.
        LocationError: If it cannot be reached.
        SourceChangedError: If it changes while it is read.
        StoreError: If the store did not take it.
        CatalogError: If the catalog did not take it.

    >>> import bridge, fsspec
    >>> fsspec.filesystem("memory").pipe_file("/raw/customers.csv", b"id,churned")
    >>> _ = import_url("memory://raw/customers.csv", "customers-far")
    >>> bridge.load("customers-far").read_text()
    'id,churned'
    """
    from bridge.workspace.importing import Wanted
    from bridge.workspace.importing import import_url as import_it

    return _imported(
        name,
        lambda workspace, step_id, run_id: import_it(
            workspace, Wanted(str(url), name, copy, metadata or {}, step_id=step_id, run_id=run_id)
        ),
    )


def _import_tree(
    path: Place, name: str, *, kind: Any, copy: bool, metadata: Mapping[str, Any] | None, exclude: Sequence[str]
) -> Version:
    from bridge.workspace.importing import Wanted, import_tree

    version = _imported(
        name,
        lambda workspace, step_id, run_id: import_tree(
            workspace, Wanted(os.fsdecode(path), name, copy, metadata or {}, exclude, step_id, run_id), kind=kind
        ),
    )
    if not isinstance(path, str):  # a text may be a constant that other code shares
        step = current_step.get()
        table.remember(path, (version.ref, "identity"), scope=step.run.root_id if step and step.run else None)
    return version


def _imported(name: str, work: Callable[[Workspace, str | None, str | None], Version]) -> Version:
    if clean(name) != name:
        raise SelectorError(name, "a name to save under is not empty and has no @ and no control characters")
    step = current_step.get()
    return work(current(), step.id if step else None, step.run.id if step and step.run else None)
