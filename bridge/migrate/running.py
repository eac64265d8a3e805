"""A whole project: which files would change, into what, and what is left to do by hand."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from bridge.domain.migration_errors import DirtyTreeError, MigrationError
from bridge.migrate.eras import ERAS, Era, eras_of
from bridge.migrate.finding import Finding, Kind
from bridge.migrate.flow_survey import flows_in, uses_flows
from bridge.migrate.git import uncommitted
from bridge.migrate.notebooks import Notebook, place_in
from bridge.migrate.parameter_survey import parameters_in
from bridge.migrate.rewriting import RULE, Rewritten, rewrite
from bridge.migrate.sources import NotReadableError, Source
from bridge.migrate.sources import replace as replace_file
from bridge.migrate.survey import Survey, uses
from bridge.migrate.walking import files_of


@dataclass(frozen=True, slots=True)
class Changed:
    """What a migration makes of one file.

    Args:
        path: The file.
        before: Its text.
        after: Its text then.
        data: Its bytes then; None if they stay as they are.
        eras: What it is written for.
        findings: In order.
    """

    path: Path
    before: str
    after: str
    data: bytes | None
    eras: tuple[Era, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Migration:
    """What a migration makes of a project; nothing is written yet.

    Args:
        root: What was asked for.
        files: Those of which there is something to say.
        looked_at: How many files there are.
    """

    root: Path
    files: tuple[Changed, ...]
    looked_at: int

    def count(self, kind: Kind) -> int:
        """How many findings of a kind there are."""
        return sum(one.kind == kind for file in self.files for one in file.findings)

    @property
    def changed(self) -> tuple[Changed, ...]:
        """The files that become something else."""
        return tuple(file for file in self.files if file.data is not None)

    def write(self, *, allow_dirty: bool = False) -> None:
        """Write what changes: each file whole, or not at all.

        Raises:
            DirtyTreeError: If one of the files has changes that are not committed, unless that is allowed.
            MigrationError: If one of them cannot be written, or was changed meanwhile; none is written then.
        """
        dirty = uncommitted([file.path for file in self.changed])
        if dirty and not allow_dirty:
            raise DirtyTreeError(str(self.root), dirty)
        for file in self.changed:
            _check_writable(file)
        for file in self.changed:
            assert file.data is not None
            try:
                replace_file(file.path, file.data)
            except OSError as error:
                raise MigrationError(str(file.path), f"it cannot be written: {error.strerror or error}") from error


WORTH_A_PROCESS = 6
"""Files for which it is worth to start another process."""


def plan(
    root: Path,
    *,
    eras: Iterable[Era] | None = None,
    say: Callable[[str], None] = lambda _: None,
    processes: int = 1,
) -> Migration:
    """Work out what a migration makes of a file or a project.

    Args:
        root: A file or a folder.
        eras: What to migrate from; left out, what each file is written for.
        say: Told of what is being done, for people who wait.
        processes: How many may work on it, if there are many files; a script that gives more than 1 needs the guard of
            `if __name__ == "__main__"`.

    Raises:
        MigrationError: If there is no such file or folder.

    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / "flow.py").write_text("from prefect import flow")
    >>> [file.after for file in plan(folder).files]
    ['from bridge import flow']
    """
    files = []
    wanted = tuple(eras) if eras is not None else None
    known = _survey(root, wanted or ERAS)
    paths = list(files_of(root))
    for count, (path, changed) in enumerate(_each(paths, partial(_changed, wanted=wanted, known=known), processes), 1):
        say(f"{path} ({count} of {len(paths)})")
        if changed is not None:
            files.append(changed)
    return Migration(root, tuple(files), len(paths))


def _each(
    paths: Sequence[Path], change: Callable[[Path], Changed | None], processes: int
) -> Iterator[tuple[Path, Changed | None]]:
    """The files with what becomes of them, in order; where there are many, several processes work on them."""
    processes = min(processes, len(paths) // WORTH_A_PROCESS)
    if processes < 2:
        yield from ((path, change(path)) for path in paths)
        return
    with ProcessPoolExecutor(processes, get_context("spawn"), _end_at_once) as pool:
        try:
            yield from zip(paths, pool.map(change, paths, chunksize=2), strict=True)
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def _end_at_once() -> None:
    """Let Ctrl-C end this process without a word: the command that started it says what there is to say."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _survey(root: Path, wanted: Sequence[Era]) -> dict[str, str]:
    """What the files say about each other; nothing where none is ZenML's or has flows of Prefect 1."""
    texts = {}
    for path in files_of(root):
        with suppress(OSError, NotReadableError):
            texts[path] = Source.of(path.read_bytes()).text if path.suffix == ".py" else ""
    known: dict[str, str] = {}
    if "prefect1" in wanted and any("prefect" in text and "Flow" in text for text in texts.values()):
        known.update(flows_in(texts))
    if "zenml" in wanted and any("zenml" in text for text in texts.values()):
        survey, below = Survey(), root if root.is_dir() else root.parent
        for path, text in texts.items():
            survey.look(path, text, below=below)
        known.update(survey.known | parameters_in(texts, below=below))
    return known


def _changed(path: Path, wanted: Sequence[Era] | None, known: dict[str, str]) -> Changed | None:
    try:
        data = path.read_bytes()
    except OSError as error:
        return _left(path, "", f"cannot be read: {error.strerror or error}")
    if b"prefect" not in data and b"zenml" not in data and not known:
        return None
    text = ""
    try:
        source = Source.of(data)
        text = source.text
        if path.suffix == ".ipynb":
            return _notebook(path, source, wanted, known)
        eras, rewritten = _rewritten(source.text, path, wanted, known)
        return _told(path, source, source.text, rewritten.text, eras, rewritten.findings)
    except NotReadableError as error:
        return _left(path, text, f"is left as it is: {error}")


def _notebook(path: Path, source: Source, wanted: Sequence[Era] | None, known: dict[str, str]) -> Changed | None:
    notebook = Notebook.of(source.text)
    module = notebook.module()
    eras, rewritten = _rewritten(module, path, wanted, known)
    after = source.text if rewritten.text == module else notebook.with_module(rewritten.text)
    findings = []
    for one in rewritten.findings:
        cell, line = place_in(module, one.line, notebook.cells)
        findings.append(replace(one, line=line, text=f"cell {cell}: {one.text}"))
    return _told(path, source, source.text, after, eras, tuple(findings))


def _rewritten(
    text: str, path: Path, wanted: Sequence[Era] | None, known: dict[str, str]
) -> tuple[tuple[Era, ...], Rewritten]:
    try:
        there = eras_of(text)
        if "zenml" not in there and uses(text, known):
            there = ("zenml", *there)
        if "prefect1" not in there and uses_flows(text, known):
            there = (*there, "prefect1")
        if wanted is not None and wanted[0] == "prefect2" and "prefect3" in there:
            there = (*there, "prefect2")
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line = getattr(error, "lineno", None) or 0
        why = f"is left as it is: it is not valid Python 3 ({getattr(error, 'msg', None) or error})"
        return (), Rewritten(text, (Finding(line, 0, "manual", RULE, "This file", why),))
    eras = tuple(era for era in ERAS if era in there and (wanted is None or era in wanted))
    return eras, rewrite(text, eras, path=str(path), known=known) if eras else Rewritten(text, ())


def _told(
    path: Path, source: Source, before: str, after: str, eras: tuple[Era, ...], findings: tuple[Finding, ...]
) -> Changed | None:
    if after == before and not findings:
        return None
    return Changed(path, before, after, source.bytes(after) if after != before else None, eras, findings)


def _left(path: Path, text: str, why: str) -> Changed:
    return Changed(path, text, text, None, (), (Finding(0, 0, "manual", RULE, "This file", why),))


def _check_writable(file: Changed) -> None:
    try:
        now = Source.of(file.path.read_bytes()).text
    except (OSError, NotReadableError) as error:
        raise MigrationError(str(file.path), f"it cannot be read any more: {error}") from error
    if now != file.before:
        raise MigrationError(
            str(file.path), "it was changed while the migration was worked out", "Run the command again."
        )
    target = file.path.resolve()
    with suppress(OSError):
        if os.access(target, os.W_OK) and os.access(target.parent, os.W_OK | os.X_OK):
            return
    raise MigrationError(str(file.path), "it cannot be written here", "Nothing was written. Check its permissions.")
