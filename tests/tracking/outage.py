"""The show: the MLflow server is stopped in the middle of a flow that logs 1,000 metrics.

`python -m tests.tracking.outage --seconds 60`

The same flow runs three times: with the server up, with the server stopped for a while in its middle, and with the
server made to hang. What the flow's time is, and how many of its metrics are there after `bridge sync`, is printed.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import textwrap
import threading
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from bridge.testing.servers import prefect_server
from tests.tracking.stopping import StoppingServer, bridge, wait_for

CODE = """
    import pathlib, sys, time
    from typing import Annotated
    import mlflow
    from bridge import Metrics, flow, task

    folder, pause = pathlib.Path(sys.argv[1]), float(sys.argv[2])

    @task
    def part(n: int) -> Annotated[dict, Metrics()]:
        for i in range(n * 97, (n + 1) * 97):
            mlflow.log_metric("loss", 1 / (1 + i), step=i)
            time.sleep(pause)
        return {f"part_{n}": n}

    @flow
    def training():
        for n in range(5):
            part(n)
        (folder / "half").touch()
        part.map(range(5, 10)).result()
        for i in range(20):
            mlflow.log_metric("of_the_body", i, step=i)

    began = time.monotonic()
    training()
    print("seconds", time.monotonic() - began, flush=True)
"""
METRICS = 970 + 20 + 10


@dataclass(frozen=True)
class Shown:
    """What came of one run of the flow."""

    seconds: float
    said: str
    before: int
    after: int
    sync: str
    status: str


def show(kind: str, seconds: float, folder: Path, api: str, *, pause: float = 0.004) -> Shown:
    """Run the flow once.

    Args:
        kind: What becomes of the server: `up`, `stopped` or `hanging`.
        seconds: For how long.
        folder: Of everything.
        api: Of a Prefect server.
        pause: Seconds between two metrics.
    """
    folder.mkdir(parents=True)
    server = StoppingServer(folder / "mlflow")
    server.start()
    (folder / "script.py").write_text(textwrap.dedent(CODE))
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("BRIDGE_", "MLFLOW_TRACKING"))},
        "PREFECT_API_URL": api,
        "PREFECT_HOME": str(folder / "prefect"),
        "BRIDGE_HOME": str(folder / "bridge"),
        "MLFLOW_TRACKING_URI": server.url,
    }
    with ExitStack() as ending:
        ending.callback(server.stop)
        script = [sys.executable, str(folder / "script.py"), str(folder), str(pause)]
        process = subprocess.Popen(script, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        back = threading.Event()
        if kind != "up":
            wait_for(folder / "half")
            server.stop() if kind == "stopped" else server.hang()
            threading.Thread(target=_bring_back, args=(server, kind, seconds, back), daemon=True).start()
        out, err = process.communicate(timeout=300)
        assert process.returncode == 0, err
        before = _count(server)
        if kind != "up":
            assert back.wait(seconds + 120)
        _, said, _ = bridge(environment, "sync")
        _, again, _ = bridge(environment, "sync")
        assert "Nothing waits" in again, again
        (run,) = server.runs()
        remarks = "\n".join(line for line in err.splitlines() if "bridge" in line or "Retry" in line)
        return Shown(float(out.split("seconds")[1]), remarks, before, _count(server), said.strip(), run.info.status)


def _bring_back(server: StoppingServer, kind: str, seconds: float, back: threading.Event) -> None:
    time.sleep(seconds)
    server.start() if kind == "stopped" else server.go_on()
    back.set()


def _count(server: StoppingServer) -> int:
    (run,) = server.runs()
    client = server.client()
    return sum(len(client.get_metric_history(run.info.run_id, key)) for key in run.data.metrics)


def main() -> None:
    """Show all three, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0, help="how long the server is away")
    parser.add_argument("--kinds", default="up,stopped,hanging")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bridge-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        with prefect_server(folder / "server") as api:
            show("up", 0, folder / "first", api)  # what is loaded for the first time takes longer
            print(f"a flow that logs {METRICS} metrics; the server is away for {wanted.seconds:g} s")
            for kind in wanted.kinds.split(","):
                shown = show(kind, wanted.seconds, folder / kind, api)
                print(
                    f"{kind:9} flow {shown.seconds:6.2f} s   there at its end {shown.before:5}   "
                    f"after `bridge sync` {shown.after:5}   {shown.status}"
                )
                for line in (shown.said + "\n" + shown.sync).splitlines():
                    print(f"          | {line}")


if __name__ == "__main__":
    main()
