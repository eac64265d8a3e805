"""The tracker's process stands back behind the user's, and comes forward when somebody waits for it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bridge.tracking import priority


@pytest.fixture()
def asleep() -> Iterator[int]:
    words = [sys.executable, "-c", "input()"]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True) as child:
        yield child.pid
        child.kill()


@pytest.mark.skipif(not Path("/proc/self/autogroup").exists(), reason="here processors are not shared among sessions")
def test_a_session_is_sent_back_and_called_forward(asleep: int) -> None:
    def session(of: object) -> str:
        return Path(f"/proc/{of}/autogroup").read_text()  # "/autogroup-123 nice 0"; nothing for one of the system's

    ours, theirs = session("self"), session(asleep)
    priority.send_back(asleep)
    assert session("self") == ours
    assert session(asleep) == theirs.replace("nice 0", f"nice {priority.SESSION_NICENESS}")
    priority.call_forward(asleep)
    assert session(asleep) == theirs


def test_without_shares_of_sessions_it_is_the_process_that_is_nice(
    asleep: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(priority, "_of_session", lambda pid: Path(f"/no/such/folder/{pid}"))
    priority.send_back(asleep)
    assert os.getpriority(os.PRIO_PROCESS, asleep) == priority.NICENESS
    priority.call_forward(asleep)


def test_a_process_that_stands_further_back_stays_there(asleep: int) -> None:
    os.setpriority(os.PRIO_PROCESS, asleep, 19)
    priority.send_back(asleep)
    assert os.getpriority(os.PRIO_PROCESS, asleep) == 19


def test_a_process_that_is_gone_is_left_alone() -> None:
    done = subprocess.Popen([sys.executable, "-c", ""], start_new_session=True)
    done.wait()
    priority.send_back(done.pid)
    priority.call_forward(done.pid)
