"""A password of a workspace is in no log, no error, no record and no catalog."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import psycopg
import pytest
from prefect.client.orchestration import get_client

from bridge.flows.block import WorkspaceBlock
from bridge.testing.servers import S3, postgres_server, s3_server
from bridge.workspace import Settings

from .conftest import Script

MARKER = "MARKER-of-a-password"

CODE = """
    import sys
    from bridge import flow, task

    @task
    def numbers():
        return list(range(5000))

    @flow
    def failing():
        numbers()
        raise ValueError("the user's own")

    try:
        failing()
    finally:
        print("workspace", sys.modules["bridge.workspace"].read_settings())
"""

REFUSAL = b"""<?xml version="1.0" encoding="UTF-8"?><Error><Code>SignatureDoesNotMatch</Code>
<Message>The request signature does not match.</Message><AWSAccessKeyId>ann</AWSAccessKeyId></Error>"""


class Refusing(BaseHTTPRequestHandler):
    """A server that lets nobody in, as S3 does."""

    def _refuse(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.send_response(403)
        self.send_header("Content-Length", str(len(REFUSAL)))
        self.send_header("Content-Type", "application/xml")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(REFUSAL)

    do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = _refuse

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture()
def refusing() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Refusing)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture()
def s3(tmp_path: Path) -> Iterator[S3]:
    """A real S3 server."""
    with s3_server(tmp_path / "s3") as server:
        yield server


@pytest.fixture()
def postgres(tmp_path: Path) -> Iterator[str]:
    """A real PostgreSQL in which the role `ann` needs a password; URL for it, less the password."""
    folder = Path(tempfile.mkdtemp(prefix="pg", dir="/tmp"))
    try:
        with postgres_server(folder / "data") as uri:
            rules = folder / "data" / "pg_hba.conf"
            rules.write_text(f"local all ann scram-sha-256\n{rules.read_text()}")
            with psycopg.connect(uri, autocommit=True) as connection:
                connection.execute("CREATE ROLE ann LOGIN PASSWORD 'right'")
                connection.execute("SELECT pg_reload_conf()")
            yield uri.replace("postgres:@", "ann:{}@")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def prefects_own() -> str:
    """What Prefect's API has of runs: states, artifacts and logs."""
    with get_client(sync_client=True) as client:
        runs = [run.model_dump_json() for run in client.read_flow_runs()]
        tasks = [run.model_dump_json() for run in client.read_task_runs()]
        logs = [log.message for log in client.read_logs(limit=200)]
        artifacts = [artifact.model_dump_json() for artifact in client.read_artifacts()]
    return "\n".join([*runs, *tasks, *logs, *artifacts])


def shows(script: Script, *words: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "bridge", *words],
        env={**script.environment, "BRIDGE_WORKSPACE": "secret", "BRIDGE_DEBUG": "1"},
        capture_output=True,
        text=True,
        cwd=script.cwd,
    )
    return done.stdout + done.stderr


@pytest.mark.matrix
@pytest.mark.timeout(600)
@pytest.mark.parametrize(("wrong", "on_error"), [("catalog", "warn"), ("store", "raise"), ("tracking", "warn")])
def test_a_wrong_password_is_told_without_the_password(
    wrong: str, on_error: str, script: Script, refusing: str, bridge_home: Path, request: pytest.FixtureRequest
) -> None:
    block = {
        "catalog": lambda: {"catalog": request.getfixturevalue("postgres").format(MARKER)},
        "store": lambda: {
            "store": "s3://bucket/folder",
            "store_options": {**request.getfixturevalue("s3").options, "secret": MARKER},
        },
        "tracking": lambda: {"tracking": f"http://ann:{MARKER}@{refusing}"},
    }[wrong]()
    WorkspaceBlock(**block).save("secret", overwrite=True)
    script.environment.pop("MLFLOW_TRACKING_URI")
    script.environment["MLFLOW_HTTP_REQUEST_MAX_RETRIES"] = "0"
    _, out, err = script.run(CODE, BRIDGE_WORKSPACE="secret", BRIDGE_ON_ERROR=on_error, PREFECT_LOGGING_LEVEL="DEBUG")
    assert "workspace home=" in out or "SettingsError" not in err
    said = {
        "output": out,
        "errors": err,
        "Prefect": prefects_own(),
        "doctor": shows(script, "doctor"),
        "doctor --json": shows(script, "doctor", "--json"),
        "runs": shows(script, "runs", "--json"),
        "run": shows(script, "runs", "show", "failing"),
    }
    if wrong != "catalog":
        assert json.loads(said["runs"])["runs"], said["errors"]
    else:
        assert "password authentication failed" in err
    assert [where for where, text in said.items() if MARKER in text] == []
    files = [path for path in bridge_home.rglob("*") if path.is_file()]
    assert [str(path) for path in files if MARKER.encode() in path.read_bytes()] == []


def test_settings_are_shown_without_passwords() -> None:
    settings = Settings(
        catalog=f"postgresql://ann:{MARKER}@db/bridge",
        tracking=f"http://ann:{MARKER}@tracker",
        store=f"sftp://ann:{MARKER}@host/data",
        store_options={"secret": MARKER},
    )
    assert MARKER not in repr(settings) + str(settings)
    assert "postgresql://ann:***@db/bridge" in repr(settings)


def test_an_option_of_a_wrong_type_is_told_without_its_value(monkeypatch: pytest.MonkeyPatch) -> None:
    from bridge.domain.errors import SettingsError
    from bridge.workspace import read_settings

    for text in (f'["{MARKER}"]', f"{{{MARKER}"):
        monkeypatch.setenv("BRIDGE_STORE_OPTIONS", text)
        with pytest.raises(SettingsError) as caught:
            read_settings()
        assert MARKER not in str(caught.value)
        assert "store_options" in str(caught.value).lower()


def test_a_password_in_the_url_of_a_bucket_is_refused_without_saying_it(tmp_path: Path) -> None:
    from bridge.domain.errors import SettingsError
    from bridge.store import open_store

    for url in (f"s3://ann:{MARKER}@bucket/folder", f"gs://ann:{MARKER}@bucket", f"S3A://:{MARKER}@bucket"):
        with pytest.raises(SettingsError, match="takes no password in its URL") as caught:
            open_store(url, staging=tmp_path)
        assert MARKER not in str(caught.value)
