"""Paths: what is stored is the content of the file or folder that a path leads to."""

from __future__ import annotations

import atexit
import json
import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from bridge.domain.errors import NotImportableError, UnreadableError, UnstorableError
from bridge.domain.external import Advance, Tree
from bridge.domain.ports import Sink, Source
from bridge.materializers.names import type_name
from bridge.materializers.tree import LocalTree

INDEX = "path.json"
_COPY = 4 << 20


class PathContent:
    """A file or a folder, with its name, its empty folders and what is executable.

    Loading gives a path to a fresh copy of the caller's own, which lives as long as the process. Links that leave the
    folder, sockets and devices are refused: their content is not theirs (see `LocalTree`).

    >>> PathContent().handles(Path("data.csv")), PathContent().handles("data.csv")
    (True, False)
    """

    format = "path"

    def handles(self, value: object) -> bool:
        """Say whether it is exactly a `Path` of this system."""
        return type(value) is type(_HERE)

    def save(self, value: Any, sink: Sink) -> Mapping[str, Any]:
        """Copy the content; write `path.json` and files below `content/`.

        Raises:
            UnstorableError: If nothing is there, or something that is neither file nor folder.
        """
        try:
            return save_tree(LocalTree(value), sink)
        except NotImportableError as error:
            hint = "" if os.path.lexists(value) else ". A returned path stands for its content: return it as text "
            hint += "(`str(path)`) to keep the name only" if hint else ""
            raise UnstorableError(type_name(value), f"{error.thing}: {error.why}{hint}") from error

    def load(self, source: Source) -> Path:
        """Copy the content into a fresh folder and give the path there.

        Raises:
            UnreadableError: If the index is junk, or names a place outside.
        """
        try:
            with source.open(INDEX) as file:
                index = json.loads(file.read())
            name, kind = index["name"], index["kind"]
            folders, executable = list(index["folders"]), set(index["executable"])
            files = [path.partition("/")[2] for path in source.paths if path != INDEX]
            refuse_outside([name, *folders, *files])
        except (ValueError, KeyError, TypeError) as error:
            raise UnreadableError(self.format, str(error)) from error
        base = new_copy_folder()
        root = base / name if kind == "folder" else base
        root.mkdir(exist_ok=True)
        for relative in folders:
            root.joinpath(relative).mkdir(parents=True, exist_ok=True)
        for relative in files:
            _copy_out(source, f"content/{relative}", root / relative, relative in executable)
        return Path(base, name)


_HERE = Path()


def save_tree(tree: Tree, sink: Sink, advance: Advance = lambda _: None) -> Mapping[str, Any]:
    """Read a tree once, in the format `path`; returns facts about it.

    Args:
        tree: What to read.
        sink: Where its files go.
        advance: Told of the bytes that were read.

    Raises:
        NotImportableError: If something of it cannot be taken; names it.
        LocationError: If it lies elsewhere and cannot be reached.

    >>> from bridge.testing.materializer import MemorySink
    >>> save_tree(LocalTree(Path(__file__)), MemorySink())["kind"]
    'file'
    """
    leaves = tree.leaves()
    files = [(leaf, leaf.path or tree.name) for leaf in leaves if leaf.kind == "file"]
    size = 0
    for leaf, relative in files:
        with sink.open(f"content/{relative}") as file:
            for data in tree.read(leaf):
                file.write(data)
                size += len(data)
                advance(len(data))
    index = {
        "kind": tree.kind,
        "name": tree.name,
        "folders": [leaf.path for leaf in leaves if leaf.kind == "folder"],
        "executable": [relative for leaf, relative in files if leaf.executable],
    }
    with sink.open(INDEX) as file:
        file.write(json.dumps(index, indent=1).encode())
    return {"name": tree.name, "kind": tree.kind, "files": len(files), "bytes": size}


def _copy_out(source: Source, path: str, to: Path, executable: bool) -> None:
    to.parent.mkdir(parents=True, exist_ok=True)
    with source.open(path) as file, to.open("wb") as copy:
        shutil.copyfileobj(file, copy, _COPY)
    if executable:
        to.chmod(to.stat().st_mode | 0o111)


def refuse_outside(names: Sequence[str]) -> None:
    """Raise ValueError if one is no name of a file below a folder, or if the first is not a plain one.

    >>> refuse_outside(["data", "../evil"])
    Traceback (most recent call last):
    ValueError: '../evil' is not a relative path
    """
    if "/" in names[0]:
        raise ValueError(f"{names[0]!r} is not a name")
    for name in names:
        if not name or any(part in {"", ".", ".."} for part in name.split("/")) or "\\" in name or "\0" in name:
            raise ValueError(f"{name!r} is not a relative path")


def new_copy_folder() -> Path:
    """Make a folder for a copy that lives as long as this process.

    >>> new_copy_folder().is_dir()
    True
    """
    return Path(tempfile.mkdtemp(dir=_process_folder(os.getpid())))


@cache
def _process_folder(pid: int) -> str:
    """Make the folder of this process's copies; it goes when the process ends, not when a fork of it does."""
    folder = tempfile.mkdtemp(prefix="bridge-paths-")
    atexit.register(lambda: shutil.rmtree(folder, ignore_errors=True) if os.getpid() == pid else None)
    return folder
