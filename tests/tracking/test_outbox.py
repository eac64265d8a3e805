"""The tracker's thread."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator

import pytest

from bridge.tracking.outbox import Outbox


@pytest.fixture()
def held() -> Iterator[threading.Event]:
    """Keeps a job going until it is set."""
    event = threading.Event()
    yield event
    event.set()


def test_jobs_are_done_in_the_order_they_were_put() -> None:
    outbox, done = Outbox(lambda error, doing: None), []
    for n in range(100):
        outbox.put("adding", lambda n=n: done.append(n))  # type: ignore[misc]
    assert outbox.flush(10)
    assert done == list(range(100))


def test_a_job_that_fails_is_told_and_the_next_ones_are_done() -> None:
    told, done = [], []
    outbox = Outbox(lambda error, doing: told.append((doing, str(error))))

    def fail() -> None:
        raise ValueError("no")

    outbox.put("failing", fail)
    outbox.put("adding", lambda: done.append(1))
    assert outbox.flush(10)
    assert (told, done) == ([("failing", "no")], [1])


def test_a_flush_ends_in_time_while_a_job_hangs(held: threading.Event) -> None:
    outbox = Outbox(lambda error, doing: None)
    outbox.put("hanging", lambda: bool(held.wait(60)))  # type: ignore[arg-type,return-value]
    assert not outbox.flush(0.01)
    held.set()
    assert outbox.flush(10)


@pytest.mark.filterwarnings("ignore:This process .*is multi-threaded:DeprecationWarning")
def test_a_forked_child_has_an_outbox_of_its_own_even_if_its_parents_was_in_use(held: threading.Event) -> None:
    outbox = Outbox(lambda error, doing: None)
    outbox.put("hanging", lambda: bool(held.wait(60)))  # type: ignore[arg-type,return-value]
    with outbox._lock:  # as another thread's `put` would, at the moment of the fork
        child = os.fork()
        if child == 0:
            done: list[int] = []
            outbox.put("adding", lambda: done.append(1))
            os._exit(0 if outbox.flush(10) and done == [1] else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert not outbox.flush(0)
