from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

import bridge.cli.demo as demo
from bridge.cli.before_after import Ran, of_the_run, print_pair

from .conftest import SECOND, Said
from .test_demo import RECORDING, _tracker_knows_nothing  # noqa: F401

Run = Callable[..., Said]

PLAIN = """
import os, pathlib
print("Starting temporary server")
print("12:00:00.123 | INFO    | Flow run 'bold-heron' - Beginning flow run 'bold-heron' for flow 'training'")
print("bridge is", os.environ.get("BRIDGE_ENABLED", "on"), os.environ.get("MLFLOW_TRACKING_URI", "nowhere"))
print("12:00:01.123 | INFO    | prefect - Stopping temporary server on http://127.0.0.1:8418")
pathlib.Path("mlflow.db").write_bytes(b"x" * 2000)
# {line}
"""


@pytest.fixture()
def pair(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two scripts in the quickstart's place; the second one records a run."""
    (tmp_path / "before.py").write_text(PLAIN.replace("{line}", "from prefect import flow, task"))
    (tmp_path / "after.py").write_text(RECORDING + PLAIN.replace("{line}", "from bridge import flow, task"))
    monkeypatch.setattr(demo, "find_script", lambda: tmp_path / "after.py")
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "sqlite:////tmp/a-team.db")
    return tmp_path


def test_the_script_without_bridge_is_shown_next_to_the_one_with_it(bridge: Run, bridge_home: Path, pair: Path) -> None:
    said = bridge("demo", "--compare")
    assert said.code == 0, said.out + said.err
    assert "-# from prefect import flow, task" in said.out
    assert "+# from bridge import flow, task" in said.out
    assert "bridge is false nowhere" in said.out
    assert "bridge is on sqlite:////tmp/a-team.db" in said.out
    assert re.search(r"^file mlflow\.db, 2\.0 kB +training/load@1, ", said.out, re.M)
    assert "Stopping temporary server" not in said.out
    assert "bridge reproduce bold-heron" in said.out


def test_a_comparison_as_json_is_one_document(bridge: Run, bridge_home: Path, pair: Path) -> None:
    said = bridge("demo", "--compare", "--json")
    assert said.json["before"]["files"] == {"mlflow.db": 2000}
    assert said.json["before"]["output"][0].startswith("Flow run 'bold-heron' - Beginning")
    assert said.json["after"]["run"]["id"] == SECOND
    assert said.json["exit_code"] == 0


def test_a_script_that_fails_without_bridge_gives_its_code_and_its_traceback(
    bridge: Run, bridge_home: Path, pair: Path
) -> None:
    (pair / "before.py").write_text("1 / 0")
    said = bridge("demo", "--compare")
    assert said.code == 1
    assert "ZeroDivisionError" in said.out


def test_where_nothing_was_recorded_the_comparison_says_so(bridge: Run, bridge_home: Path, pair: Path) -> None:
    (pair / "after.py").write_text("print('hello')")
    said = bridge("demo", "--compare")
    assert (said.code, "bridge doctor" in said.out) == (1, True)


def test_a_terminal_of_eighty_columns_shows_both(pair: Path) -> None:
    console = Console(width=80, record=True, highlight=False, file=StringIO())
    ran = Ran(pair / "before.py", 0, ("Beginning flow run 'bold-heron' for flow 'training', " + "which is long",), {})
    print_pair(ran, ran, None, console=console)
    text = console.export_text()
    assert max(map(len, text.splitlines())) <= 80
    assert text.count("bold-heron") == 2


def test_lines_before_the_run_and_of_its_hosts_are_left_out() -> None:
    assert of_the_run(["a", "no run at all"]) == ["a", "no run at all"]


@pytest.mark.slow
def test_the_real_quickstart_prints_the_same_with_and_without_bridge(
    prefect_server: None, bridge_home: Path, tmp_path: Path
) -> None:
    from prefect.settings import PREFECT_API_URL

    environment = os.environ | {"BRIDGE_ON_ERROR": "raise", "PREFECT_API_URL": str(PREFECT_API_URL.value())}
    command = [sys.executable, "-m", "bridge.cli", "demo", "--compare"]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=tmp_path, timeout=170)
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"^-from prefect import flow, task\n\+from bridge import flow, task$", done.stdout, re.M)
    assert re.search(r"^(\{'accuracy': .*\}) +\1\s*$", done.stdout, re.M)
    assert re.search(r"training/train@1, \S+ MB", done.stdout)
    assert {path.name for path in tmp_path.iterdir()} == {bridge_home.name}
