"""Paths: what is stored is the content of the file or folder that a path leads to."""

from __future__ import annotations

import atexit
import json
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from bridge.domain.errors import UnreadableError, UnstorableError
from bridge.domain.ports import Sink, Source
from bridge.materializers.names import type_name

INDEX = "path.json"
_COPY = 4 << 20


class PathContent:
    """A file or a folder, with its name, its empty folders and what is executable.

    Loading gives a path to a fresh copy of the caller's own, which lives as long as the process. Symbolic links,
    sockets and devices are refused: their content is not theirs.

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
        kind = _kind(value, value)
        name = value.resolve().name or "root"
        entries = list(_walk(value)) if kind == "folder" else [("file", name, value)]
        _check_names(value, [name, *(relative for _, relative, _ in entries)])
        size, executable = 0, []
        for entry, relative, path in entries:
            if entry == "file":
                size += _copy_in(path, f"content/{relative}", sink)
                if os.access(path, os.X_OK):
                    executable.append(relative)
        folders = [relative for entry, relative, _ in entries if entry == "folder"]
        index = {"kind": kind, "name": name, "folders": folders, "executable": executable}
        with sink.open(INDEX) as file:
            file.write(json.dumps(index, indent=1).encode())
        return {"name": name, "kind": kind, "files": len(entries) - len(folders), "bytes": size}

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
            _refuse_outside([name, *folders, *files])
        except (ValueError, KeyError, TypeError) as error:
            raise UnreadableError(self.format, str(error)) from error
        base = Path(tempfile.mkdtemp(dir=_process_folder(os.getpid())))
        root = base / name if kind == "folder" else base
        root.mkdir(exist_ok=True)
        for relative in folders:
            root.joinpath(relative).mkdir(parents=True, exist_ok=True)
        for relative in files:
            _copy_out(source, f"content/{relative}", root / relative, relative in executable)
        return Path(base, name)


_HERE = Path()


def _kind(path: Path, root: Path) -> str:
    try:
        mode = path.lstat().st_mode if path != root else path.stat().st_mode
    except OSError as error:
        why = f"{path} cannot be read ({error.strerror}). A returned path stands for its content: return it as text "
        raise UnstorableError(type_name(root), why + "(`str(path)`) to keep the name only") from error
    if stat.S_ISREG(mode):
        return "file"
    if stat.S_ISDIR(mode):
        return "folder"
    what = "a symbolic link" if stat.S_ISLNK(mode) else "neither a file nor a folder"
    raise UnstorableError(type_name(root), f"{path} is {what}; leave it out, or return a folder of plain files")


def _walk(root: Path) -> Iterator[tuple[str, str, Path]]:
    """Give kind, relative name and path of everything below a folder, ordered; of folders only the empty ones."""
    stack = [root]
    while stack:
        folder = stack.pop()
        try:
            entries = sorted(folder.iterdir(), key=lambda path: path.name)
        except OSError as error:
            raise UnstorableError(type_name(root), f"{folder} cannot be read ({error.strerror})") from error
        if not entries and folder != root:
            yield "folder", folder.relative_to(root).as_posix(), folder
        for entry in entries:
            if _kind(entry, root) == "folder":
                stack.append(entry)
            else:
                yield "file", entry.relative_to(root).as_posix(), entry


def _check_names(value: Path, names: list[str]) -> None:
    for name in names:
        if not name.isprintable() or "\\" in name or not _is_utf8(name):
            why = f"the file name {name!r} has characters that not every system takes; rename it"
            raise UnstorableError(type_name(value), why)


def _is_utf8(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _copy_in(path: Path, to: str, sink: Sink) -> int:
    size = 0
    try:
        with path.open("rb") as source, sink.open(to) as file:
            while chunk := source.read(_COPY):
                file.write(chunk)
                size += len(chunk)
    except PermissionError as error:
        raise UnstorableError("pathlib.Path", f"{path} cannot be read ({error.strerror})") from error
    return size


def _copy_out(source: Source, path: str, to: Path, executable: bool) -> None:
    to.parent.mkdir(parents=True, exist_ok=True)
    with source.open(path) as file, to.open("wb") as copy:
        shutil.copyfileobj(file, copy, _COPY)
    if executable:
        to.chmod(to.stat().st_mode | 0o111)


def _refuse_outside(names: list[str]) -> None:
    if "/" in names[0]:
        raise ValueError(f"{names[0]!r} is not a name")
    for name in names:
        if not name or any(part in {"", ".", ".."} for part in name.split("/")) or "\\" in name or "\0" in name:
            raise ValueError(f"{name!r} is not a relative path")


@cache
def _process_folder(pid: int) -> str:
    """Make the folder of this process's copies; it goes when the process ends, not when a fork of it does."""
    folder = tempfile.mkdtemp(prefix="bridge-paths-")
    atexit.register(lambda: shutil.rmtree(folder, ignore_errors=True) if os.getpid() == pid else None)
    return folder
