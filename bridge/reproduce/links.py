"""Files of the project that git does not have, in the code that is run again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from bridge.domain.errors import ReproduceError
from bridge.reproduce.checkout import Code

_MISSING = re.compile(r"No such file or directory: '([^']+)'")


def link(code: Code, paths: Iterable[str], *, run: str) -> list[str]:
    """Let files and folders of the project be where the code expects them; returns what is to be said of it.

    Args:
        code: The code that is run.
        paths: Relative to the root of the project, or within it.
        run: The run's name.

    Raises:
        ReproduceError: If one of them is not in the project.
    """
    notes = []
    for path in paths:
        if code.was is None:
            raise ReproduceError(run, f"{path} needs no --link: the code is run where it is")
        source = code.was / path
        if not source.exists() or not source.resolve().is_relative_to(code.was.resolve()):
            raise ReproduceError(run, f"--link {path}: there is no such file or folder in {code.was}")
        target = code.root / source.relative_to(code.was)
        if target.is_dir() and not target.is_symlink() and not any(target.iterdir()):
            target.rmdir()  # a submodule that is not checked out
        if target.exists():
            raise ReproduceError(run, f"--link {path}: the commit has it already")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.symlink_to(source.absolute(), target_is_directory=source.is_dir())
        notes.append(f"{path} is the one of now.")
    return notes


def missing(code: Code, errors: Iterable[str]) -> Iterator[str]:
    """What is to be said of files that a step did not find and that the project has.

    >>> code = Code(Path("/tmp/code"), Path("/tmp/code/train.py"), "", "", was=Path("/"))
    >>> list(missing(code, ["FileNotFoundError: [Errno 2] No such file or directory: 'etc'"]))
    ['etc is in / and not in git, so that the checkout lacks it: bridge reproduce … --link etc']
    """
    found = {match for error in errors for match in _MISSING.findall(error)}
    for path in sorted(found):
        relative = Path(path).relative_to(code.root) if Path(path).is_relative_to(code.root) else Path(path)
        if code.was is not None and not relative.is_absolute() and (code.was / relative).exists():
            yield (
                f"{relative} is in {code.was} and not in git, so that the checkout lacks it: "
                f"bridge reproduce … --link {relative}"
            )
