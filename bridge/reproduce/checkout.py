"""The code of a run, checked out into a folder of its own."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from bridge.domain.errors import ReproduceError
from bridge.domain.ports import Catalog
from bridge.domain.run import Run
from bridge.reproduce import worktree
from bridge.reproduce.git import WITHOUT_HOOKS, git
from bridge.reproduce.submodules import submodules


@dataclass(frozen=True, slots=True)
class Code:
    """The code of a run, as it is run again.

    Args:
        root: Folder of the project.
        file: The flow's file.
        function: Qualified name of its function; empty if it is not recorded.
        told: Where it comes from: a sentence.
        was: Folder of the project when it was recorded, if the code was put elsewhere.
        restored: Whether it is what was recorded, and not what is there now.
        notes: What could not be restored.
    """

    root: Path
    file: Path
    function: str
    told: str
    was: Path | None = None
    restored: bool = True
    notes: tuple[str, ...] = ()


@contextmanager
def code_of(
    run: Run, catalog: Catalog, *, folder: Path, repository: str | None = None, keep: bool = False
) -> Iterator[Code]:
    """Give the code of a run: its commit with its patch, or else the file as it is now, if git did not keep it.

    The user's own checkout is not touched: the commit is in a worktree of its own, which is gone afterwards unless it
    is to be kept.

    Args:
        run: The run.
        catalog: Where its patch is.
        folder: Where the code is put.
        repository: Path or URL of the repository, if it is not where it was.
        keep: Leave the worktree there.

    Raises:
        ReproduceError: If there is no code.
    """
    entrypoint, _, function = str(run.code.get("entrypoint") or "").rpartition(":")
    file = str(run.code.get("file") or "")
    if not file and not entrypoint:
        raise ReproduceError(
            run.name,
            "its code was in no file that was recorded, as with a notebook, a prompt, standard input or python -c; "
            "put the flow into a file, and what is run next can be run again",
        )
    commit = run.code.get("commit")
    if not commit:
        why = "nothing was committed yet" if run.code.get("root") else "its code was not in a git repository"
        yield _as_it_is(run, Path(file), function, why)
        return
    relative = entrypoint or os.path.relpath(file, str(run.code.get("root") or Path(file).parent))
    was = Path(str(run.code["root"])) if run.code.get("root") else None
    with ExitStack() as stack:
        root, project = stack.enter_context(_checked_out(run, str(commit), folder, repository, keep))
        notes = _patch(run, catalog, root)  # which may say that a submodule was at another commit
        notes += stack.enter_context(submodules(root, project, keep=keep))
        place = root / relative
        if not place.is_file():
            why = f"it is neither in commit {str(commit)[:12]} nor in its uncommitted changes"
            yield _as_it_is(run, Path(file), function, " ".join([why, *(f"({note})" for note in notes)]))
            return
        told = f"commit {str(commit)[:12]}" + (" with its uncommitted changes" if run.code.get("patch") else "")
        yield Code(root, place, function, told, was=was, restored=not notes, notes=tuple(notes))


def _as_it_is(run: Run, file: Path, function: str, why: str) -> Code:
    if not file.is_file():
        raise ReproduceError(run.name, f"{why}, and {file} is not there any more: put it there again")
    note = f"The code is what {file.name} holds now: {why}, so that what it was is not kept."
    return Code(file.parent, file, function, f"{file}, as it is now", restored=False, notes=(note,))


@contextmanager
def _checked_out(
    run: Run, commit: str, folder: Path, repository: str | None, keep: bool
) -> Iterator[tuple[Path, Path | None]]:
    """The folder that a commit was put into, and the project that has it, if that is on this machine."""
    if shutil.which("git") is None:
        raise ReproduceError(run.name, "git is not installed, and its code is a git commit")
    known = [repository, run.code.get("root"), str(Path.cwd()), run.code.get("remote")]
    tried: list[str] = []
    for place in dict.fromkeys(str(each) for each in known if each):
        if Path(place).is_dir():
            if git(place, "cat-file", "-e", f"{commit}^{{commit}}") is None:
                with _worktree(run, place, commit, folder, keep=keep) as root:
                    yield root, Path(place)
                return
            tried.append(place)
        elif "://" in place or "@" in place or place == repository:
            why = _fetched(place, commit, folder)
            if why is None:
                yield folder, None
                return
            tried.append(f"{place} ({why})")
        else:
            tried.append(f"{place} (not there)")
    raise ReproduceError(
        run.name,
        f"its commit {commit[:12]} is in none of {', '.join(tried)}; say where it is: --repository PATH-OR-URL",
    )


@contextmanager
def _worktree(run: Run, repository: str, commit: str, folder: Path, *, keep: bool) -> Iterator[Path]:
    trouble = worktree.add(repository, folder, commit)
    try:
        if trouble is not None:
            raise ReproduceError(run.name, f"git could not check out {commit[:12]}: {trouble}")
        yield folder
    finally:
        if not keep:
            worktree.remove(repository, folder)


def _fetched(url: str, commit: str, folder: Path) -> str | None:
    """Fetch just one commit; returns what went wrong."""
    folder.mkdir(parents=True, exist_ok=True)
    for words in (
        ("init", "--quiet"),
        ("fetch", "--quiet", "--depth", "1", url, commit),
        ("checkout", "--quiet", "--detach", "FETCH_HEAD"),
    ):
        trouble = git(str(folder), *WITHOUT_HOOKS, *words)
        if trouble is not None:
            return trouble
    return None


def _patch(run: Run, catalog: Catalog, root: Path) -> list[str]:
    """Apply what was not committed; returns what could not be restored."""
    notes: list[str] = []
    left_out = run.code.get("patch_left_out")
    if left_out:
        notes.append(f"Not all of the uncommitted changes were kept: {left_out}.")
    digest = run.code.get("patch")
    if not digest:
        if run.code.get("dirty") and not left_out:
            notes.append("There were uncommitted changes, which are not recorded: the code is that of the commit.")
        return notes
    text = catalog.document(str(digest))
    if text is None:
        return [*notes, "The uncommitted changes are not in the catalog any more: the code is that of the commit."]
    words = ("apply", "--index", "--whitespace=nowarn", "--binary")  # the index is where commits of submodules are
    trouble = git(str(root), *words, data=text.encode("utf-8", "surrogateescape"))
    if trouble is not None:
        notes.append(f"The uncommitted changes could not be applied: {trouble}")
    return notes


@contextmanager
def scratch(*, keep: bool) -> Iterator[Path]:
    """A folder for code and results; gone afterwards, unless it is to be kept.

    Raises:
        ReproduceError: If there is no room for it.
    """
    try:
        folder = Path(tempfile.mkdtemp(prefix="bridge-reproduce-"))
    except OSError as error:
        raise ReproduceError("A run", f"no temporary folder can be made ({error})") from error
    try:
        yield folder
    finally:
        if not keep:
            with suppress(OSError):
                shutil.rmtree(folder, ignore_errors=True)
