"""Transfers that take long are shown, short ones never; several at once, on a terminal or in a log."""

from __future__ import annotations

import logging
import os
import pty
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bridge.domain.progress import current_meter
from bridge.store import open_store
from bridge.testing.store import noise, put
from bridge.workspace import progress
from bridge.workspace.progress import Transfer, shown

LARGE = 5 << 20


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(progress, "AFTER", 0.0)
    monkeypatch.setattr(progress, "_TICK", 0.01)
    yield
    assert progress._shower._going == []


def said(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.name == "bridge.progress"]


def wait_for(caplog: pytest.LogCaptureFixture, count: int) -> None:
    until = time.monotonic() + 20
    while len(said(caplog)) < count:
        assert time.monotonic() < until, said(caplog)
        time.sleep(0.01)


def test_a_line_says_what_goes_where_and_another_how_it_ended(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "bridge.progress")
    with shown("training/load", "s3://ann:secret@bucket/store", in_run=True, wanted=True):
        current_meter().begin("sending", 512_000_000)
        current_meter().advance(340_000_000)
        wait_for(caplog, 1)
    first, last = said(caplog)
    assert first.startswith("bridge: sending 'training/load' to s3://ann:***@bucket/store: 340 of 512 MB, ")
    assert last.startswith("bridge: sent 'training/load' to s3://ann:***@bucket/store: 340 MB, ")


def test_lines_are_far_apart(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    caplog.set_level(logging.INFO, "bridge.progress")
    with shown("a", "/data", in_run=True, wanted=True):
        current_meter().begin("writing", None)
        wait_for(caplog, 1)
        time.sleep(0.2)
        assert len(said(caplog)) == 1
        monkeypatch.setattr(progress, "EVERY", 0.01)
        wait_for(caplog, 4)


@pytest.mark.parametrize(("wanted", "after", "size"), [(False, 0.0, LARGE), (True, 60.0, LARGE), (True, 0.0, 1000)])
def test_nothing_is_shown_of_what_is_short_small_or_not_wanted(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, wanted: bool, after: float, size: int
) -> None:
    caplog.set_level(logging.INFO, "bridge.progress")
    monkeypatch.setattr(progress, "AFTER", after)
    with shown("a", "/data", in_run=True, wanted=wanted):
        current_meter().begin("sending", size)
        time.sleep(0.1)
    assert said(caplog) == []


def test_lines_are_let_through_unless_somebody_set_a_level(monkeypatch: pytest.MonkeyPatch) -> None:
    own, parent = logging.getLogger("bridge.progress"), logging.getLogger("bridge")
    levels = own.level, parent.level
    try:
        own.setLevel(logging.NOTSET)
        parent.setLevel(logging.ERROR)
        progress._let_lines_through()
        assert not own.isEnabledFor(logging.INFO)
        parent.setLevel(logging.NOTSET)
        progress._let_lines_through()
        assert own.isEnabledFor(logging.INFO)
    finally:
        own.setLevel(levels[0])
        parent.setLevel(levels[1])


class Noting(Transfer):
    """Keeps what a store says."""

    def __init__(self) -> None:
        super().__init__("a", "/data", in_run=True)
        self.phases: dict[str, int] = {}

    def begin(self, doing: str, total: int | None) -> None:
        self.phases.setdefault(doing, 0)
        self.doing = doing

    def advance(self, amount: int) -> None:
        self.phases[self.doing] = self.phases.get(self.doing, 0) + amount


@pytest.mark.parametrize("url", ["{}/store", "memory://{}/store"])
def test_a_store_tells_how_far_it_is_on_the_way_in_and_out(tmp_path: Path, url: str) -> None:
    from bridge.domain.progress import metered

    store = open_store(url.format(tmp_path), staging=tmp_path, cache=tmp_path / "cache", cache_limit=1 << 30)
    data = noise(20 << 20)
    with metered(Noting()) as writing:
        manifest = put(store, {"a": data})
    assert writing.phases["writing"] == len(data)
    if url.startswith("memory"):
        assert writing.phases["sending"] == len(data)
    store = open_store(url.format(tmp_path), staging=tmp_path, cache=tmp_path / "other", cache_limit=1 << 30)
    with metered(Noting()) as reading, store.read(manifest) as source:
        source.open("a").close()
    assert reading.phases["reading"] == len(data)
    assert reading.phases.get("fetching", len(data)) == len(data)


def test_several_threads_are_shown_at_once(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "bridge.progress")
    meet = threading.Barrier(9, timeout=20)

    def work(number: int) -> None:
        with shown(f"value-{number}", "/data", in_run=True, wanted=True):
            current_meter().begin("sending", LARGE)
            meet.wait()
            meet.wait()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    meet.wait()
    wait_for(caplog, 8)
    meet.wait()
    for thread in threads:
        thread.join()
    assert len({line.split("'")[1] for line in said(caplog)}) == 8


FORKED = """
import os, signal, sys, time
from bridge.domain.progress import current_meter
from bridge.workspace import progress
import logging
logging.basicConfig(level=logging.INFO, stream=sys.stdout, format="%(message)s")
progress.AFTER = 0.0
def work(name):
    with progress.shown(name, "/data", in_run=True, wanted=True):
        current_meter().begin("sending", 10 << 20)
        time.sleep(0.6)
work("parent")
child = os.fork()
if child == 0:
    signal.alarm(30)
    work("child")
    sys.stdout.flush()
    os._exit(0)
sys.exit(os.waitpid(child, 0)[1])
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_a_forked_child_shows_its_own() -> None:
    ran = subprocess.run([sys.executable, "-c", FORKED], capture_output=True, text=True, check=True)
    assert "sending 'parent'" in ran.stdout
    assert "sending 'child'" in ran.stdout


ON_A_TERMINAL = """
import time
from bridge.domain.progress import current_meter
from bridge.workspace import progress
progress.AFTER = 0.0
with progress.shown("training/[load]", "s3://bucket/store", in_run=IN_RUN, wanted=True):
    current_meter().begin("sending", 512_000_000)
    current_meter().advance(340_000_000)
    time.sleep(0.8)
print("the end")
"""


@pytest.mark.parametrize("in_run", [False, True])
def test_a_terminal_shows_a_bar_that_goes_away_and_a_run_on_it_does_not(in_run: bool) -> None:
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", ON_A_TERMINAL.replace("IN_RUN", str(in_run))],
        stdout=theirs,
        stderr=theirs,
        env={**os.environ, "COLUMNS": "100", "TERM": "xterm"},
    )
    os.close(theirs)
    shown = b""
    while True:
        try:
            data = os.read(ours, 65536)
        except OSError:
            break
        if not data:
            break
        shown += data
    os.close(ours)
    assert process.wait() == 0
    text = shown.decode()
    assert ("Sending training/[load]" in text) is not in_run
    assert text.endswith("the end\r\n")
    if not in_run:
        assert "340.0/512.0 MB" in text
        assert text.rindex("\x1b[2K") < text.rindex("the end")
