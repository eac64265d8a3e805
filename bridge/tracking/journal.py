"""A file of what a process still has to send to one tracker, written before it is sent: a kill loses nothing.

Lines of JSON. The first names the tracker; then come entries with their numbers, `{"sent": 7}` once everything up to
the seventh is sent, and `{"begun": …, "id": …}` once a run has an id of the tracker's. What a process writes is there
when it is killed, without waiting for the disk. The process that writes holds a lock on its file: whoever gets it knows
that the process is gone. A last line that was cut by a kill is left out.
"""

from __future__ import annotations

import fcntl
import json
import os
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

from bridge.domain.secret_urls import redacted
from bridge.tracking.entries import Begin, End, Entry, from_object, to_json

SUFFIX = ".jsonl"


class Journal:
    """The file of this process, made with its first line. For one thread at a time.

    Args:
        folder: Where such files are; made when first needed.
        uri: The tracker that its entries are for.

    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> journal = Journal(folder, "http://127.0.0.1:5000")
    >>> journal.append(End("1234", "FINISHED", 5))
    1
    >>> [(kept.uri, kept.count, kept.is_live) for kept in waiting(folder)]
    [('http://127.0.0.1:5000', 1, True)]
    >>> journal.sent(1, {})
    >>> journal.close()
    >>> waiting(folder)
    []
    """

    def __init__(self, folder: Path, uri: str) -> None:
        self.folder, self.uri = folder, uri
        self._renew()

    def _renew(self) -> None:
        self._file: int | None = None
        self._path: Path | None = None
        self._written = self._sent = 0

    def append(self, entry: Entry) -> int:
        """Write an entry down; returns its number.

        Raises:
            OSError: If the folder cannot be written.
            ValueError: If it cannot be written as JSON.
        """
        line = b'{"n":%d,"entry":%s}\n' % (self._written + 1, to_json(entry))
        self._write(line)
        self._written += 1
        return self._written

    def begun(self, run: str, tracking_id: str) -> None:
        """Note the tracker's id of a run."""
        self._write(_begun(run, tracking_id))

    def sent(self, upto: int, open_runs: Mapping[str, str]) -> None:
        """Note that everything up to an entry is sent.

        Args:
            upto: Its number.
            open_runs: Runs of this process that have begun and not ended, with the tracker's ids: known to whoever
                comes after a kill.
        """
        self._sent = upto
        if self._file is None:
            return
        if upto < self._written:
            self._write(b'{"sent":%d}\n' % upto)
            return
        os.ftruncate(self._file, 0)
        self._write(self._head() + b'{"sent":%d}\n' % upto + b"".join(_begun(*run) for run in open_runs.items()))

    def close(self) -> None:
        """Leave the file to others, or remove it if everything is sent."""
        if self._file is None or self._path is None:
            return
        if self._sent >= self._written:
            self._path.unlink(missing_ok=True)
        os.close(self._file)
        self._renew()

    def after_fork(self) -> None:
        """Begin anew in a forked child: the file is its parent's."""
        if self._file is not None:
            os.close(self._file)
        self._renew()

    def _write(self, line: bytes) -> None:
        if self._file is None:
            self._open()
        assert self._file is not None
        os.write(self._file, line)

    def _open(self) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self.folder / f"{os.getpid()}-{uuid4().hex}{SUFFIX}"
        draft = path.with_suffix(".part")  # it is locked before anyone can look for it
        self._file = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)
        fcntl.flock(self._file, fcntl.LOCK_EX)
        os.write(self._file, self._head())
        draft.rename(path)
        self._path = path

    def _head(self) -> bytes:
        head = {"tracker": redacted(self.uri), "host": socket.gethostname(), "pid": os.getpid()}
        return json.dumps(head).encode() + b"\n"


def _begun(run: str, tracking_id: str) -> bytes:
    return json.dumps({"begun": run, "id": tracking_id}).encode() + b"\n"


@dataclass(slots=True)
class Leftover:
    """What a file holds.

    Args:
        path: The file.
        uri: The tracker that it is for; empty if the file cannot be read.
        entries: What is not sent, in order, with its numbers.
        ids: The tracker's ids of runs that were begun.
        open: Runs that were begun by the process that wrote it, and not ended.
        is_live: Whether that process is going on.
        written_ms: When it was last written to.
    """

    path: Path
    uri: str = ""
    entries: list[tuple[int, Entry]] = field(default_factory=list)
    ids: dict[str, str] = field(default_factory=dict)
    open: list[str] = field(default_factory=list)
    is_live: bool = False
    written_ms: int = 0

    @property
    def count(self) -> int:
        """Number of entries that wait."""
        return len(self.entries)


@contextmanager
def claimed(path: Path) -> Iterator[tuple[Leftover, Journal] | None]:
    """Take over a file whose process is gone; gives None while it is somebody's.

    Its journal takes notes of what is sent meanwhile, and removes the file if that is everything.
    """
    try:
        file = os.open(path, os.O_RDWR | os.O_APPEND)
    except FileNotFoundError:
        yield None
        return
    journal = Journal(path.parent, "")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        is_here = path.stat().st_ino == os.fstat(file).st_ino
    except (BlockingIOError, FileNotFoundError):
        is_here = False
    if not is_here:
        os.close(file)
        yield None
        return
    left = read(path)
    journal.uri, journal._file, journal._path = left.uri, file, path
    journal._written = max((number for number, _ in left.entries), default=0)
    try:
        yield left, journal
    finally:
        journal.close()


def read(path: Path) -> Leftover:
    """What a file holds; lines that cannot be read are left out."""
    left, sent, began, ended = Leftover(path), 0, dict[str, None](), set[str]()
    entries: list[tuple[int, Entry]] = []
    with suppress(OSError):
        left.written_ms = path.stat().st_mtime_ns // 1_000_000
    for line in _lines(path):
        if "tracker" in line:
            left.uri = str(line["tracker"])
        elif "sent" in line:
            sent = max(sent, int(line["sent"]))
        elif "begun" in line:
            left.ids[line["begun"]] = line["id"]
            began[line["begun"]] = None
        elif "entry" in line:
            with suppress(ValueError):
                entries.append((int(line["n"]), from_object(line["entry"])))
    for _, entry in entries:
        if isinstance(entry, Begin):
            began[entry.run] = None
        elif isinstance(entry, End):
            ended.add(entry.run)
    left.entries = [(number, entry) for number, entry in entries if number > sent]
    left.open = [run for run in began if run not in ended]
    return left


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    try:
        content = path.read_bytes()
    except OSError:
        return
    for line in content.splitlines():
        with suppress(ValueError):
            document = json.loads(line)
            if isinstance(document, dict):
                yield document


def files(folder: Path) -> list[Path]:
    """Every file there, the oldest first."""
    found = []
    for path in folder.glob(f"*{SUFFIX}") if folder.is_dir() else ():
        with suppress(FileNotFoundError):  # its process has sent everything meanwhile
            found.append((path.stat().st_mtime_ns, path))
    return [path for _, path in sorted(found)]


def waiting(folder: Path) -> list[Leftover]:
    """What waits in a folder, files of processes that are going on among them; touches nothing."""
    found = []
    for path in files(folder):
        left = read(path)
        left.is_live = _is_locked(path)
        if left.entries or (left.open and not left.is_live):
            found.append(left)
    return found


def _is_locked(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False
