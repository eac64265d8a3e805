"""How the tracker's process is started, and how other processes come to one that somebody has started and lends."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, Pipe
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bridge.tracking.callers import Door, knock
from bridge.tracking.priority import send_back

if TYPE_CHECKING:
    from bridge.domain.ports.tracker import Lent

PROCESS = "bridge.workspace.tracking_process"
"""Module whose `main` opens the workspace in the process; only named here, as it is of a room above."""

START = (
    "'the tracker of bridge, for process {pid}'; import gc, sys; gc.disable(); sys.path[:] = {path!r}; "
    "from {module} import main; main({handle}, {door}, {ahead})"
)
"""What the process runs: it finds what this one finds, the modules of the user's own models among them. Without the
collector MLflow is imported in a sixth less time; the host turns it on again."""


@dataclass(frozen=True)
class Reached:
    """A tracker's process, with the way to it.

    Args:
        connection: To it.
        pid: Its number.
        door: Where others come in; None where it is another process's to lend it.
        process: None if another process has started it.
    """

    connection: Connection
    pid: int
    door: Door | None = None
    process: subprocess.Popen[Any] | None = None

    @property
    def is_lent(self) -> bool:
        """Whether another process has started it, and sees to it that everything is done before its flow is over."""
        return self.process is None

    def leave(self) -> None:
        """Nobody has to wait for it: it ends by itself, when everything is done."""
        if self.process is not None:
            self.process.returncode = 0


@dataclass(frozen=True)
class Surroundings:
    """What a process finds around it; all of it may change between the start of the tracker's process and its work.

    Args:
        path: Where modules are looked for.
        environment: All variables.
        folder: Working directory; empty if it is gone.
    """

    path: list[str]
    environment: dict[str, str]
    folder: str

    @classmethod
    def here(cls) -> Surroundings:
        """Those of this process."""
        try:
            folder = str(Path.cwd())
        except OSError:
            folder = ""
        return cls(list(sys.path), dict(os.environ), folder)

    def take_over(self) -> None:
        """Make them those of this process."""
        sys.path[:] = self.path
        for name in [name for name in os.environ if name not in self.environment]:
            del os.environ[name]
        os.environ.update(self.environment)
        if self.folder:
            with suppress(OSError):
                os.chdir(self.folder)


def greet(reached: Reached, greeting: object) -> None:
    """Tell a process that was launched what it is for."""
    with suppress(OSError):  # one that is gone by now is found to be so by who listens to it
        reached.connection.send((Surroundings.here(), greeting))


def launch(module: str, *, ahead: bool = False) -> Reached:
    """Start one. It does nothing until it is greeted.

    Args:
        module: Its `main` takes the numbers of the files of the connection and of the door, and `ahead`. It receives
            `Surroundings` and the greeting first.
        ahead: Whether there may be nothing to do: then it prepares itself meanwhile.

    Raises:
        OSError: If it cannot be started.
    """
    if not sys.executable or getattr(sys, "frozen", False):
        raise OSError("there is no Python interpreter to run it")
    connection, theirs = Pipe()
    door = Door()
    with theirs, door.socket, ExitStack() as failed:
        failed.callback(door.remove)
        handles = theirs.fileno(), door.socket.fileno()
        code = START.format(
            pid=os.getpid(), path=sys.path, module=module, handle=handles[0], door=handles[1], ahead=ahead
        )
        process = subprocess.Popen(
            [sys.executable, "-c", code],
            pass_fds=handles,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is for the user's process
        )
        failed.pop_all()
    send_back(process.pid)
    return Reached(connection, process.pid, door, process)


def borrow(lent: Lent) -> Reached:
    """Come to one that another process lends.

    Raises:
        OSError: If it is not there any more.
    """
    return Reached(knock(lent.path), lent.pid)


def is_reachable(lent: Lent) -> bool:
    """Whether it is on this machine."""
    return lent.host == socket.gethostname()
