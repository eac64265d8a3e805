from __future__ import annotations

import os
import stat
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from multiprocessing.connection import Connection, Pipe
from pathlib import Path
from typing import Any

import pytest

from bridge.testing.recording import RecordingTracker
from bridge.tracking.callers import GONE, GOODBYE, OVER, Callers, Door, knock, say
from bridge.tracking.host import Host
from tests.tracking.test_routing import Heard, a_run


@pytest.fixture(autouse=True)
def _environment() -> Iterator[None]:
    """As it was: a tracker's process takes MLflow's variables from its callers, and here it is this one."""
    before = dict(os.environ)
    yield
    os.environ.clear()
    os.environ.update(before)


class Office:
    """A tracker's process without a process: its door, and its owner's end of the line."""

    def __init__(self) -> None:
        self.owner, theirs = Pipe()
        self.door = Door()
        self.callers = Callers(theirs, self.door.socket)

    def come_in(self) -> Connection:
        """A connection of one that it is lent to."""
        return knock(str(self.door.path))

    def heard(self) -> list[tuple[Any, ...]]:
        """What has been said since, in order."""
        return [message for _, message in self.callers.hear(timeout=0)]


class Text:
    """What cannot be read where it arrives."""

    def __reduce__(self) -> tuple[Any, ...]:
        return int, ("no number",)


@pytest.fixture()
def office() -> Iterator[Office]:
    with ExitStack() as ending:
        made = Office()
        ending.callback(made.door.remove)
        ending.enter_context(made.door.socket)
        ending.enter_context(made.owner)
        yield made


def test_what_several_say_is_heard_in_the_order_in_which_they_said_it(office: Office) -> None:
    with office.come_in() as first, office.come_in() as second:
        say(office.owner, "begin the flow's run")
        assert office.heard() == [("begin the flow's run",)]
        assert office.heard() == []
        for speaker, word in ((second, "begin a trial's"), (first, "begin another's"), (second, "end it")):
            say(speaker, word)
        say(office.owner, "end the flow's run")
        heard = office.heard()
        assert heard == [("begin a trial's",), ("begin another's",), ("end it",), ("end the flow's run",)]


def test_what_is_said_while_others_are_heard_waits_for_the_next_time(office: Office) -> None:
    with office.come_in() as other:
        say(other, "in")
        assert office.heard() == [("in",)]
        other.send((time.monotonic_ns() + 300_000_000, ("later",)))
        say(office.owner, "now")
        heard = office.heard()
        while len(heard) < 2:
            say(office.owner, "still now")
            heard += office.heard()
        assert heard[0] == ("now",)
        assert ("later",) in heard[1:]


def test_who_hangs_up_is_gone_and_what_cannot_be_read_is_told_without_ending_anything(office: Office) -> None:
    other = office.come_in()
    say(other, Text())
    say(other, "still here")
    assert {message[0] for message in office.heard()} == {"unreadable", "still here"}
    other.close()
    assert office.heard() == [(GONE,)]
    assert office.callers.is_anyone_there
    say(office.owner, GOODBYE)
    office.owner.close()
    assert office.heard() == [(GOODBYE,), (GONE,)]
    assert not office.callers.is_anyone_there


def test_only_this_user_can_come_to_the_door_and_nobody_once_it_is_closed(office: Office) -> None:
    assert stat.S_IMODE(office.door.path.parent.stat().st_mode) == 0o700
    with office.come_in() as other:
        say(other, "in")
        office.heard()
        office.callers.close()
        assert other.recv() == (OVER,)
    with pytest.raises(OSError, match="No such file"):
        office.come_in()


class Served:
    """A host at work in a thread."""

    def __init__(self, office: Office) -> None:
        self.tracker = RecordingTracker(Heard().callbacks())
        self.host = Host(office.callers, lambda on_error, on_registered: self.tracker)
        self._thread = threading.Thread(target=self.host.serve)
        self._thread.start()
        assert office.owner.recv() == ("ready",)

    def is_over(self) -> bool:
        self._thread.join(10)
        return not self._thread.is_alive()


def told(connection: Connection, *message: object) -> None:
    """Say something, and wait until it is done."""
    say(connection, *message)
    say(connection, "flush", 1)
    while connection.recv() != ("flushed", 1):
        continue


def begin(connection: Connection, name: str) -> None:
    told(connection, "start_run", {}, a_run(name), None, {})


def test_runs_of_a_killed_process_end_as_killed_and_those_of_others_go_on(office: Office) -> None:
    served = Served(office)
    begin(office.owner, "flow")
    doomed, other = office.come_in(), office.come_in()
    begin(doomed, "trial-0")
    begin(other, "trial-1")
    doomed.close()
    while "trial-0" not in ended(served.tracker):
        told(office.owner, "log", "flow", {})
    assert ended(served.tracker) == {"trial-0": "killed"}
    told(other, "end_run", "trial-1", "Completed", 1)
    told(office.owner, "end_run", "flow", "Completed", 2)
    assert ended(served.tracker) == {"trial-0": "killed", "trial-1": "completed", "flow": "completed"}
    say(office.owner, GOODBYE)
    assert served.is_over()
    other.close()


def test_it_outlives_its_owner_until_the_runs_of_others_are_over(office: Office) -> None:
    served = Served(office)
    begin(office.owner, "flow")
    with office.come_in() as other:
        begin(other, "trial")
        office.owner.close()
        told(other, "log", "trial", {"metrics": {"loss": 0.5}})
        say(other, "end_run", "trial", "Completed", 1)
        assert served.is_over()
        assert ended(served.tracker) == {"flow": "killed", "trial": "completed"}
        assert other.recv() == (OVER,)


def ended(tracker: RecordingTracker) -> dict[str, str]:
    return {name: run.state for name, run in tracker.runs.items() if run.state != "running"}


def test_a_door_has_room_where_the_temporary_folder_is_far_down(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / ("far" * 30)))
    door = Door()
    try:
        knock(str(door.path)).close()
    finally:
        door.remove()
