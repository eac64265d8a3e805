"""From a better challenger to its deployment, on a Prefect server of its own; everything is thrown away at the end.

    python examples/promotion/demo.py

A challenger beats the champion on the pinned evaluation data, waits for approval, is approved through Prefect's API,
the alias moves, an automation starts the deployment `deploy-model`; a worse challenger is refused; the log verifies.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from bridge.testing.servers import prefect_server, running

HERE = Path(__file__).parent


def main() -> int:
    folder = Path(tempfile.mkdtemp(prefix="bridge-"))
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        began = time.monotonic()
        print("Starting a Prefect server, and the deployment `deploy-model` ...", flush=True)
        api = stack.enter_context(prefect_server(folder / "server"))
        own = {
            "PREFECT_API_URL": api,
            "PREFECT_HOME": str(folder / "prefect"),
            "PREFECT_LOGGING_LEVEL": "WARNING",
            "PREFECT_RUNNER_POLL_FREQUENCY": "1",
            "BRIDGE_HOME": str(folder / "bridge"),
            "BRIDGE_WORKSPACE": None,
            "BRIDGE_STORE": None,
            "BRIDGE_CATALOG": None,
            "MLFLOW_TRACKING_URI": None,
        }
        environment = {name: value for name, value in {**os.environ, **own}.items() if value is not None}
        words = ["python", str(HERE / "deploying.py")]
        stack.enter_context(running("deploying", words, folder / "deploying.log", settings=own, cwd=folder))
        code = subprocess.run([sys.executable, str(HERE / "story.py")], env=environment, cwd=folder).returncode
        for command in ("audit", "audit verify"):
            print(f"\n$ bridge {command}", flush=True)
            code = (
                code or subprocess.run([sys.executable, "-m", "bridge", *command.split()], env=environment).returncode
            )
        if code:
            print((folder / "deploying.log").read_text()[-3000:], file=sys.stderr)
        print(f"\nAll of it took {time.monotonic() - began:.0f} s.")
        return code


if __name__ == "__main__":
    sys.exit(main())
