"""Makes a SQLite store of MLflow's that is not there: whole, and once for however many processes.

MLflow makes its tables at first use by running every migration, each with its own disk syncs: 2 to 18 s here. Two
processes that do so at once fail (mlflow#23634), and one that dies in between leaves a database that no MLflow opens.
So the tables are made in memory (1.3 s), written to a file in one go, and that file is linked into place.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
from contextlib import closing
from pathlib import Path
from uuid import uuid4

from bridge.tracking.quiet import quiet

_PREFIX = "sqlite:///"


def sqlite_file(uri: str) -> Path | None:
    """The file of a SQLite store; None for any other store, and for one in memory.

    >>> str(sqlite_file("sqlite:////tmp/mlflow.db")), sqlite_file("http://127.0.0.1:5000")
    ('/tmp/mlflow.db', None)
    """
    path = uri.removeprefix(_PREFIX)
    if path == uri or not path or path.startswith((":memory:", "file:")) or "?" in path:
        return None
    return Path(path)


def prepare(uri: str, artifact_root: str | None = None) -> None:
    """Make a SQLite store's database if its file is not there; does nothing for other stores.

    Processes that ask at once wait for the one that makes it.

    Args:
        uri: The store.
        artifact_root: Where its default experiment keeps files; None for MLflow's own default.

    >>> prepare("http://127.0.0.1:5000")
    """
    file = sqlite_file(uri)
    if file is None or _is_there(file):
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.with_name(f"{file.name}.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not _is_there(file):
            _make(file, artifact_root)


def _is_there(file: Path) -> bool:
    try:
        return file.stat().st_size > 0
    except FileNotFoundError:
        return False


def _make(file: Path, artifact_root: str | None) -> None:
    draft = file.with_name(f".{file.name}.{uuid4().hex}")
    try:
        _write(draft, artifact_root)
        _into_place(draft, file)
    finally:
        draft.unlink(missing_ok=True)


def _write(draft: Path, artifact_root: str | None) -> None:
    from mlflow.store.tracking import DEFAULT_LOCAL_FILE_AND_ARTIFACT_PATH
    from mlflow.store.tracking.sqlalchemy_store import SqlAlchemyStore

    name = f"file:bridge-{uuid4().hex}?mode=memory&cache=shared"
    with closing(sqlite3.connect(name, uri=True)) as memory, quiet():
        root = artifact_root or DEFAULT_LOCAL_FILE_AND_ARTIFACT_PATH
        SqlAlchemyStore(f"{_PREFIX}{name}&uri=true", root)  # type: ignore[no-untyped-call]  # MLflow types only some
        with closing(sqlite3.connect(draft)) as disk:
            memory.backup(disk)
            disk.execute("PRAGMA journal_mode=WAL")


def _into_place(draft: Path, file: Path) -> None:
    """Link, since that fails where someone who knows nothing of the lock has made the file in the meantime."""
    if file.exists() and file.stat().st_size == 0:
        draft.replace(file)
        return
    try:
        os.link(draft, file)
    except FileExistsError:
        return
    except OSError:  # a file system without hard links
        draft.replace(file)
