"""What tests of archives share: two workspaces, and archives that are not as bridge writes them."""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from bridge.workspace import current, reset


@contextmanager
def home(folder: Path) -> Iterator[Any]:
    """Work in the workspace of a folder."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BRIDGE_HOME", str(folder))
        patch.setenv("BRIDGE_ON_ERROR", "raise")
        try:
            yield current()
        finally:
            reset()


def members(archive: Path) -> list[tuple[tarfile.TarInfo, bytes]]:
    """The members of an archive, as Python's own tarfile reads them."""
    with tarfile.open(archive) as tar:
        found = []
        for member in tar:
            file = tar.extractfile(member)
            found.append((member, file.read() if file else b""))
        return found


def rewrite(archive: Path, entries: list[tuple[tarfile.TarInfo, bytes]]) -> Path:
    """Write an archive of other members, with Python's own tarfile."""
    path = archive.with_name(f"other-{archive.name}")
    with tarfile.open(path, "w", format=tarfile.GNU_FORMAT) as tar:
        for member, data in entries:
            tar.addfile(member, io.BytesIO(data))
    return path


def reworded(archive: Path, change: Callable[[dict[str, Any]], object]) -> Path:
    """Write an archive whose document says something else."""
    (first, data), *rest = members(archive)
    document = json.loads(data)
    change(document)
    said = json.dumps(document).encode()
    first.size = len(said)
    return rewrite(archive, [(first, said), *rest])
