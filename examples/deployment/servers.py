"""PostgreSQL, S3, MLflow, a Prefect server and a worker on loopback, for deployments to run on.

    python examples/deployment/servers.py              until Ctrl-C
    python examples/deployment/servers.py COMMAND ...  while the command runs

Everything is thrown away at the end. The worker knows two variables: the Prefect server, and the name of the workspace.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from bridge import WorkspaceBlock
from bridge.testing.servers import mlflow_server, postgres_server, prefect_server, prefect_worker, s3_server
from prefect.settings import PREFECT_API_URL, temporary_settings


def main(command: list[str]) -> int:
    folder = Path(tempfile.mkdtemp(prefix="bridge-"))
    with ExitStack() as running:
        running.callback(shutil.rmtree, folder, ignore_errors=True)
        began = time.monotonic()
        print("Starting PostgreSQL, S3, MLflow and Prefect ...", flush=True)
        catalog = running.enter_context(postgres_server(folder / "postgres"))
        s3 = running.enter_context(s3_server(folder / "s3"))
        tracking = running.enter_context(mlflow_server(folder / "mlflow"))
        api = running.enter_context(prefect_server(folder / "prefect"))

        with temporary_settings({PREFECT_API_URL: api}):
            WorkspaceBlock(
                store=f"s3://{s3.bucket}/team", store_options=s3.options, catalog=catalog, tracking=tracking
            ).save("team", overwrite=True)

        shared = {"PREFECT_API_URL": api, "BRIDGE_WORKSPACE": "team"}
        running.enter_context(prefect_worker(folder / "worker", shared, pool="demo"))
        print(f"Up after {time.monotonic() - began:.0f} s. Prefect: {api[:-4]}  MLflow: {tracking}", flush=True)
        if command:
            return subprocess.run(command, env={**os.environ, **shared}).returncode
        print("In another terminal:\n")
        for name, value in shared.items():
            print(f"    export {name}={value}")
        print("    python examples/deployment/deploy.py\n\nCtrl-C ends them all.", flush=True)
        try:
            while True:
                time.sleep(1)
        except KeyboardInterrupt:
            print("\nEnding.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
