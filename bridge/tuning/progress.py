"""How far a study is, for people who wait for it: in the terminal, in the run's log and on its page in Prefect.

Trials pay for none of it: `told` notes what is new, a thread of its own says it, at most every few seconds.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from bridge.domain.secret_urls import redacted
from bridge.flows import ending
from bridge.flows.live import LiveArtifact, Place, here
from bridge.tuning.bar import Bar
from bridge.tuning.board import Board, best_first, board
from bridge.tuning.leaders import Leaders, directions_of
from bridge.tuning.standing import Standing
from bridge.workspace import guarded, warn_once

if TYPE_CHECKING:
    from optuna.study import Study
    from optuna.trial import FrozenTrial

ROWS = 50
"""Trials that the table on the run's page has."""

TICK = 0.5
"""Seconds between two looks of the terminal's line."""

LOGGED = 15.0, 60.0
"""Seconds until the log says how far it is, where there is no terminal, and until it says so again."""

PATIENCE = 2.0
"""Seconds that the end of the process waits for the page to be written."""


class Progress:
    """Shows a study that goes on. Never raises; thread-safe.

    Args:
        timeout: Seconds after which the study ends, if it does.
        after: Seconds until anything is shown; a shorter study says only how it ended.
        every: Seconds between two writes of the page in Prefect.

    >>> import optuna
    >>> progress, study = Progress(), optuna.create_study(study_name="doctest")
    >>> progress.began(study, 2)
    >>> study.optimize(lambda trial: 1.0, n_trials=2, callbacks=[progress.told])
    >>> progress.ended(study)
    """

    def __init__(self, *, timeout: float | None = None, after: float = 1.0, every: float = 5.0) -> None:
        self._timeout, self._after, self._every = timeout, after, every
        self._showing: _Showing | None = None

    def began(self, study: Study, n_trials: int | None) -> None:
        """A study has begun, or goes on.

        Args:
            study: It, with what was done before.
            n_trials: Trials that it is to have in all; None if time or the user ends it.
        """

        def begin() -> None:
            self._showing = _Showing(study, n_trials, self._timeout, after=self._after, every=self._every)
            self._showing.start()

        guarded("showing the progress of a study", begin, on_error="warn", topic="progress")

    def told(self, study: Study, trial: FrozenTrial) -> None:
        """A trial has ended: complete, pruned or failed. Costs microseconds."""
        showing = self._showing
        if showing is not None:
            guarded("noting a trial", lambda: showing.note(trial), on_error="warn", topic="progress")

    def ended(self, study: Study) -> None:
        """The study has ended, in whatever way; a second time is nothing."""
        showing, self._showing = self._showing, None
        if showing is not None:
            guarded("showing the end of a study", showing.end, on_error="warn", topic="progress")


class _Showing:
    """One call of `tune`, from its beginning to its end."""

    def __init__(self, study: Study, total: int | None, timeout: float | None, *, after: float, every: float) -> None:
        self._study, self._name, self._total, self._timeout = study, study.study_name, total, timeout
        self._after, self._every = after, every
        self._place: Place = here()
        self._begun = time.monotonic()
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._bar: Bar | None = None
        self._done = 0
        self._leaders = Leaders(directions_of(study))
        self._trials: dict[int, FrozenTrial] = {}
        for trial in study.get_trials(deepcopy=False):
            if trial.state.is_finished():
                self._trials[trial.number] = trial
                self._leaders.add(trial)
        self._before = len(self._trials)
        self._thread = threading.Thread(target=self._show, name="bridge-study", daemon=True)

    def start(self) -> None:
        self._thread.start()
        if self._place.flow_run_id is not None:
            ending.wait_for(self._thread, PATIENCE)

    def note(self, trial: FrozenTrial) -> None:
        with self._lock:
            self._done += trial.number not in self._trials
            self._trials[trial.number] = trial
            self._leaders.add(trial)

    def end(self) -> None:
        """Stop the terminal's line and say how it ended; the page is written by the thread, which is not waited for."""
        self._over.set()
        with self._lock:
            bar, self._bar = self._bar, None
        if bar is not None:
            bar.stop()
        self._place.log.info(redacted(self.standing().ended()))

    def standing(self) -> Standing:
        with self._lock:
            return Standing(
                name=self._name,
                done=self._done,
                total=self._total,
                seconds=time.monotonic() - self._begun,
                timeout=self._timeout,
                trials=tuple(self._trials.values()),
                best=self._leaders.trials,
                before=self._before,
            )

    def _show(self) -> None:
        page = _Page(self._study, self._place)
        try:
            if not self._over.wait(self._after):
                guarded("showing a study in the terminal", self._start_bar, on_error="warn", topic="progress bar")
                self._while_it_goes_on(page)
            page.write(self.standing(), is_over=True)
        finally:
            page.close()

    def _while_it_goes_on(self, page: _Page) -> None:
        written, logged, pause, done = float("-inf"), self._begun, LOGGED[0], -1
        while not self._over.is_set() and not ending.has_begun():
            now, standing = time.monotonic(), self.standing()
            self._update_bar(standing)
            if now - written >= self._every and standing.done != done:
                page.write(standing, is_over=False)
                written, done = time.monotonic(), standing.done
            if self._bar is None and now - logged >= pause:
                self._place.log.info(redacted(standing.going_on()))
                logged, pause = now, LOGGED[1]
            self._over.wait(TICK)

    def _start_bar(self) -> None:
        if not self._place.console.is_terminal:
            return
        bar = Bar(self._name, self._total, console=self._place.console)
        with self._lock:
            if self._over.is_set():
                return
            bar.start()  # raises where another study's line is there already; the log then says how far this one is
            self._bar = bar

    def _update_bar(self, standing: Standing) -> None:
        bar = self._bar
        if bar is not None:
            bar.update(standing.all, text=standing.done_text(), best=standing.best_text(), left=standing.left_text())


class _Page:
    """The study on its run's page in Prefect; where that cannot be written, it is said once and let be."""

    def __init__(self, study: Study, place: Place) -> None:
        self._study = study
        self._failed = place.flow_run_id is None
        self._parts: tuple[LiveArtifact, LiveArtifact] | None = None
        if place.flow_run_id is not None:
            key = f"study-{study.study_name}"
            self._parts = (
                LiveArtifact(f"{key}-progress", type="progress", flow_run_id=place.flow_run_id),
                LiveArtifact(f"{key}-trials", type="table", flow_run_id=place.flow_run_id),
            )

    def write(self, standing: Standing, *, is_over: bool) -> None:
        if self._parts is not None and not self._failed:
            self._failed = not self._try(lambda: self._write(standing, is_over))

    def _write(self, standing: Standing, is_over: bool) -> None:
        assert self._parts is not None
        progress, table = self._parts
        text = redacted(standing.ended() if is_over else standing.going_on())
        progress.progress(100.0 if is_over else standing.percent(), text)
        shown = best_first(standing.trials, directions_of(self._study), most=ROWS)
        table.table(_rows(board(self._study, shown, most=ROWS)), text)

    def close(self) -> None:
        for part in self._parts or ():
            self._try(part.close)

    def _try(self, work: Callable[[], None]) -> bool:
        try:
            work()
        except Exception as error:  # noqa: BLE001  whatever Prefect's client and what lies between raise
            warn_once("progress", f"bridge: the progress of a study is not on its run's page: {error}")
            return False
        return True


def _rows(table: Board) -> list[dict[str, str]]:
    return [dict(zip(table.columns, row, strict=True)) for row in table.rows]
