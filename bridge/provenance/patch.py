"""What in a checkout is not committed, as one patch that can be applied."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bridge.provenance.git import Git
from bridge.provenance.secrets import has_secret, is_secret_file

LARGEST = 1 << 20
"""Bytes of a patch, and of each file that goes into it."""

NAMED = 3
"""Files that are named of those which are left out."""

OF_TOOLS = ("mlruns/", "mlartifacts/", "mlflow.db")
"""What MLflow writes into the folder that it is started in: no code."""

MOST = 1000
"""Files that are not tracked and go into a patch."""

_CODE = (".py", ".pyi", ".toml", ".cfg", ".ini", ".yaml", ".yml", ".json", ".sql", ".sh", ".md", ".txt", ".pyx", ".r")

STATUS = (
    *("status", "--porcelain=v2", "-z", "--untracked-files=all", "--no-renames"),
    "--ignore-submodules=untracked",
)

DIFF = (
    *("diff", "--binary", "--full-index", "--no-color", "--no-ext-diff", "--no-textconv", "--no-renames"),
    *("--ignore-submodules=dirty", "--src-prefix=a/", "--dst-prefix=b/", "HEAD"),
)


_FACTS = {b"1": 7, b"u": 9}
"""How many facts git gives before the path of what it tracks: what is merged has more."""


@dataclass(frozen=True, slots=True)
class Patch:
    """The changes of a checkout that are not committed.

    Args:
        dirty: Whether tracked files differ from the commit; None if git did not say in time.
        text: For `git apply` at the root: changes of tracked files, and files that git neither tracks nor ignores.
            Bytes that are no UTF-8 are surrogates (`surrogateescape`). None if there is nothing, or too much.
        left_out: What is not in it, and why.
    """

    dirty: bool | None
    text: str | None = None
    left_out: str | None = None


@dataclass(frozen=True, slots=True)
class _Changed:
    path: str
    tracked: bool
    size: int
    within: bool = False
    """Whether it is a submodule in which something is not committed, which no patch can hold."""


def patch_of(root: str, deadline: float | None = None, *, without: Sequence[str] = ()) -> Patch:
    """The changes in a checkout that are not committed. Takes two seconds at most, and changes nothing there.

    Left out are files that look like secrets, files over a MiB, and everything if a MiB is not enough for the rest.

    Args:
        root: Folder of the checkout.
        deadline: In seconds of `time.monotonic`.
        without: Folders whose files are no part of the project, as a home of bridge's.

    >>> patch_of("/").dirty is None
    True
    """
    git = Git(root, deadline)
    status = git.ask(*STATUS)
    if status is None:
        return Patch(None, left_out=f"git did not list the changes{git.why}")
    changed = [one for one in _changed(root, status) if one.tracked or not _is_of_tools(root, one.path, without)]
    dirty = any(one.tracked for one in changed)
    if not changed:
        return Patch(dirty)
    size = 0
    for room in (LARGEST, LARGEST // 2, 0):  # a patch is larger than its files, by how much is seen then
        taken, why = _chosen(changed, room)
        data = _diff(git, root, taken, [one for one in changed if one not in set(taken)])
        if data is None:
            return Patch(dirty, None, f"git did not give the changes{git.why}")
        if (size := len(data)) <= LARGEST:
            break
    else:
        return Patch(dirty, None, f"the changes take {size / 1e6:.1f} MB, over 1 MiB")
    why += [f"{one.path} (a submodule with changes of its own)" for one in changed if one.within]
    text, secret = _without_secrets(data.decode("utf-8", "surrogateescape"))
    why += [f"{path} (has a secret in it)" for path in secret]
    return Patch(dirty, text or None, _listed(why))


def _changed(root: str, status: bytes) -> Iterator[_Changed]:
    for entry in filter(None, status.split(b"\0")):
        kind, _, rest = entry.partition(b" ")
        *facts, path = (rest,) if kind == b"?" else rest.split(b" ", _FACTS[kind])
        name = os.fsdecode(path)
        try:
            size = Path(root, name).lstat().st_size
        except OSError:
            size = 0
        within = kind != b"?" and facts[1][:1] == b"S" and facts[1][2:] != b".."
        yield _Changed(name, kind != b"?", size, within)


def _is_of_tools(root: str, path: str, without: Sequence[str]) -> bool:
    name = path.rpartition("/")[2]
    return path.startswith(OF_TOOLS) or name in OF_TOOLS or any(Path(root, path).is_relative_to(one) for one in without)


def _chosen(changed: Sequence[_Changed], room: int) -> tuple[list[_Changed], list[str]]:
    """What goes into the patch, and what does not and why: code before data, the small before the large."""
    taken, why, count = [], [], 0
    for one in sorted(changed, key=lambda one: (not one.tracked, not one.path.lower().endswith(_CODE), one.size)):
        if is_secret_file(one.path):
            why.append(f"{one.path} (looks like a secret)")
        elif one.size > LARGEST or (not one.tracked and one.size > room):
            why.append(f"{one.path} ({one.size / 1e6:.1f} MB)")
        elif not one.tracked and (count >= MOST or one.path.endswith("/")):  # a folder is another repository
            why.append(one.path)
        else:
            taken.append(one)
            room -= one.size if not one.tracked else 0
            count += not one.tracked
    return taken, why


def _listed(why: Sequence[str]) -> str | None:
    if not why:
        return None
    return ", ".join(why[:NAMED]) + (f" and {len(why) - NAMED} files more" if len(why) > NAMED else "")


def _diff(git: Git, root: str, taken: Sequence[_Changed], others: Sequence[_Changed]) -> bytes | None:
    """The patch by git itself, in whose index, a copy, files that it does not track are noted as new."""
    new = [one.path for one in taken if not one.tracked]
    out = [f":(exclude,literal,top){one.path}" for one in others if one.tracked]
    words = (*DIFF, "--", ":/", *out) if out else DIFF
    if not new:
        return git.ask(*words)
    where = git.ask("rev-parse", "--git-path", "index", "--git-path", "objects")
    if where is None:
        return None
    theirs = [Path(root, path) for path in os.fsdecode(where).splitlines()]
    with tempfile.TemporaryDirectory(prefix="bridge-") as folder:
        if theirs[0].is_file():
            shutil.copyfile(theirs[0], Path(folder, "index"))
        other = {
            "GIT_INDEX_FILE": str(Path(folder, "index")),
            "GIT_OBJECT_DIRECTORY": folder,  # git writes the content of an empty file
            "GIT_ALTERNATE_OBJECT_DIRECTORIES": str(theirs[-1]),
        }
        names = b"".join(os.fsencode(path) + b"\0" for path in new)
        options = ("--intent-to-add", "--pathspec-from-file=-", "--pathspec-file-nul")
        if git.ask("--literal-pathspecs", "add", *options, data=names, environment=other) is None:
            return None
        return git.ask(*words, environment=other)


def _without_secrets(patch: str) -> tuple[str, list[str]]:
    if not has_secret(patch):
        return patch, []
    parts = re.split(r"(?m)^(?=diff --git )", patch)
    left = [part.partition("\n")[0].rpartition(" b/")[2] for part in parts if has_secret(part)]
    return "".join(part for part in parts if not has_secret(part)), left
