"""Builds the sdist, and from it the wheel, into dist/, and checks what is in them.

The wheel holds the package with its type marker, its pages and the quickstart, and nothing else; the tree builds the
same one. With names of Pythons behind it, the wheel is then installed in a clean environment of each that is there, by
plain pip and no lock, and `bridge doctor` and `bridge demo` are run in it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent
BIN = TOP / ".venv" / "bin"
DIST = TOP / "dist"
NEEDED = ("bridge/py.typed", "bridge/_examples/quickstart/after.py", "bridge/pages/templates/page.html")
KINDS = {".py", ".typed", ".css", ".html", ".js"}


def build() -> Path:
    """The wheel, made from the sdist, which is made from the tree."""
    shutil.rmtree(DIST, ignore_errors=True)
    command = [BIN / "uv", "build", "-q", "--no-build-isolation", "--python", BIN / "python", "-o"]
    subprocess.run([*command, DIST], cwd=TOP, check=True)
    (wheel,) = DIST.glob("*.whl")
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([*command, folder, "--wheel"], cwd=TOP, check=True)
        (other,) = Path(folder).glob("*.whl")
        assert contents(wheel) == contents(other), "the sdist builds another wheel than the tree"
    return wheel


def contents(wheel: Path) -> dict[str, int]:
    """Each file of a wheel with its checksum."""
    with zipfile.ZipFile(wheel) as archive:
        return {one.filename: one.CRC for one in archive.infolist() if not one.is_dir()}


def check(wheel: Path) -> None:
    """That the wheel holds what it should, and no more."""
    names = set(contents(wheel))
    missing = [name for name in NEEDED if name not in names]
    package = {name for name in names if name.startswith("bridge/")}
    meta = {name for name in names if ".dist-info/" in name.partition("/")[0] + "/"}
    strays = [name for name in names - meta if name not in package or Path(name).suffix not in KINDS]
    assert not missing and not strays, f"missing: {missing}; strays: {strays}"
    kept = {path.relative_to(TOP).as_posix() for path in (TOP / "bridge").rglob("*.py")}
    assert kept <= package, f"not in the wheel: {sorted(kept - package)}"
    print(f"{wheel.name}: {len(names)} files, {wheel.stat().st_size:,} bytes")


def tried(python: str, wheel: Path) -> bool:
    """Whether bridge works with a Python, in a clean environment that plain pip makes."""
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        ours = ("BRIDGE_", "PREFECT_", "PYTHON")
        environment = {key: value for key, value in os.environ.items() if not key.startswith(ours)}
        environment |= {"BRIDGE_HOME": str(here / "home"), "PREFECT_HOME": str(here / "prefect")}
        bridge = here / "env" / "bin" / "bridge"
        for words in (
            [python, "-m", "venv", here / "env"],
            [here / "env" / "bin" / "pip", "install", "-q", f"{wheel}[sklearn,pandas]"],
            [here / "env" / "bin" / "pip", "check"],
            [bridge, "doctor"],
            [bridge, "demo"],
        ):
            done = subprocess.run(words, cwd=here, env=environment, capture_output=True, text=True)
            if done.returncode != 0:
                print(f"{python}: {' '.join(map(str, words))} failed\n{done.stdout[-2000:]}{done.stderr[-4000:]}")
                return False
    print(f"{python}: installed, doctor and demo are fine", flush=True)
    return True


def main() -> int:
    """Build, check, try; returns the number of Pythons that it does not work with."""
    wheel = build()
    check(wheel)
    there = [name for name in sys.argv[1:] if shutil.which(name)]
    return sum(not tried(name, wheel) for name in there)


if __name__ == "__main__":
    sys.exit(main())
