"""A pipeline three times: all of it runs, nothing runs, and after one line of a helper changed, what that line reaches.

    python examples/caching/demo.py

Each run is a process of its own, on a copy of the two files and in a workspace that is thrown away.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from bridge.workspace import current, reset

HERE = Path(__file__).parent
OLD, NEW = "probability > 0.5", "probability > 0.3"
OTHERS = ("BRIDGE_WORKSPACE", "BRIDGE_STORE", "BRIDGE_CATALOG", "MLFLOW_TRACKING_URI")


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="bridge-") as folder:
        code = Path(folder) / "code"
        code.mkdir()
        for name in ("screening.py", "deciding.py"):
            shutil.copy(HERE / name, code)
        for name in OTHERS:
            os.environ.pop(name, None)
        os.environ |= {"BRIDGE_HOME": f"{folder}/bridge", "PREFECT_LOGGING_LEVEL": "WARNING"}
        run("1. For the first time", code)
        run("2. Once more, in a new process", code)
        helper = code / "deciding.py"
        helper.write_text(helper.read_text().replace(OLD, NEW))
        run(f"3. After `{OLD}` became `{NEW}` in deciding.py", code)
        print("\n$ bridge cache explain judge", flush=True)
        subprocess.run([sys.executable, "-m", "bridge", "cache", "explain", "judge"], check=True)
        reset()  # closes the catalog before its folder goes


def run(title: str, code: Path) -> None:
    """Run the pipeline in a process of its own, and print what each of its tasks did."""
    print(f"\n{title}", flush=True)
    subprocess.run([sys.executable, code / "screening.py"], check=True)
    catalog = current().catalog
    for step in catalog.steps(catalog.runs(limit=1)[0].id):
        if step.task != "screening":
            took = (step.ended - step.started).total_seconds()
            print(f"   {step.task:<10} {'found' if step.state == 'Cached' else 'ran':<6} {took * 1000:6.0f} ms")


if __name__ == "__main__":
    main()
