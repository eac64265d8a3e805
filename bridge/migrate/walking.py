"""Which files of a path are looked at: code that somebody wrote, not what was installed or built."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from bridge.domain.migration_errors import MigrationError

ENDINGS = (".py", ".ipynb")

_LEFT_OUT = frozenset(
    {"__pycache__", "node_modules", "site-packages", "build", "dist", "venv", "env", "virtualenv", "__pypackages__"}
)


def files_of(path: Path) -> Iterator[Path]:
    """The Python files and notebooks of a folder, in order; or the one file.

    Folders whose names begin with a dot, environments and what was built are left out; links to folders are not
    followed, so that a loop is none.

    Raises:
        MigrationError: If there is nothing, or it is no file of code.

    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / "a.py").write_text("")
    >>> [file.name for file in files_of(folder)]
    ['a.py']
    """
    if path.is_file():
        if path.suffix not in ENDINGS:
            raise MigrationError(
                str(path), "it is neither a Python file nor a notebook", "Give a .py or .ipynb file, or a folder."
            )
        yield path
        return
    if not path.is_dir():
        raise MigrationError(str(path), "there is no such file or folder")
    for root, folders, names in os.walk(path):
        folders[:] = sorted(name for name in folders if not _is_left_out(Path(root, name)))
        for name in sorted(names):
            file = Path(root, name)
            if file.suffix in ENDINGS and not name.startswith(".") and file.is_file():
                yield file


def _is_left_out(folder: Path) -> bool:
    name = folder.name
    return name.startswith(".") or name in _LEFT_OUT or name.endswith(".egg-info") or (folder / "pyvenv.cfg").exists()
