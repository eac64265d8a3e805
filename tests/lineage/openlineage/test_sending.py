from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from bridge.domain.errors import LineageEndpointError, SettingsError
from bridge.domain.run import Output, Run, Step
from bridge.lineage.openlineage import endpoints, sending
from bridge.lineage.openlineage.endpoints import FileEndpoint, HttpEndpoint, endpoint
from bridge.lineage.openlineage.events import Event, Source
from bridge.lineage.openlineage.sending import Sender
from bridge.lineage.openlineage.unsent import Unsent
from bridge.workspace import Workspace, current
from tests.lineage.openlineage.serving import Server
from tests.lineage.openlineage.spec import check_event

NOW = datetime(2026, 5, 3, 12, 0, tzinfo=timezone.utc)
SOURCE = Source.of("team", "/srv/store")


@pytest.fixture()
def workspace(bridge_home: Path) -> Workspace:
    """One run of three steps."""
    workspace = current()
    workspace.record_run(Run("r", "training", "wise-otter", "Completed", NOW, ended=NOW))
    for number in range(3):
        saved = workspace.put_value([number], "numbers", where="the test")
        outputs = (Output("", saved),)
        workspace.record_step(Step(f"s{number}", "make", "make-0", "Completed", NOW, NOW, run_id="r", outputs=outputs))
    return workspace


def sender(workspace: Workspace, where: Any, tmp_path: Path) -> Sender:
    return Sender(workspace.catalog, source=SOURCE, endpoint=where, home=tmp_path / "unsent")


def tell_all(told: Sender) -> None:
    told.tell("begun", "r")
    for number in range(3):
        told.tell("step", f"s{number}")
    told.tell("ended", "r")
    assert told.flush(30)


KINDS = ["START", *["START", "COMPLETE"] * 3, "COMPLETE"]


def test_what_is_told_is_written_into_a_file_in_order(workspace: Workspace, tmp_path: Path) -> None:
    told = sender(workspace, endpoint((tmp_path / "deep" / "events.ndjson").as_uri()), tmp_path)
    tell_all(told)
    events = [json.loads(line) for line in (tmp_path / "deep" / "events.ndjson").read_text().splitlines()]
    assert [event["eventType"] for event in events] == KINDS
    assert all(check_event(event) for event in events)
    assert (told.count.sent, told.count.kept, told.count.lost) == (8, 0, 0)


def test_what_is_told_is_posted_in_order_with_the_key(
    workspace: Workspace, tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENLINEAGE_API_KEY", "k3y")
    tell_all(sender(workspace, endpoint(server.url), tmp_path))
    assert [event["eventType"] for _, event in server.got] == KINDS
    headers, _ = server.got[0]
    assert (headers["path"], headers["Authorization"]) == ("/api/v1/lineage", "Bearer k3y")


def test_a_place_that_does_not_answer_costs_one_warning_and_a_later_run_sends_what_was_kept(
    workspace: Workspace, tmp_path: Path, server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(3):
        dead = sender(workspace, endpoint("http://ann:hunter2@127.0.0.1:9/x"), tmp_path)
        tell_all(dead)
    assert [record.levelname for record in caplog.records if "lineage events" in record.message].count("WARNING") == 1
    assert "hunter2" not in caplog.text
    assert dead.unsent.waiting() == 24 and dead.count.kept == 8
    alive = sender(workspace, endpoint(server.url), tmp_path)
    tell_all(alive)
    assert [event["eventType"] for _, event in server.got] == KINDS * 4
    assert alive.unsent.waiting() == 0 and not list((tmp_path / "unsent").iterdir())


def test_what_was_taken_before_a_server_failed_twice_is_not_sent_again(
    workspace: Workspace, tmp_path: Path, server: Server
) -> None:
    server.answers = [201, 201, 503, 503]
    told = sender(workspace, endpoint(server.url), tmp_path)
    tell_all(told)
    assert (len(server.got), told.unsent.waiting()) == (2, 6)


def test_an_event_that_a_server_calls_wrong_does_not_hold_up_the_others(
    workspace: Workspace, tmp_path: Path, server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    server.answers = [201, 422, 422]
    told = sender(workspace, endpoint(server.url), tmp_path)
    tell_all(told)
    assert (len(server.got), told.unsent.waiting()) == (6, 0)
    assert "refuses lineage events (HTTP 422)" in caplog.text


def test_a_redirect_is_not_followed_with_the_key(workspace: Workspace, server: Server) -> None:
    server.answers = [307]
    with pytest.raises(LineageEndpointError, match="HTTP 307"):
        HttpEndpoint(server.url).send([{}])


def test_telling_does_not_wait_for_a_slow_server(
    workspace: Workspace, tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(endpoints, "PATIENCE", 0.2)
    server.pause = 1.0
    told = sender(workspace, endpoint(server.url), tmp_path)
    told.tell("begun", "r")
    assert not told.flush(0)  # told has returned while nothing is sent yet
    assert told.flush(30)
    assert told.count.kept == 1


def test_what_waits_is_bounded(workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "MOST", 2)
    monkeypatch.setattr(sending, "GATHER", 0.5)
    told = sender(workspace, FileEndpoint(tmp_path / "events"), tmp_path)
    for _ in range(5):
        told.tell("step", "s0")
    assert told.flush(30)
    assert (told.count.sent, told.count.lost) == (4, 6)


def test_what_is_kept_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bridge.lineage.openlineage.unsent.LARGEST", 30)
    kept = Unsent(tmp_path)
    assert [kept.add([{"eventType": "START"}]) for _ in range(3)] == [1, 1, 0]


def test_a_line_that_was_cut_off_is_left_out_and_what_a_dead_sender_took_is_found(tmp_path: Path) -> None:
    kept = Unsent(tmp_path)
    kept.add([{"n": 1}])
    dead = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, text=True)
    (tmp_path / f"sending-{int(dead.stdout)}-ab.0.ndjson").write_text('{"n": 0}\n{"n": ')
    with kept.taken() as events:
        assert events == [{"n": 0}, {"n": 1}]
        assert Unsent(tmp_path).waiting() == 0  # nobody else takes them
        del events[0]
    assert kept.waiting() == 1


@pytest.mark.parametrize("url", ["ftp://host/x", "http://", "file://elsewhere/x", "file:///", " "])
def test_a_place_that_cannot_be_one_is_said(url: str) -> None:
    with pytest.raises(SettingsError, match="BRIDGE_OPENLINEAGE"):
        endpoint(url)


def test_many_processes_write_whole_lines(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from bridge.lineage.openlineage.endpoints import FileEndpoint\n"
        "for n in range(40): FileEndpoint(Path(sys.argv[1])).send([{'x': 'y' * 3000, 'n': n}] * 3)\n"
    )
    words = [sys.executable, "-c", code, str(tmp_path / "events")]
    running = [subprocess.Popen(words) for _ in range(4)]
    assert [one.wait() for one in running] == [0] * 4
    lines = (tmp_path / "events").read_text().splitlines()
    assert len(lines) == 480 and all(len(json.loads(line)["x"]) == 3000 for line in lines)


def test_a_process_that_ends_sends_what_waits_and_one_that_is_killed_leaves_it_to_the_catalog(
    workspace: Workspace, tmp_path: Path
) -> None:
    code = (
        "import sys, time; from pathlib import Path; from bridge.workspace import current\n"
        "from bridge.lineage.openlineage.endpoints import FileEndpoint\n"
        "from bridge.lineage.openlineage.events import Source\n"
        "from bridge.lineage.openlineage.sending import Sender\n"
        "to = Path(sys.argv[1])\n"
        "source, home = Source.of('t', '/s'), to.parent / 'u'\n"
        "told = Sender(current().catalog, source=source, endpoint=FileEndpoint(to), home=home)\n"
        "told.tell('step', 's0'); print('told', flush=True); time.sleep(float(sys.argv[2]))\n"
    )
    ended = tmp_path / "ended.ndjson"
    subprocess.run([sys.executable, "-c", code, str(ended), "0"], check=True, env=dict(os.environ))
    assert len(ended.read_text().splitlines()) == 2
    killed = subprocess.Popen([sys.executable, "-c", code, str(tmp_path / "killed"), "60"], stdout=subprocess.PIPE)
    assert killed.stdout is not None and killed.stdout.readline() == b"told\n"
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    killed.stdout.close()
    left = tmp_path / "killed"
    assert not left.exists() or all(json.loads(line) for line in left.read_text().splitlines())


class Broken:
    """An endpoint that fails in a way that nobody foresaw."""

    def send(self, events: Sequence[Event]) -> int:
        raise RuntimeError("no such thing")


def test_an_error_that_nobody_foresaw_is_a_warning(
    workspace: Workspace, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    told = sender(workspace, Broken(), tmp_path)
    tell_all(told)
    assert "no such thing" in caplog.text and told.count.lost > 0
