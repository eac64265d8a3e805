"""A workspace that is kept in Prefect under a name."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
from prefect.blocks.core import Block
from prefect.client.orchestration import get_client
from prefect.settings import PREFECT_API_URL, temporary_settings

import bridge
from bridge.cli.app import main
from bridge.domain.errors import SettingsError
from bridge.flows.block import WorkspaceBlock, find_block
from bridge.workspace import current, read_settings, reset

from .conftest import Script

CODE = """
    from bridge import flow, task

    @task
    def one():
        return 1

    @flow
    def ones():
        return one()

    print(ones())
"""


@pytest.fixture()
def team(prefect_server: None, bridge_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A block `team` with places of its own, named by the environment."""
    place = tmp_path / "team"
    block = WorkspaceBlock(store=str(place / "store"), catalog=f"sqlite:///{place}/catalog.db", flush_timeout=7)
    block.save("team", overwrite=True)
    monkeypatch.setenv("BRIDGE_WORKSPACE", "team")
    yield place


@bridge.flow
def counting() -> int:
    return 1


@bridge.flow
async def counting_in_a_loop() -> int:
    await asyncio.sleep(0)
    return 2


def test_what_a_flow_makes_goes_where_the_block_says(team: Path) -> None:
    assert counting() == 1
    assert (team / "catalog.db").exists()
    assert current().settings.store_url == str(team / "store")
    assert current().load("counting")[1] == 1


def test_a_block_is_found_inside_a_running_event_loop(team: Path) -> None:
    async def both() -> tuple[int, object]:
        return await counting_in_a_loop(), bridge.load("counting-in-a-loop")

    assert asyncio.run(both()) == (2, 2)
    assert (team / "catalog.db").exists()


def test_the_environment_wins_over_the_block_and_the_block_over_pyproject(
    team: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = ("[tool.bridge]", 'store = "/from/pyproject"', "flush_timeout = 3", "allow_pickle = true")
    (tmp_path / "pyproject.toml").write_text("\n".join(lines))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BRIDGE_FLUSH_TIMEOUT", "11")
    settings = read_settings()
    assert settings.flush_timeout == 11
    assert settings.store == str(team / "store")
    assert settings.allow_pickle
    assert settings.on_error == "raise"  # the environment's; the block leaves it open


def test_pyproject_may_name_the_block(team: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.bridge]\nworkspace = "team"\n')
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("BRIDGE_WORKSPACE")
    assert read_settings().store == str(team / "store")


def test_mlflows_own_variable_wins_over_the_blocks_tracking(
    prefect_server: None, bridge_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    WorkspaceBlock(tracking="http://tracker:5000").save("tracked", overwrite=True)
    monkeypatch.setenv("BRIDGE_WORKSPACE", "tracked")
    assert read_settings().tracking_url == "http://tracker:5000"
    assert current().tracker.uri != "http://tracker:5000"  # type: ignore[attr-defined] # the session's, in MLflow's own


def test_the_block_says_where_lineage_events_go_and_keeps_the_password(
    prefect_server: None, bridge_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    block = WorkspaceBlock(openlineage="https://ann:hunter2@lineage.example.com")
    assert "hunter2" not in repr(block)
    block.save("told", overwrite=True)
    monkeypatch.setenv("BRIDGE_WORKSPACE", "told")
    assert read_settings().openlineage == "https://ann:hunter2@lineage.example.com"
    assert "hunter2" not in repr(read_settings())


def test_a_block_is_asked_for_once_per_process(team: Path) -> None:
    before = read_settings()
    WorkspaceBlock(store="/elsewhere").save("team", overwrite=True)
    assert read_settings() == before
    reset()
    assert read_settings().store == "/elsewhere"


def test_decorating_asks_nobody(bridge_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRIDGE_WORKSPACE", "nobody-has-it")
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:1/api")
    assert type(bridge.task(lambda: 1)).__name__ == "BridgeTask"


def test_the_names_of_prefects_blocks_are_taken_too(team: Path) -> None:
    assert find_block("bridge-workspace/team") == find_block("team")


def test_a_block_that_is_not_there_is_named_with_those_that_are(team: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRIDGE_WORKSPACE", "taem")
    with pytest.raises(SettingsError, match=r"BRIDGE_WORKSPACE='taem' cannot be used: .*there are: .*\bteam\b"):
        read_settings()


def test_without_its_block_a_run_goes_on_unrecorded_with_one_warning(script: Script) -> None:
    code, out, err = script.run(CODE, BRIDGE_WORKSPACE="nowhere")
    assert (code, out) == (0, "1\n"), err
    assert err.count("BRIDGE_WORKSPACE='nowhere' cannot be used") == 1
    assert "this run is not recorded" in err
    code, out, err = script.run(CODE, BRIDGE_WORKSPACE="nowhere", BRIDGE_ON_ERROR="raise")
    assert code == 1
    assert "SettingsError" in err


def test_an_api_that_does_not_answer_is_named(bridge_home: Path, script: Script) -> None:
    code = """
        import bridge
        for _ in range(3):
            try:
                bridge.load("x")
            except bridge.BridgeError as error:
                print(error)
    """
    _, out, _ = script.run(code, BRIDGE_WORKSPACE="team", PREFECT_API_URL="http://ann:MARKER@127.0.0.1:1/api")
    first, *others = out.splitlines()
    assert others == [first, first]
    assert "http://ann:***@127.0.0.1:1/api did not give the block" in first
    assert "`bridge doctor`" in first


def test_an_api_that_is_too_busy_is_asked_again(team: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    api = urlsplit(PREFECT_API_URL.value())
    refused: list[str] = []

    class Busy(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if len(refused) < 3:
                refused.append(self.path)
                self.answer(503, b"{}", {"Retry-After": "0"})
                return
            with urlopen(f"{api.scheme}://{api.netloc}{self.path}") as answer:
                self.answer(answer.status, answer.read(), {"Content-Type": "application/json"})

        def answer(self, status: int, body: bytes, headers: dict[str, str]) -> None:
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Busy) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,)).start()
        with temporary_settings({PREFECT_API_URL: f"http://127.0.0.1:{server.server_port}{api.path}"}):
            found = find_block("team")
        server.shutdown()
    assert len(refused) == 3
    assert found["store"] == str(team / "store")


def test_the_command_line_finds_the_block(team: Path, capsys: pytest.CaptureFixture[str]) -> None:
    counting()
    capsys.readouterr()
    assert main(["runs"]) == 0
    assert "counting" in capsys.readouterr().out
    main(["doctor"])
    said = capsys.readouterr().out
    assert f"BRIDGE_STORE  {team}/store  (workspace team)" in said
    assert "BRIDGE_WORKSPACE  team  (environment)" in said


def test_the_doctor_says_which_block_is_missing(
    team: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BRIDGE_WORKSPACE", "taem")
    assert main(["doctor"]) == 1
    said = capsys.readouterr().out
    assert "there are:" in said
    assert "Prefect API" in said


def test_prefect_registers_the_block_and_loads_it_by_name(script: Script, prefect_server: None) -> None:
    words = [sys.executable, "-m", "prefect", "block", "register", "-m", "bridge.flows.block"]
    done = subprocess.run(words, env=script.environment, capture_output=True, text=True)
    assert "bridge Workspace" in done.stdout, done.stdout + done.stderr
    with get_client(sync_client=True) as client:
        assert client.read_block_type_by_slug("bridge-workspace").name == "bridge Workspace"
    WorkspaceBlock(store="/a", catalog="postgresql://u:MARKER@h/d", store_options={"secret": "MARKER"}).save(
        "by-name", overwrite=True
    )
    block = Block.load("bridge-workspace/by-name", _sync=True)
    assert isinstance(block, WorkspaceBlock)
    assert block.given()["store_options"] == {"secret": "MARKER"}
    assert "MARKER" not in repr(block) + str(block)


def test_the_block_is_the_packages_own_name() -> None:
    assert bridge.WorkspaceBlock is WorkspaceBlock
