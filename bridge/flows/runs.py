"""The beginning and the end of a flow run."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timezone

from bridge.domain.run import Run
from bridge.flows.telling import tell
from bridge.workspace import Workspace, warn_once


def begin(workspace: Workspace, run: Run, *, experiment: str | None, tags: Mapping[str, str]) -> None:
    """Record that a flow run has begun, and begin the tracker's run."""
    workspace.record_run(run)
    tell(workspace, "begun", run.id)
    tags = {"bridge.flow_run_id": run.id, "bridge.flow": run.flow, **tags}
    workspace.tracker.start_run(run, experiment=experiment or workspace.settings.experiment, tags=tags)


def end(workspace: Workspace, run: Run, *, state: str, patience: float) -> None:
    """Record that a flow run has ended, and end the tracker's run.

    Args:
        workspace: Where it is recorded.
        run: As it began.
        state: Prefect's name of the state it ended in.
        patience: Seconds to wait for what is on its way to the tracker; 0 for a flow that another one called.
    """
    ended = datetime.now(timezone.utc)
    workspace.record_run(replace(run, state=state, ended=ended))
    if patience:
        workspace.catch_up()
    tell(workspace, "ended", run.id)
    workspace.tracker.end_run(run.id, state, int(ended.timestamp() * 1000))
    if patience and workspace.tracker.is_watched and not workspace.tracker.flush(patience):
        warn_once(
            "flush",
            f"bridge: the tracker was still busy {patience:g} s after flow {run.flow!r} ended; what it has not sent "
            f"when the process ends is kept, and sent by a later run or by `bridge sync`.",
        )


def here() -> str:
    """This machine and process, `host:pid`."""
    return f"{socket.gethostname()}:{os.getpid()}"


def is_dead(host: str) -> bool:
    """Whether `host:pid` names a process of this machine that is gone.

    >>> is_dead(here())
    False
    """
    name, _, pid = host.rpartition(":")
    if name != socket.gethostname() or not pid.isdigit():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False


_swept: set[int] = set()
_sweep_lock = threading.Lock()


def close_dead(workspace: Workspace) -> int:
    """Close the runs of this machine whose process is gone: once per process and workspace; returns how many."""
    if workspace.is_cut_off:
        return 0
    with _sweep_lock:
        if id(workspace) in _swept:
            return 0
        _swept.add(id(workspace))
    dead = [run for run in workspace.catalog.unfinished() if is_dead(run.host)]
    now = datetime.now(timezone.utc)
    for run in dead:
        workspace.record_run(replace(run, state="Crashed", ended=now))
        tell(workspace, "ended", run.id)
    tracked = [(run.id, run.tracking_id) for run in dead if run.tracking_id]
    if tracked:
        workspace.tracker.close_dead(tracked)
    return len(dead)
