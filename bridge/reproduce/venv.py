"""An environment of the packages that a run had, made with uv and kept for the next time."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from bridge.domain.errors import ReproduceError
from bridge.domain.run import Run
from bridge.reproduce.surroundings import INSTALLERS, OURS, Package, editable_of

PATIENCE = 1800.0
"""Seconds for uv to install everything."""

READY = ".bridge-ready"


@dataclass(frozen=True, slots=True)
class Made:
    """An environment.

    Args:
        python: Its interpreter.
        notes: What in it is not what was recorded.
    """

    python: Path
    notes: tuple[str, ...] = ()


def python_of(run: Run, packages: Mapping[str, Package], *, home: Path, say: Callable[[str], None]) -> Made:
    """An interpreter with the packages that a run had; made once for each list of them.

    Args:
        run: The run; its Python is taken if it is to be had.
        packages: What was installed. What was installed to be edited is not in it: the code that is run has it.
        home: Where environments are kept.
        say: Told what is being done.

    Raises:
        ReproduceError: If the packages are not recorded, uv is not there, or it cannot install them.
    """
    if not packages:
        raise ReproduceError(run.name, "what was installed is not recorded, so --in-venv has nothing to make")
    uv = _uv(run)
    version = str(run.environment.get("python") or "")
    wanted = requirements(packages)
    folder = home / "venvs" / _digest(version, wanted)
    python = folder / "bin" / "python"
    with _locked(folder):
        if not (folder / READY).is_file():
            say(f"Making an environment of {len(wanted)} packages with uv (kept for the next time)")
            _make(run, uv, folder, version, wanted)
    return Made(python, tuple(_notes(version, python)))


def requirements(packages: Mapping[str, Package]) -> list[str]:
    """What uv is to install: exact versions, and URLs of what came from there.

    >>> requirements({"numpy": "2.1.0", "mine": {"version": "0.1", "editable": "/src/mine"}, "prefect-bridge": "0.1"})
    ['numpy==2.1.0']
    """
    found = []
    for name, package in sorted(packages.items()):
        if name in INSTALLERS or name == OURS or editable_of(package):
            continue
        url = "" if isinstance(package, str) else str(package.get("url", ""))
        version = package if isinstance(package, str) else str(package.get("version", ""))
        is_git = url.endswith(".git") or ".git@" in url
        found.append(f"{name} @ {'git+' if is_git else ''}{url}" if url else f"{name}=={version}")
    return found


def _uv(run: Run) -> str:
    beside = Path(sys.executable).parent / "uv"
    found = str(beside) if beside.is_file() else shutil.which("uv")
    if found is None and find_spec("uv") is not None:
        from uv import find_uv_bin

        found = str(find_uv_bin())
    if found is None:
        raise ReproduceError(
            run.name, "--in-venv makes environments with uv. Run: pip install 'prefect-bridge[reproduce]'"
        )
    return found


def _digest(version: str, wanted: Sequence[str]) -> str:
    return hashlib.sha256(json.dumps([version, sys.platform, *wanted]).encode()).hexdigest()[:16]


def _make(run: Run, uv: str, folder: Path, version: str, wanted: Sequence[str]) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    trouble = _run([uv, "venv", "--quiet", "--python", _interpreter(version), str(folder)])
    if trouble:
        raise ReproduceError(run.name, f"uv could not make an environment with Python {version}: {trouble}")
    listed = folder / "requirements.txt"
    listed.write_text("\n".join(wanted) + "\n", encoding="utf-8")
    command = [uv, "pip", "install", "--quiet", "--no-deps", "--compile-bytecode"]
    trouble = _run([*command, "--python", str(folder / "bin" / "python"), "-r", str(listed)])
    if trouble:
        shutil.rmtree(folder, ignore_errors=True)
        more = "a package index of your own is told to uv by UV_INDEX; without --in-venv what is installed now is taken"
        raise ReproduceError(run.name, f"uv could not install what it had: {trouble.rstrip('.')}; {more}")
    (folder / READY).touch()


def _interpreter(version: str) -> str:
    """This interpreter if it is of the same line, else what uv finds."""
    line = ".".join(version.split(".")[:2])
    here = f"{sys.version_info.major}.{sys.version_info.minor}"
    return sys.executable if not version or line == here else line


def _run(command: Sequence[str]) -> str:
    """Run uv; returns what it says if it failed."""
    environment = {name: value for name, value in os.environ.items() if name not in ("VIRTUAL_ENV", "PYTHONPATH")}
    try:
        done = subprocess.run(
            list(command), capture_output=True, text=True, timeout=PATIENCE, check=False, env=environment
        )
    except (OSError, subprocess.SubprocessError) as error:
        return str(error)
    lines = [line.strip(" \u00d7╰─▶│├") for line in done.stderr.splitlines() if line.strip()]
    return "" if done.returncode == 0 else " ".join(lines[-6:]) or f"exit code {done.returncode}"


def _notes(version: str, python: Path) -> Iterator[str]:
    done = subprocess.run(
        [str(python), "-c", "import platform; print(platform.python_version())"],
        capture_output=True,
        text=True,
        check=False,
    )
    there = done.stdout.strip()
    if version and there and there != version:
        yield f"The environment has Python {there}; the run had {version}, which is not installed here."


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """One process at a time makes an environment."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_suffix(".lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
