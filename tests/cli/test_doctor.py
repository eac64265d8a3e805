from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from bridge.cli.checks.hosts import FITS, OPTIONAL, check_hosts
from bridge.cli.checks.plugin import check_plugin, read_plugins
from bridge.cli.checks.servers import answers, check_servers, prefect_url
from bridge.cli.checks.surroundings import check_settings, check_variables
from bridge.cli.verifying import verify
from bridge.workspace import Workspace, read_settings

from .conftest import Said

Run = Callable[..., Said]
GOOD = {"prefect": "3.8.8", "mlflow": "3.17.2", "fastapi": "0.150.0", "pydantic": "2.14.3", "sqlalchemy": "2.0.58"}


def checks(said: Said) -> dict[str, dict[str, str]]:
    return {finding["topic"]: finding for finding in said.json["checks"]}


def test_the_bounds_are_those_of_the_package() -> None:
    text = (Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8")
    for name, (first, beyond) in FITS.items():
        found = re.search(rf'"{name}(?:>=([\d.]+),)?<([\d.]+)"', text)
        assert found is not None, name
        assert tuple(map(int, (found[1] or "0").rstrip(".").split(".")))[: len(first)] == first
        assert tuple(map(int, found[2].split("."))) == beyond


def test_the_bounds_of_optional_libraries_are_those_of_the_extras() -> None:
    text = (Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8")
    for name, first in OPTIONAL.items():
        assert f'"{name}>={".".join(map(str, first))}"' in text, name


def test_an_optional_library_that_is_too_old_comes_with_the_command_that_renews_it() -> None:
    installed = GOOD | {"pandas": "1.5.3", "pyarrow": "17.0.0", "torch": None}
    (found,) = [one for one in check_hosts(installed) if one.verdict != "ok"]
    assert (found.topic, found.verdict, found.todo) == ("pandas", "warning", "pip install 'pandas>=2.2'")


def test_what_an_unbounded_install_brings_today_is_known_to_be_bad() -> None:
    installed = GOOD | {"fastapi": "0.165.0", "sqlalchemy": "2.1.9"}
    found = {one.topic: one.said for one in check_hosts(installed) if one.verdict == "failed"}
    assert set(found) == {"fastapi", "sqlalchemy"}
    assert "min_items" in found["fastapi"] and "bulk DML" in found["sqlalchemy"]


def test_libraries_that_fit_are_fine() -> None:
    assert {finding.verdict for finding in check_hosts(GOOD, python=(3, 11, 7))} == {"ok"}


@pytest.mark.parametrize(
    ("name", "version", "command"),
    [
        ("fastapi", "0.165.0", "pip install 'fastapi<0.151'"),
        ("fastapi", "0.151.0rc1", "pip install 'fastapi<0.151'"),
        ("prefect", "2.20.1", "pip install 'prefect>=3.7,<4'"),
        ("prefect", "4.0.0", "pip install 'prefect>=3.7,<4'"),
        ("sqlalchemy", "2.1.9", "pip install 'sqlalchemy>=2.0.21,<2.1'"),
        ("mlflow", None, "pip install 'mlflow>=3.10,<4'"),
    ],
)
def test_a_combination_known_to_be_bad_comes_with_the_command_that_mends_it(
    name: str, version: str | None, command: str
) -> None:
    found = [finding for finding in check_hosts(GOOD | {name: version}) if finding.verdict != "ok"]
    assert [(one.topic, one.verdict, one.todo) for one in found] == [(name, "failed", command)]


def test_junk_for_a_version_is_no_crash() -> None:
    assert [one.verdict for one in check_hosts(GOOD | {"prefect": "unknown"}) if one.topic == "prefect"] == ["failed"]


def test_an_old_python_fails() -> None:
    assert next(check_hosts(GOOD, python=(3, 9, 1))).verdict == "failed"


def test_variables_that_do_harm_or_that_nothing_reads_are_named() -> None:
    found = {
        one.topic: one.todo
        for one in check_variables({"PYTHONDONTWRITEBYTECODE": "1", "BRIDGE_CATALOGUE": "x", "BRIDGE_QQ": "1"})
    }
    assert found["BRIDGE_CATALOGUE"] == "Did you mean BRIDGE_CATALOG?"
    assert "BRIDGE_HOME" in found["BRIDGE_QQ"]
    assert found["PYTHONDONTWRITEBYTECODE"] == "unset PYTHONDONTWRITEBYTECODE"
    assert list(check_variables({"BRIDGE_HOME": "/x", "BRIDGE_DEBUG": "1", "PYTHONDONTWRITEBYTECODE": ""})) == []


def test_each_setting_says_where_it_comes_from(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.bridge]\nstore = "/data/store"\non_error = "warn"\n')
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BRIDGE_HOME", "/data/home")
    monkeypatch.delenv("BRIDGE_ON_ERROR", raising=False)
    said = {one.topic: one.said for one in check_settings(read_settings(), {"BRIDGE_HOME": "/data/home"})}
    assert said["BRIDGE_HOME"] == "/data/home  (environment)"
    assert said["BRIDGE_STORE"] == f"/data/store  ([tool.bridge] in {tmp_path / 'pyproject.toml'})"
    assert said["BRIDGE_ON_ERROR"].startswith("warn  ([tool.bridge]")
    assert said["BRIDGE_ENABLED"] == "true  (default)"


def test_passwords_are_not_shown(bridge: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRIDGE_CATALOG", "postgresql://me:sesame@127.0.0.1:1/bridge")
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://me:sesame@127.0.0.1:1")
    monkeypatch.setenv("PREFECT_API_URL", "http://me:sesame@127.0.0.1:1/api")
    for said in (bridge("doctor"), bridge("doctor", "--json")):
        assert said.code == 1
        assert "sesame" not in said.out + said.err


def test_a_healthy_workspace_passes(bridge: Run, recorded: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    said = bridge("doctor", "--json")
    assert said.code == 0
    assert said.json["ok"] is True
    assert {checks(said)[name]["verdict"] for name in ("home", "store", "catalog", "spool")} == {"ok"}


def test_a_setting_that_cannot_be_used_fails_with_its_name(bridge: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRIDGE_ON_ERROR", "explode")
    said = bridge("doctor", "--json")
    assert (said.code, checks(said)["BRIDGE_ON_ERROR"]["verdict"]) == (1, "failed")


def test_a_catalog_that_fails_does_not_hide_the_store(bridge: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRIDGE_CATALOG", "sqlite:////proc/nowhere/catalog.db")
    said = bridge("doctor", "--verify", "--json")
    found = checks(said)
    assert (found["store"]["verdict"], found["catalog"]["verdict"], said.code) == ("ok", "failed", 1)


def test_a_home_below_a_file_fails_in_one_line(bridge: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("BRIDGE_HOME", str(tmp_path / "file" / "home"))
    said = bridge("doctor")
    assert said.code == 1
    assert "✗ home" in said.out


def test_what_waits_in_the_spool_is_counted(bridge: Run, bridge_home: Path) -> None:
    (bridge_home / "spool").mkdir(parents=True)
    (bridge_home / "spool" / "1.json").write_text("{}")
    finding = checks(bridge("doctor", "--json"))["spool"]
    assert (finding["verdict"], finding["said"].split()[0]) == ("warning", "1")


def test_verify_counts_what_is_there(bridge: Run, recorded: Workspace) -> None:
    said = bridge("doctor", "--verify")
    assert said.code == 0
    assert re.search(r"^5 versions, 5 files, .* kB: all there$", said.out, re.MULTILINE)


def test_verify_names_the_versions_whose_bytes_changed_or_are_gone(bridge: Run, recorded: Workspace) -> None:
    files = {}
    for number in (1, 2):
        version = recorded.resolve(f"training/load@{number}")
        (part,) = recorded.catalog.manifest(version.digest or "").files[0].parts
        files[number] = Path(recorded.settings.store_url) / part.key
    files[1].unlink()
    files[2].chmod(0o644)
    files[2].write_bytes(b"x" * files[2].stat().st_size)
    said = bridge("doctor", "--verify", "--json")
    problems = said.json["verification"]["problems"]
    assert (said.code, len(problems)) == (1, 2)
    assert {problem.partition(":")[0] for problem in problems} == {"training/load@1", "training/load@2"}
    assert "2 problems" in bridge("doctor", "--verify").out


def test_versions_without_bytes_are_told_apart_from_lost_ones(recorded: Workspace) -> None:
    from bridge.domain.run import Saved

    recorded.catalog.save(Saved("socket", "socket.socket", None), step_id=None, run_id=None)
    found = verify(recorded.catalog, recorded.store)
    assert (found.unstored, found.problems, found.versions) == (["socket@1"], [], 5)


class Refuses(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(int(self.path.strip("/").split("/")[0]))
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture()
def server() -> Iterator[str]:
    httpd = HTTPServer(("127.0.0.1", 0), Refuses)
    thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{httpd.server_port}"
    httpd.shutdown()
    httpd.server_close()
    thread.join()


def test_a_server_that_refuses_is_there_and_one_that_breaks_is_not(server: str) -> None:
    assert answers(f"{server}/200") is None
    assert answers(f"{server}/401") is None
    assert answers(f"{server}/503") == "it answers 503"
    assert answers("http://127.0.0.1:1/") == "Connection refused"
    assert answers("nonsense") is not None


def test_servers_that_answer_pass(server: str) -> None:
    found = check_servers({"PREFECT_API_URL": f"{server}/200", "MLFLOW_TRACKING_URI": f"{server}/200"}, "")
    assert [one.verdict for one in found] == ["ok", "ok"]


@pytest.mark.parametrize("text", ["", "active = 3", "active = 'local'\nprofiles = 1", "not toml ["])
def test_junk_in_prefects_profiles_is_no_crash(text: str, tmp_path: Path) -> None:
    (tmp_path / "profiles.toml").write_text(text)
    assert prefect_url({"PREFECT_HOME": str(tmp_path)})[0] == ""


def test_the_active_profile_of_prefect_counts(tmp_path: Path) -> None:
    text = "active = 'local'\n[profiles.local]\nPREFECT_API_URL = 'http://127.0.0.1:4200/api'\n"
    (tmp_path / "profiles.toml").write_text(text)
    assert prefect_url({"PREFECT_HOME": str(tmp_path)})[0] == "http://127.0.0.1:4200/api"


@pytest.mark.parametrize(
    ("environment", "verdict", "said"),
    [
        ({}, "ok", "not active in workers"),
        ({"PREFECT_PLUGINS_ENABLED": "true"}, "ok", "active in every process that imports Prefect (PREFECT_PLUGINS_"),
        ({"PREFECT_PLUGINS_ENABLED": "true", "PREFECT_PLUGINS_DENY": "bridge"}, "warning", "list of plugins to deny"),
        ({"PREFECT_PLUGINS_ENABLED": "true", "PREFECT_PLUGINS_ALLOW": "aws"}, "warning", "list of plugins to allow"),
        ({"PREFECT_PLUGINS_ENABLED": "true", "PREFECT_PLUGINS_SAFE_MODE": "1"}, "warning", "in safe mode"),
    ],
)
def test_the_doctor_says_whether_bridge_is_active_in_workers(
    environment: dict[str, str], verdict: str, said: str
) -> None:
    (finding,) = check_plugin({"PREFECT_HOME": "/nowhere", **environment})
    assert finding.verdict == verdict
    assert said in finding.said
    assert finding.todo or finding.said.startswith("active")


def test_the_doctor_says_that_a_plugin_is_idle_where_bridge_is_off() -> None:
    (finding,) = check_plugin({"PREFECT_PLUGINS_ENABLED": "true"}, enabled=False)
    assert (finding.verdict, finding.todo) == ("warning", "Unset BRIDGE_ENABLED.")


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("prefect.toml", "[plugins]\nenabled = true\nallow = ['bridge']\n"),
        ("pyproject.toml", "[tool.prefect.plugins]\nenabled = true\n"),
        (".env", "PREFECT_PLUGINS_ENABLED=true\n"),
        ("profiles.toml", "active = 'a'\n[profiles.a]\nPREFECT_PLUGINS_ENABLED = 'true'\n"),
    ],
)
def test_plugins_are_enabled_wherever_prefect_looks(
    file: str, text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / file).write_text(text)
    monkeypatch.chdir(tmp_path)
    environment = {"PREFECT_HOME": str(tmp_path)}
    assert read_plugins(environment).admit_bridge
    assert not read_plugins(environment | {"PREFECT_PLUGINS_ENABLED": "0"}).admit_bridge
    probe = "import prefect; print(prefect.settings.get_current_settings().plugins.enabled)"
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    done = subprocess.run([sys.executable, "-c", probe], env=kept | environment, capture_output=True, text=True)
    assert done.stdout.strip() == "True", done.stderr
