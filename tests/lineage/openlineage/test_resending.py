from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bridge.cli.app import main
from bridge.lineage.openlineage.resending import resend, waiting
from bridge.lineage.openlineage.unsent import Unsent
from bridge.workspace import read_settings
from tests.lineage.openlineage.serving import Server


def keep(home: Path, count: int) -> None:
    Unsent(home / "openlineage").add([{"eventType": "START", "number": number} for number in range(count)])


def sync(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    code = main(["sync", *words])
    return code, capsys.readouterr().out


@pytest.fixture(autouse=True)
def no_tracker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRIDGE_TRACKER", "null")


def test_sync_sends_events_that_waited_in_order_and_once(
    bridge_home: Path, server: Server, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BRIDGE_OPENLINEAGE", server.url)
    keep(bridge_home, 250)
    code, out = sync(capsys)
    assert (code, out) == (0, f"Sent 250 lineage events to {server.url}.\n")
    assert [event["number"] for _, event in server.got] == list(range(250))
    code, out = sync(capsys)
    assert code == 0 and "Nothing waits" in out and len(server.got) == 250


def test_what_the_endpoint_does_not_take_waits_on(
    bridge_home: Path, server: Server, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BRIDGE_OPENLINEAGE", server.url.replace("http://", "http://ann:hunter2@"))
    server.answers += [201, 201, 503, 503, 503]
    keep(bridge_home, 5)
    code, out = sync(capsys, "--json")
    told: dict[str, Any] = json.loads(out)["lineage_events"]
    assert (code, told["sent"], told["left"]) == (1, 2, 3)
    assert "503" in told["why"] and "hunter2" not in out
    assert sync(capsys) == (1, f"3 lineage events wait: {told['why']}\n")
    assert sync(capsys)[0] == 0
    assert [event["number"] for _, event in server.got] == [0, 1, 2, 3, 4]


def test_events_without_a_place_wait_and_the_place_is_asked_for(
    bridge_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    keep(bridge_home, 1)
    code, out = sync(capsys)
    assert code == 1
    assert "1 lineage event waits" in out and "BRIDGE_OPENLINEAGE" in out


def test_a_place_that_cannot_be_used_loses_nothing(
    bridge_home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("BRIDGE_OPENLINEAGE", "ftp://lineage")
    keep(bridge_home, 2)
    code, out = sync(capsys)
    assert code == 1 and "2 lineage events wait" in out and "ftp://lineage" in out
    assert waiting(read_settings()) == 2


def test_an_interruption_puts_back_what_was_not_sent(bridge_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRIDGE_OPENLINEAGE", str(bridge_home / "events.ndjson"))
    keep(bridge_home, 250)

    def interrupted(_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        resend(read_settings(), interrupted)
    assert waiting(read_settings()) == 150
    assert resend(read_settings()).sent == 150
    numbers = [json.loads(line)["number"] for line in (bridge_home / "events.ndjson").read_text().splitlines()]
    assert numbers == list(range(250))
