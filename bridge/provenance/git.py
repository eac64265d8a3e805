"""Asking git about the folder that code comes from."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

PATIENCE = 2.0
"""Seconds that all questions about a repository may take together."""

_OF_ANOTHER = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY")
"""What git sets in hooks: it would answer for that repository, wherever it is asked."""


@dataclass(frozen=True, slots=True)
class Checkout:
    """A folder that git keeps.

    Args:
        root: The folder.
        commit: What is checked out; None before the first commit.
    """

    root: str
    commit: str | None


class Git:
    """Questions about one folder, which together end by a deadline. A git that is not there answers nothing.

    Args:
        folder: Where to ask.
        deadline: In seconds of `time.monotonic`; left out, `PATIENCE` from now.

    >>> Git("/").ask("rev-parse", "HEAD") is None
    True
    """

    def __init__(self, folder: str, deadline: float | None = None) -> None:
        self.folder = folder
        self.deadline = time.monotonic() + PATIENCE if deadline is None else deadline

    @property
    def why(self) -> str:
        """What to say after "git did not answer"."""
        return " within two seconds" if time.monotonic() >= self.deadline else ""

    def ask(self, *words: str, data: bytes | None = None, environment: Mapping[str, str] | None = None) -> bytes | None:
        """What git prints; None if it failed, was too slow or is not installed."""
        left = self.deadline - time.monotonic()
        if left <= 0:
            return None
        try:
            done = subprocess.run(
                ["git", "-C", self.folder, "-c", "core.fsmonitor=false", "-c", "core.quotepath=off", *words],
                capture_output=True,
                timeout=left,
                check=False,
                env=_environment() | dict(environment or {}),
                input=data or b"",
            )
        except (OSError, ValueError, subprocess.SubprocessError):
            return None
        return done.stdout if done.returncode == 0 else None


def _environment() -> dict[str, str]:
    """This process' variables, such that git looks at the folder, locks nothing and asks nobody."""
    kept = {name: value for name, value in os.environ.items() if name not in _OF_ANOTHER}
    return kept | {"GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}


@lru_cache(maxsize=64)
def checkout_of(folder: str) -> Checkout | None:
    """The checkout that a folder is part of; None if git does not say.

    Asked once per folder and process: code that was imported stays what it was.

    >>> checkout_of("/") is None
    True
    """
    answer = Git(folder).ask("rev-parse", "--show-toplevel", "--verify", "--quiet", "HEAD")
    if answer is None:
        top = Git(folder).ask("rev-parse", "--show-toplevel")
        return Checkout(_text(top), None) if top else None
    root, _, commit = _text(answer).rpartition("\n")
    return Checkout(root, commit) if root else None


def place_of(file: str, name: str, checkout: Checkout | None) -> str:
    """A flow's entrypoint, `path:name`, its path relative to the root of the checkout, or else the file's own name.

    >>> place_of("/repo/flows/train.py", "train", Checkout("/repo", None))
    'flows/train.py:train'
    >>> place_of("/tmp/train.py", "train", None)
    'train.py:train'
    """
    path = Path(file)
    if checkout is not None:
        for each in (path, _resolved(path)):
            if each.is_relative_to(checkout.root):
                return f"{each.relative_to(checkout.root).as_posix()}:{name}"
    return f"{path.name}:{name}"


def _resolved(path: Path) -> Path:
    try:
        return path.resolve()
    except OSError:
        return path


def _text(answer: bytes) -> str:
    return os.fsdecode(answer).rstrip("\r\n")
