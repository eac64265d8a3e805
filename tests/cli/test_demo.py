from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

import bridge.cli.demo as demo
from bridge import tracking
from bridge.cli import tracked
from bridge.cli.console import out
from bridge.cli.progress import LateProgress
from bridge.cli.recap import read_recap, recap_of
from bridge.cli.streaming import stream
from bridge.domain.errors import BridgeError, TrackingError
from bridge.workspace import Workspace

from .conftest import FIRST, SECOND, START, Said

Run = Callable[..., Said]
Ask = Callable[[str, str], Any]


def tracker(monkeypatch: pytest.MonkeyPatch, ask: Ask) -> None:
    """Let the tracker answer so."""
    monkeypatch.setattr(tracking, "read_run", ask, raising=False)
    monkeypatch.setattr(tracked, "read_run", ask, raising=False)


@pytest.fixture(autouse=True)
def _tracker_knows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    tracker(monkeypatch, lambda uri, tracking_id: tracked.Tracked())


def stub(folder: Path, body: str) -> Path:
    """A script in the quickstart's place."""
    script = folder / "after.py"
    script.write_text(body)
    return script


RECORDING = f"""
import sys
sys.path.insert(0, {str(Path(__file__).parents[2])!r})
from tests.cli.conftest import SECOND, START, record
from bridge.workspace import current
print("Beginning flow run 'bold-heron'")
record(current(), SECOND, "bold-heron", at=START, rows=4)
print("done [red]")
"""


def test_the_demo_shows_what_was_recorded_of_the_run(
    bridge: Run, recorded: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = RECORDING.replace("SECOND, START", "START").replace("SECOND,", "'33333333-0000-4000-8000-000000000003',")
    script = stub(tmp_path, body)
    monkeypatch.setattr(demo, "find_script", lambda: script)
    said = bridge("demo")
    assert said.code == 0, said.out + said.err
    assert "done [red]" in said.out
    assert re.search(r"training/train +@2 +dict +\S+ \S+ +unchanged", said.out)
    assert "Where training/evaluate@1 came from" in said.out
    assert "What to try next" in said.out
    assert "bridge lineage training/" in said.out


def test_the_demos_json_is_one_document(
    bridge: Run, bridge_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = stub(tmp_path, RECORDING)
    monkeypatch.setattr(demo, "find_script", lambda: script)
    said = bridge("demo", "--json")
    assert said.json["exit_code"] == 0
    assert said.json["run"]["id"] == SECOND
    assert [one["new"] for one in said.json["artifacts"]] == [True, True, True]
    assert said.json["lineage"]["root"] == "training/evaluate@1"
    assert "done [red]" in said.err


def test_a_script_that_fails_gives_its_code_and_its_traceback(
    bridge: Run, bridge_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = stub(
        tmp_path,
        "import sys, traceback\ntry: 1 / 0\nexcept ZeroDivisionError: traceback.print_exc()\nsys.exit(3)",
    )
    monkeypatch.setattr(demo, "find_script", lambda: script)
    said = bridge("demo")
    assert said.code == 3
    assert "ZeroDivisionError" in said.out
    assert "recorded no run" in said.out


def test_a_script_that_records_nothing_is_a_failure(
    bridge: Run, bridge_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = stub(tmp_path, "print('hello')")
    monkeypatch.setattr(demo, "find_script", lambda: script)
    said = bridge("demo")
    assert (said.code, "bridge doctor" in said.out) == (1, True)


def test_without_the_libraries_the_demo_says_what_to_install(bridge: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    said = bridge("demo")
    assert (said.code, "pip install 'prefect-bridge[sklearn,pandas]'" in said.err) == (1, True)


def test_the_script_is_found_in_a_checkout_and_in_an_installed_package(tmp_path: Path) -> None:
    package = tmp_path / "site" / "bridge"
    with pytest.raises(BridgeError, match=r"after\.py"):
        demo.find_script(package)
    for place in (package / "_examples", package.parent / "examples"):  # the checkout's wins
        (place / "quickstart").mkdir(parents=True)
        (place / "quickstart" / "after.py").write_text("")
        assert demo.find_script(package) == place / "quickstart" / "after.py"


def test_what_the_user_set_for_the_hosts_stays() -> None:
    name = "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS"
    assert demo.surroundings({name: "7"})[name] == "7"
    assert "PYTHONDONTWRITEBYTECODE" not in demo.surroundings({"PYTHONDONTWRITEBYTECODE": "1"})


@pytest.mark.parametrize("code", [0, 5])
def test_tracebacks_are_shown_only_of_what_failed(code: int, capsys: pytest.CaptureFixture[str]) -> None:
    body = (
        "import sys; print('before'); print('Traceback (most recent call last):'); print('  File x, line 1'); "
        f"print('asyncio.CancelledError'); print('after'); sys.exit({code})"
    )
    assert stream([sys.executable, "-c", body], dict(os.environ), doing="Waiting …", console=out()) == code
    said = capsys.readouterr().out
    assert "before" in said and "after" in said
    assert ("CancelledError" in said) is bool(code)


def test_bytes_that_are_no_text_are_no_crash(capsys: pytest.CaptureFixture[str]) -> None:
    body = r"import sys; sys.stdout.buffer.write(b'\xff\xfe ok\n')"
    assert stream([sys.executable, "-c", body], dict(os.environ), doing="", console=out()) == 0
    assert "ok" in capsys.readouterr().out


def test_a_recap_tells_new_from_unchanged(recorded: Workspace) -> None:
    recap = recap_of(recorded.catalog, recorded.catalog.run(SECOND))
    assert [(str(one.ref), recap.is_new(one)) for one in recap.versions] == [
        ("training/load@2", True),
        ("training/train@2", True),
        ("training/evaluate@1", False),
    ]


def test_a_recap_is_of_the_outermost_new_run(recorded: Workspace) -> None:
    from dataclasses import replace

    parent = recorded.catalog.run(SECOND)
    recorded.record_run(replace(parent, id="child", name="child", parent_id=SECOND, started=START + timedelta(hours=1)))
    found = read_recap(frozenset({FIRST}))
    assert found is not None and found.run.id == SECOND
    assert read_recap(frozenset({FIRST, SECOND, "child"})) is None


def test_a_run_without_steps_has_a_recap(recorded: Workspace) -> None:
    from dataclasses import replace

    recorded.record_run(replace(recorded.catalog.run(FIRST), id="empty", name="empty"))
    assert recap_of(recorded.catalog, recorded.catalog.run("empty")).versions == ()


def test_the_tracker_is_asked_for_the_run(recorded: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []

    def read_run(uri: str, tracking_id: str) -> Any:
        asked.append((uri, tracking_id))
        return tracked.Tracked({"trees": "100"}, {"accuracy": 0.9})

    tracker(monkeypatch, read_run)
    assert tracked.read_tracked(recorded.catalog.run(FIRST)) == tracked.Tracked({"trees": "100"}, {"accuracy": 0.9})
    assert asked == [("sqlite:////tmp/mlflow.db", "deadbeefcafe")]


def test_a_tracker_that_does_not_answer_is_left_out(recorded: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    def read_run(uri: str, tracking_id: str) -> Any:
        raise TrackingError(uri, "gone")

    tracker(monkeypatch, read_run)
    assert tracked.read_tracked(recorded.catalog.run(FIRST)) == tracked.Tracked()


def test_progress_shows_only_on_a_terminal_and_only_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    ticks = iter([0.0, 1.0, 2.5, 2.6])
    monkeypatch.setenv("FORCE_COLOR", "1")  # rich then takes stderr for a terminal
    with LateProgress("Copying", 3, clock=lambda: next(ticks)) as progress:
        progress.advance(1)
        assert not progress.shown
        progress.advance(1)
        assert progress.shown
    monkeypatch.delenv("FORCE_COLOR")
    with LateProgress("Copying", 3, after=0.0) as progress:
        progress.advance(3)
        assert not progress.shown


@pytest.mark.slow
def test_the_real_quickstart_is_recorded_and_the_second_time_nothing_is_new(
    prefect_server: None, bridge_home: Path, tmp_path: Path
) -> None:
    from prefect.settings import PREFECT_API_URL

    environment = os.environ | {"BRIDGE_ON_ERROR": "raise", "PREFECT_API_URL": str(PREFECT_API_URL.value())}
    command = [sys.executable, "-m", "bridge.cli", "demo"]
    for word in ("new", "unchanged"):
        done = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=tmp_path, timeout=170)
        assert done.returncode == 0, done.stdout + done.stderr
        assert re.search(rf"training/train +@1 +RandomForestClassifier +\S+ MB +{word}", done.stdout)
        assert "Traceback" not in done.stdout + done.stderr
        assert "load_data [returned]" in done.stdout
