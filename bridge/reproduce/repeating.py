"""Running a recorded run again: its code, its parameters, its inputs, its seeds."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

from bridge.domain.errors import ReproduceError, RunNotFoundError
from bridge.domain.reproduction import Reproduction
from bridge.domain.run import Run
from bridge.lineage.runs import find_run
from bridge.reproduce.causes import divergence_of, of_the_flow
from bridge.reproduce.checkout import Code, code_of, scratch
from bridge.reproduce.child import is_seeded
from bridge.reproduce.comparing import Recorded, compared, ended, pairs_of
from bridge.reproduce.links import link, missing
from bridge.reproduce.plan import Came, Plan
from bridge.reproduce.running import START, ending_cleanly
from bridge.reproduce.running import run as run_process
from bridge.reproduce.studies import seeds_of
from bridge.reproduce.surroundings import (
    Package,
    differences,
    environment_of,
    packages_of,
    scratch_settings,
    settings_of,
    takes_prefects,
)
from bridge.reproduce.used import Used, used_by
from bridge.workspace import Workspace
from bridge.workspace.pinned import Pins, bring, ref_of

TOLERANCE = 1e-9
"""Part by which numbers may differ and still count as equal."""

UNFINISHED = frozenset({"Running", "Pending", "Crashed", "Cancelled", "Cancelling", "Paused", "Suspended"})
"""States of a run that was killed, stopped, or goes on."""

Say = Callable[[str], None]


def _silent(text: str) -> None:
    """Say nothing."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """How a run is to be run again.

    Args:
        in_venv: In an environment of the packages that were recorded, made with uv.
        keep: Keep the folder with the code and the results.
        record: Record the run, and what it makes, where the run that is reproduced is recorded.
        tolerance: Part by which numbers may differ and still count as equal.
        repository: Path or URL of the repository, if it is not where it was.
        links: Files and folders of the project that git does not have, and that are to be there as they are now.
    """

    in_venv: bool = False
    keep: bool = False
    record: bool = False
    tolerance: float = TOLERANCE
    repository: str | None = None
    links: tuple[str, ...] = ()


def again(
    run: str,
    *,
    in_venv: bool = False,
    keep: bool = False,
    record: bool = False,
    tolerance: float = TOLERANCE,
    repository: str | None = None,
    links: Sequence[str] = (),
    say: Say = _silent,
    heard: Say = _silent,
) -> Reproduction:
    """Run a recorded run again, and compare what it makes with what it made.

    Its commit, with what was not committed, is checked out into a folder of its own; the flow runs in a process of its
    own, with the recorded parameters, seeds and environment variables, and with the versions that it loaded then.
    Nothing is cached. What it makes goes into a scratch workspace that is gone afterwards.

    Args:
        run: Its id, the first characters of it, its name, `latest` or `latest~1`.
        in_venv: Make an environment of the recorded packages with uv; else the present one is used.
        keep: Keep the folder with the code and the results.
        record: Record the run and what it makes in the workspace, instead of a scratch one.
        tolerance: Part by which numbers may differ and still count as equal.
        repository: Path or URL of the repository, if it is not where it was.
        links: Files and folders of the project that git does not have, and that are to be there as they are now.
        say: Told what is being done.
        heard: Told what the flow's process prints, line by line.

    Raises:
        RunNotFoundError: If there is no such run.
        ReproduceError: If it cannot be run again; says why.

    >>> again("no-such-run")
    Traceback (most recent call last):
    bridge.domain.errors.RunNotFoundError: No recorded run is called 'no-such-run'. `bridge runs` lists them.
    """
    from bridge.workspace import current

    workspace = current()
    wishes = Wishes(in_venv, keep, record, tolerance, repository, tuple(links))
    return _Again(workspace, find_run(workspace.catalog, run), wishes, say, heard).all()


class _Again:
    """One reproduction."""

    def __init__(self, workspace: Workspace, run: Run, wishes: Wishes, say: Say, heard: Say) -> None:
        self._workspace, self._run, self._wishes = workspace, run, wishes
        self._say, self._heard = say, heard
        self._then = Recorded.of(workspace, run)
        self._notes: list[str] = []

    def all(self) -> Reproduction:
        """Run it and compare."""
        with ending_cleanly(), ExitStack() as stack:
            folder = stack.enter_context(scratch(keep=self._wishes.keep))
            self._say("Checking out the code")
            code = stack.enter_context(
                code_of(
                    self._run,
                    self._workspace.catalog,
                    folder=folder / "code",
                    repository=self._wishes.repository,
                    keep=self._wishes.keep,
                )
            )
            self._notes += link(code, self._wishes.links, run=self._run.name)
            began = datetime.now(timezone.utc)
            came = self._ran(folder, code, began)
            self._say("Comparing")
            with self._made(folder) as workspace:
                return self._report(folder, code, came, workspace)

    def _ran(self, folder: Path, code: Code, began: datetime) -> Came:
        used = used_by(self._workspace, self._run, self._then.steps)
        packages = packages_of(self._run, self._workspace.catalog)
        self._pin(folder, used, began)
        self._plan(folder, code, used)
        theirs = self._workspace.settings
        settings = settings_of(theirs) if self._wishes.record else scratch_settings(folder, tracker=theirs.tracker)
        environment = environment_of(self._run, code, packages, folder=folder, settings=settings)
        command = [self._python(packages), "-c", START, str(folder / "plan.json")]
        tail: list[str] = []

        def heard(line: str) -> None:
            tail.append(line)
            del tail[:-12]
            self._heard(line)

        self._say(f"Running flow {self._run.flow!r}")
        exit_code = run_process(command, environment, cwd=self._cwd(code), say=heard)
        came = Came.read(folder / "outcome.json")
        if came is None:
            told = " · ".join(line.strip() for line in tail[-3:] if line.strip())
            raise ReproduceError(self._run.name, f"its process ended with exit code {exit_code}: {told}")
        if came.refused or not came.runs:
            raise ReproduceError(self._run.name, came.refused or came.error or "the flow did not begin")
        return came

    def _python(self, packages: Mapping[str, Package]) -> str:
        if not self._wishes.in_venv:
            return sys.executable
        from bridge.reproduce.venv import python_of

        made = python_of(self._run, packages, home=self._workspace.settings.home, say=self._say)
        self._notes += made.notes
        return str(made.python)

    def _pin(self, folder: Path, used: Used, began: datetime) -> None:
        """Write down what the run used, and let the scratch catalog know these versions under their numbers.

        Raises:
            ReproduceError: If something of it was deleted meanwhile.
        """
        refs = [ref_of(text) for text in (*used.loaded, *used.versions.values())]
        there = self._workspace.catalog.versions_of(refs)
        gone = [str(ref) for ref in dict.fromkeys(refs) if ref not in there]
        if gone:
            raise ReproduceError(self._run.name, f"it used {', '.join(gone)}, which was deleted meanwhile")
        Pins(
            settings=self._workspace.settings.model_dump(mode="json"),
            run_id=self._run.id,
            started=self._run.started.isoformat(),
            began=began.isoformat(),
            used=used.loaded,
            imported=used.imported,
            notes=str(folder / "notes.txt"),
        ).write(folder / "pins.json")
        if self._wishes.record or not refs:
            return
        from bridge.catalog import open_catalog

        (folder / "home").mkdir()
        catalog = open_catalog(scratch_settings(folder)["BRIDGE_CATALOG"])
        try:
            for ref in dict.fromkeys(refs):
                bring(self._workspace.catalog, catalog, there[ref])
        finally:
            catalog.close()

    def _plan(self, folder: Path, code: Code, used: Used) -> None:
        source = code.file.read_text(encoding="utf-8", errors="replace")
        Plan(
            flow=self._run.flow,
            file=str(code.file),
            function=code.function,
            outcome=str(folder / "outcome.json"),
            module=str(self._run.code.get("module") or "__main__"),
            nested=self._run.parent_id is not None,
            parameters=dict(used.parameters),
            versions=dict(used.versions),
            lost=used.lost,
            seed=is_seeded(self._run.environment),
            run_as=str(self._run.code.get("run_as") or ""),
            arguments=tuple(self._run.code.get("arguments") or ()),
            activate=takes_prefects(source),
            run="" if self._wishes.record else self._run.name,
            study_seeds={} if self._wishes.record else seeds_of(self._workspace, self._then.steps),
        ).write(folder / "plan.json")

    def _cwd(self, code: Code) -> Path:
        """Where the run was at, in the code that is run; else where this process is, else the project's root."""
        recorded = self._run.code.get("cwd")
        if code.was is None:
            here = Path(str(recorded or Path.cwd()))
            return here if here.is_dir() else Path.cwd()
        here = Path(str(recorded)) if recorded else Path.cwd()
        there = code.root / here.relative_to(code.was) if here.is_relative_to(code.was) else code.root
        return there if there.is_dir() else code.root

    @contextmanager
    def _made(self, folder: Path) -> Iterator[Workspace]:
        """The workspace that has what was made."""
        if self._wishes.record:
            yield self._workspace
            return
        from bridge.workspace.pinned import PinnedWorkspace, open_original

        settings = self._workspace.settings.model_dump(mode="json")
        home = folder / "home"
        own = {"home": str(home), "store": str(home / "store"), "store_options": {}, "cache_limit": 0}
        workspace = open_original({**settings, **own, "catalog": scratch_settings(folder)["BRIDGE_CATALOG"]})
        pinned = PinnedWorkspace(workspace, Pins.read(folder / "pins.json"))
        try:
            yield pinned
        finally:
            workspace.catalog.close()
            pinned.original.catalog.close()

    def _report(self, folder: Path, code: Code, came: Came, workspace: Workspace) -> Reproduction:
        try:
            made = workspace.catalog.run(came.runs[0])
        except RunNotFoundError:
            raise ReproduceError(
                self._run.name, "what it made was not recorded; BRIDGE_ON_ERROR=raise says why"
            ) from None
        now = Recorded.of(workspace, made)
        pairs = pairs_of(self._then, now)
        outputs = compared(self._then, now, pairs, tolerance=self._wishes.tolerance, say=self._say)
        steps = ended(pairs, whole=(self._run, made))
        installed = packages_of(self._run, self._workspace.catalog), packages_of(made, workspace.catalog)
        environment = differences(self._run, made, *installed)
        if self._run.state in UNFINISHED:
            self._notes.append(f"The run did not come to its end ({self._run.state}): what it had made is compared.")
            outputs = [one for one in outputs if one.verdict != "extra"]
            steps = [one for one in steps if one.was]
            pairs = [pair for pair in pairs if pair[0] is not None and pair[0].id != self._run.id]
        self._notes += missing(code, [one.error_now for one in steps])
        divergence = divergence_of(self._then, now, pairs, outputs, steps, environment=environment, notes=code.notes)
        if self._run.state not in UNFINISHED:
            divergence = of_the_flow(divergence, self._run, made, came.error)
        return Reproduction(
            run=self._run.id,
            flow=self._run.flow,
            name=self._run.name,
            code=code.told,
            state=self._run.state,
            state_now=made.state,
            outputs=tuple(outputs),
            steps=tuple(steps),
            divergence=divergence,
            environment=tuple(environment),
            notes=(*code.notes, *self._notes, *_guesses(folder, came)),
            seconds=(_seconds(self._run), _seconds(made)),
            run_now=made.id,
            kept=str(folder) if self._wishes.keep else None,
        )


def _guesses(folder: Path, came: Came) -> list[str]:
    taken = [f"The parameter {name} was not kept: what the script passes now was taken." for name in came.taken]
    try:
        told = (folder / "notes.txt").read_text(encoding="utf-8").splitlines()
    except OSError:
        told = []
    return [*taken, *dict.fromkeys(told)]


def _seconds(run: Run) -> float | None:
    return (run.ended - run.started).total_seconds() if run.ended else None
