"""How far the tracker's process stands back behind the user's, where there are too few processors for both.

Linux shares processors among sessions before it looks at a process's niceness (autogroups, see `man 7 sched`), and the
tracker's process leads a session of its own: there it is the session's niceness that counts, and anyone may lower it
to zero again. Nobody but root may lower a process's own; whoever waits for the tracker leaves it the processor.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

NICENESS = 5
SESSION_NICENESS = 10


def send_back(pid: int) -> None:
    """Let other processes go before this one: its session, and in a container, where sessions do not count, itself."""
    with suppress(OSError):
        _of_session(pid).write_text(str(SESSION_NICENESS))
    with suppress(OSError, AttributeError):  # it is gone, or this system knows no priorities
        os.setpriority(os.PRIO_PROCESS, pid, max(NICENESS, os.getpriority(os.PRIO_PROCESS, pid)))


def call_forward(pid: int) -> None:
    """Let a session that was sent back take its share, as somebody waits for it."""
    with suppress(OSError):
        _of_session(pid).write_text("0")


def _of_session(pid: int) -> Path:
    return Path(f"/proc/{pid}/autogroup")
