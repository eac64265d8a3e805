"""Git, asked for what a reproduction needs."""

from __future__ import annotations

import os
import subprocess

PATIENCE = 300.0
"""Seconds for git, which may have to fetch from elsewhere."""

_OF_ANOTHER = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY")
WITHOUT_HOOKS = ("-c", f"core.hooksPath={os.devnull}")


def git(folder: str, *words: str, data: bytes = b"") -> str | None:
    """Let git do something; returns what it says if it failed.

    >>> git("/", "rev-parse", "--git-dir")
    'not a git repository (or any of the parent directories): .git'
    """
    try:
        done = _done(folder, words, data)
    except (OSError, subprocess.SubprocessError) as error:
        return str(error)
    if done.returncode == 0:
        return None
    lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
    return (lines[-1] if lines else f"exit code {done.returncode}").removeprefix("fatal: ").removeprefix("error: ")


def said(folder: str, *words: str) -> bytes:
    """What git says; nothing if it failed.

    >>> said("/", "rev-parse", "--git-dir")
    b''
    """
    try:
        done = _done(folder, words, b"")
    except (OSError, subprocess.SubprocessError):
        return b""
    return done.stdout if done.returncode == 0 else b""


def _done(folder: str, words: tuple[str, ...], data: bytes) -> subprocess.CompletedProcess[bytes]:
    environment = {name: value for name, value in os.environ.items() if name not in _OF_ANOTHER}
    return subprocess.run(
        ["git", "-C", folder, *words],
        input=data,
        capture_output=True,
        timeout=PATIENCE,
        check=False,
        env=environment | {"GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C", "GIT_LFS_SKIP_SMUDGE": "0"},
    )
