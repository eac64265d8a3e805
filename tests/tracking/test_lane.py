"""The way to one tracker, with a sender that is told what to do."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from bridge.testing.tracker import Told
from bridge.tracking import lane as lanes
from bridge.tracking.aside import refused
from bridge.tracking.entries import Batch, Begin, End, Entry, Point
from bridge.tracking.journal import waiting
from bridge.tracking.lane import Lane
from bridge.tracking.sending import NotBegunError, Place, Refusal, UnreachableError

URI = "nowhere:"


@dataclass
class Scripted:
    """In the place of a `Sender`."""

    ids: dict[str, str] = field(default_factory=dict)
    sent: list[Entry] = field(default_factory=list)
    calls: list[tuple[int, bool]] = field(default_factory=list)
    trouble: list[Exception] = field(default_factory=list)
    refuse: Callable[[Entry], bool] = lambda entry: False
    gate: threading.Event | None = None

    def send(self, entries: Sequence[Entry], *, again: bool = False) -> list[Refusal]:
        if self.gate is not None:
            self.gate.wait(60)
        self.calls.append((len(entries), again))
        if self.trouble:
            raise self.trouble.pop(0)
        self.sent += [entry for entry in entries if not self.refuse(entry)]
        return [Refusal(entry, ValueError("no")) for entry in entries if self.refuse(entry)]


def a_batch(n: int, run: str = "run") -> Batch:
    return Batch(run, metrics=(Point("loss", float(n), n),))


@pytest.fixture()
def told() -> Told:
    return Told()


@pytest.fixture()
def lane(tmp_path: Path, told: Told) -> Iterator[Lane]:
    made = Lane(URI, Place(URI, tmp_path), tmp_path / "unsent", told.callbacks())
    made.sender = Scripted()  # type: ignore[assignment]
    yield made
    made.close()


def scripted(lane: Lane) -> Scripted:
    sender: Any = lane.sender
    assert isinstance(sender, Scripted)
    return sender


def test_everything_is_sent_in_order_and_in_few_calls(lane: Lane) -> None:
    for n in range(1000):
        lane.put(a_batch(n))
    assert lane.flush(60)
    assert scripted(lane).sent == [a_batch(n) for n in range(1000)]
    assert len(scripted(lane).calls) < 100
    assert waiting(lane.folder) == []


def test_what_a_tracker_does_not_take_now_is_kept_with_one_word_and_sent_when_it_does(lane: Lane, told: Told) -> None:
    scripted(lane).trouble = [UnreachableError(URI, "gone"), UnreachableError(URI, "gone")]
    lane.put(a_batch(1))
    assert lane.flush(60)
    for n in range(2, 5):
        lane.put(a_batch(n))
    while scripted(lane).trouble:
        assert lane.flush(60)
    assert lane.flush(60)
    assert lane.wait_for(lambda: len(scripted(lane).sent) == 4, 60)
    assert scripted(lane).sent == [a_batch(n) for n in range(1, 5)]
    assert [again for _, again in scripted(lane).calls][:2] == [False, True]
    assert told.errors and all("does not answer (gone)" in error for error in told.errors)


def test_what_is_refused_is_kept_aside_and_nothing_waits_for_it(lane: Lane, told: Told) -> None:
    scripted(lane).refuse = lambda entry: entry == a_batch(2)
    for n in range(1, 4):
        lane.put(a_batch(n))
    assert lane.flush(60)
    assert scripted(lane).sent == [a_batch(1), a_batch(3)]
    assert [(one.run, one.why) for one in refused(lane.folder)] == [("run", "no")]
    assert len(told.errors) == 1


def test_an_error_nobody_thought_of_is_told_and_the_thread_goes_on(lane: Lane, told: Told) -> None:
    scripted(lane).trouble = [RuntimeError("odd")]
    lane.put(a_batch(1))
    assert lane.flush(60)
    lane.put(a_batch(2))
    assert lane.flush(60)
    assert scripted(lane).sent == [a_batch(2)]
    assert len(told.errors) == 1
    assert len(list(refused(lane.folder))) == 1


def test_a_flush_ends_in_time_while_the_tracker_is_busy(lane: Lane) -> None:
    gate = scripted(lane).gate = threading.Event()
    lane.put(a_batch(1))
    assert not lane.flush(0.01)
    gate.set()
    assert lane.flush(60)


def test_what_is_not_sent_when_the_process_ends_is_there_for_others(lane: Lane) -> None:
    gate = scripted(lane).gate = threading.Event()
    for n in range(3):
        lane.put(a_batch(n))
    lane.close()
    assert [one.count for one in waiting(lane.folder)] == [3]
    gate.set()


def test_others_do_not_wait_for_a_run_that_nobody_begins(
    lane: Lane, monkeypatch: pytest.MonkeyPatch, told: Told
) -> None:
    monkeypatch.setattr(lanes, "WAIT_ELSEWHERE", 0.0)
    scripted(lane).trouble = [NotBegunError(URI, "lost"), NotBegunError(URI, "lost")]
    lane.put(a_batch(1, "lost"))
    lane.put(a_batch(2, "other"))
    assert lane.flush(60)
    assert scripted(lane).sent == [a_batch(2, "other")]
    assert told.errors == []
    lane.close()
    assert [one.runs if hasattr(one, "runs") else one.count for one in waiting(lane.folder)] == [1]


def test_open_runs_are_written_down_until_they_end(lane: Lane, told: Told) -> None:
    lane.follow("child", "mlflow-id")
    lane.put(a_batch(1, "child"))
    assert lane.flush(60)
    (path,) = lane.folder.glob("*.jsonl")
    assert "mlflow-id" in path.read_text()
    lane.put(End("child", "FINISHED", 1))
    assert lane.flush(60)
    assert "mlflow-id" not in path.read_text()


@pytest.mark.filterwarnings("ignore:This process .*is multi-threaded:DeprecationWarning")
def test_a_forked_child_has_a_file_and_a_thread_of_its_own(lane: Lane, tmp_path: Path) -> None:
    gate = scripted(lane).gate = threading.Event()
    lane.put(a_batch(1))
    with lane._changed:  # as another thread would hold it at the moment of the fork
        child = os.fork()
        if child == 0:
            with suppress(BaseException):
                scripted(lane).gate = None
                lane.put(a_batch(2))
                done = lane.flush(30) and scripted(lane).sent == [a_batch(2)]
                os._exit(0 if done else 1)
            os._exit(2)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert not lane.flush(0)
    gate.set()
    assert lane.flush(60)
    assert scripted(lane).sent == [a_batch(1)]


def test_a_folder_that_cannot_be_made_costs_one_word_and_everything_is_sent(tmp_path: Path, told: Told) -> None:
    (tmp_path / "file").write_text("in the way")
    lane = Lane(URI, Place(URI, tmp_path), tmp_path / "file" / "unsent", told.callbacks())
    lane.sender = Scripted()  # type: ignore[assignment]
    lane.put(Begin("run", "name", 1))
    lane.put(a_batch(1))
    assert lane.flush(60)
    assert len(scripted(lane).sent) == 2
    assert told.errors
    lane.close()
