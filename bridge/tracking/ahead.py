"""A tracker's process that is started before there is anything to do, while a script still imports what it needs.

MLflow takes seconds to be imported. A script that asks for the decorators will most likely run a flow, so the process
begins then, on another processor; where it is not needed after all, it is ended. What this module imports delays it.
"""

from __future__ import annotations

import atexit
import multiprocessing
import os
import sys
import sysconfig
import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from bridge.domain.switch import is_off
from bridge.tracking import starting
from bridge.tracking.loaded import is_loaded

LONGEST = 60.0
"""Seconds for which one is kept that nobody has needed: a script that serves its flows runs none itself."""


@dataclass(frozen=True)
class _Waiting:
    module: str
    reached: starting.Reached
    owner: int
    timer: threading.Timer


_waiting: _Waiting | None = None
_lock = threading.Lock()


def start(module: str) -> None:
    """Start one where this process is a script of the user's; what goes wrong is found out when one is needed.

    Nothing is started in the processes of tools (Prefect's, pytest, notebooks): those may look at flows without running
    any. Not where MLflow is loaded already either: then the work is done there.

    Args:
        module: See `bridge.tracking.starting.launch`.
    """
    if is_script() and not is_loaded() and not _is_off():
        _start(module)


def is_script() -> bool:
    """Whether this process runs a file, or with `-m` a module, of the user's."""
    file = getattr(sys.modules.get("__main__"), "__file__", None)
    if not file or multiprocessing.parent_process() is not None:
        return False
    path, tools = Path(file).resolve(), sysconfig.get_paths()
    folders = (tools["purelib"], tools["platlib"], tools["scripts"], tools["stdlib"])
    return not any(path.is_relative_to(Path(folder).resolve()) for folder in folders)


def _is_off() -> bool:
    """As far as variables say; settings in files are read later."""
    tracker = os.environ.get("BRIDGE_TRACKER", "").strip().lower()
    return is_off(os.environ.get("BRIDGE_ENABLED")) or tracker not in ("", "mlflow")


def _start(module: str) -> None:
    global _waiting
    with _lock, suppress(OSError):
        if _waiting is None:
            timer = threading.Timer(LONGEST, drop)
            timer.daemon = True
            _waiting = _Waiting(module, starting.launch(module, ahead=True), os.getpid(), timer)
            atexit.register(drop)
            timer.start()


def is_waiting() -> bool:
    """Whether one waits that nobody has needed yet."""
    return _waiting is not None


def taken(module: str) -> starting.Reached | None:
    """The one that waits, which from now on is the caller's; None if there is none, or it is another process's."""
    found = _take()
    if found is None or found.module != module:
        return None
    process = found.reached.process
    return found.reached if process is not None and process.poll() is None else None


def drop() -> None:
    """End the one that waits."""
    found = _take()
    if found is None:
        return
    reached = found.reached
    if reached.door is not None:
        reached.door.remove()
    if reached.process is not None:
        with suppress(OSError):
            reached.process.kill()
        reached.process.wait()
    reached.connection.close()


def _take() -> _Waiting | None:
    """The one that waits, and waits no more; None if it is that of the process that this one was forked from."""
    global _waiting
    with _lock:
        found, _waiting = _waiting, None
    if found is None or found.owner != os.getpid():
        return None
    found.timer.cancel()
    return found
