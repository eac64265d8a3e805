"""Who talks to the tracker's own process: the process that started it, and those that it was lent to.

What they say is handed on in the order in which it was said, whoever said it: a flow's run that its own process ends is
ended after the runs that other processes have begun and ended below it.
"""

from __future__ import annotations

import shutil
import socket
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

GONE, GOODBYE, UNREADABLE = "gone", "goodbye", "unreadable"
"""What is heard of a caller whose process has ended, of one that has said everything, and instead of what cannot be
read."""

AHEAD = 1_000_000_000
"""Nanoseconds for which what was said after the moment of listening may have to wait."""

OVER = "over"
"""What callers are told when nobody listens any more."""

LONGEST = 80
"""Characters of a temporary folder in which a socket's path still has room."""

WAITING = 64
"""Processes that may wait at the door at once."""


def say(connection: Connection, *message: object) -> None:
    """Send a message with its time, by the clock that all processes of a machine share.

    Raises:
        OSError: If nobody listens.
    """
    connection.send((time.monotonic_ns(), message))


class Door:
    """A socket at which other processes of this user ask for a connection; its folder is theirs alone.

    Made by the owner before the process is there, so that nobody comes too early.
    """

    def __init__(self) -> None:
        # A socket's path has 104 to 108 bytes at most, which a temporary folder of a job can be longer than.
        within = None if len(tempfile.gettempdir()) < LONGEST else "/tmp"
        self.path = Path(tempfile.mkdtemp(prefix="bridge-", dir=within)) / "tracker"
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.bind(str(self.path))
        self.socket.listen(WAITING)

    def remove(self) -> None:
        """Let nobody come any more; those that are connected stay so."""
        shutil.rmtree(self.path.parent, ignore_errors=True)


def close_door(door: socket.socket) -> None:
    """Let nobody find it any more: what `Door.remove` does, in the process behind it."""
    shutil.rmtree(Path(door.getsockname()).parent, ignore_errors=True)


def knock(path: str) -> Connection:
    """A connection to the process behind a door.

    Raises:
        OSError: If nobody is there.
    """
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as asking:
        asking.connect(path)
        return Connection(asking.detach())


@dataclass(eq=False)
class Caller:
    """One of them.

    Args:
        connection: To its process.
        is_owner: Whether it started this one.
    """

    connection: Connection
    is_owner: bool = False
    ahead: list[tuple[int, tuple[Any, ...]]] = field(default_factory=list)

    def answer(self, *answer: object) -> None:
        """Tell it something; for one thread at a time."""
        with suppress(OSError, ValueError):  # nobody is there to hear it
            self.connection.send(answer)


class Callers:
    """All of them. For one thread.

    Args:
        owner: Connection to the process that started this one.
        door: Where others come in; None lets nobody in.
    """

    def __init__(self, owner: Connection, door: socket.socket | None = None) -> None:
        self.owner = Caller(owner, is_owner=True)
        self._there = [self.owner]
        self._door = door

    @property
    def is_anyone_there(self) -> bool:
        """Whether somebody may still say something."""
        return bool(self._there)

    def hear(self, timeout: float | None = None) -> Iterator[tuple[Caller, tuple[Any, ...]]]:
        """What has been said since, in order; waits until there is something, or time ran out."""
        if any(caller.ahead for caller in self._there):
            timeout = 0
        door = [self._door] if self._door is not None else []
        ready = wait([*(caller.connection for caller in self._there), *door], timeout)
        for one in door:
            if one in ready:
                self._let_in(one)
        now = time.monotonic_ns()
        said = [(*one, caller) for caller in list(self._there) for one in self._of(caller, now)]
        said.sort(key=lambda one: one[0])  # what led to it was said before it, and has arrived if it has
        for _, message, caller in said:
            yield caller, message

    def _let_in(self, door: socket.socket) -> None:
        with suppress(OSError):
            asking, _ = door.accept()
            self._there.append(Caller(Connection(asking.detach())))

    def _of(self, caller: Caller, until: int) -> list[tuple[int, tuple[Any, ...]]]:
        """What one has said up to a time; what it has said since is kept for the next time."""
        said, caller.ahead = caller.ahead, []
        try:
            while caller.connection.poll():
                when, message = _read(caller.connection, until)
                if until <= when < until + AHEAD:  # by a clock that is further ahead than that: not this machine's
                    caller.ahead.append((when, message))
                    break
                said.append((when, message))
        except (EOFError, OSError):
            self._there.remove(caller)
            said.append((until, (GONE,)))
        return said

    def close(self) -> None:
        """Let nobody find the door any more, and tell those that are there that nobody listens; for any thread."""
        if self._door is not None:
            close_door(self._door)
        for caller in list(self._there):
            caller.answer(OVER)


def _read(connection: Connection, now: int) -> tuple[int, tuple[Any, ...]]:
    try:
        when, message = connection.recv()
    except (EOFError, OSError):
        raise
    except Exception as error:  # noqa: BLE001 - one's message that cannot be read here is not everybody's end
        return now - 1, (UNREADABLE, repr(error))
    return when, message
