"""Which drivers a study has: processes that ask for its trials. What a dead one has begun is begun again.

A driver notes itself in the study, and says every twenty seconds that it is there. One is dead if its process on this
machine is gone, or if it has not been heard of for a minute and a half. Trials that it left running go back to those
that wait, under their numbers and with the parameters that were chosen for them.
"""

from __future__ import annotations

import threading
import uuid
from datetime import datetime, timedelta, timezone
from typing import Any

from optuna.study import Study
from optuna.trial import FrozenTrial, TrialState

from bridge.flows.trials import here, is_dead

DRIVER, DRIVERS = "bridge:driver", "bridge:driver:"
"""What a trial notes; and what the names of a study's notes begin with, one for each driver."""

BEAT, SILENCE = 20.0, 90.0
"""Seconds between two words of a driver, and for which a living one is never silent."""


class Driver:
    """This process, as one that asks for a study's trials.

    Args:
        study: Whose.
    """

    def __init__(self, study: Study) -> None:
        self.id = uuid.uuid4().hex[:12]
        self._study, self._over = study, threading.Event()
        self._thread = threading.Thread(target=self._go_on, name="bridge-study", daemon=True)

    def begin(self) -> list[FrozenTrial]:
        """Note that it is there, and take back what dead drivers left running; these trials."""
        self._say(_now())
        self._thread.start()
        return take_back(self._study, besides=self.id)

    def own(self, trial_id: int) -> None:
        """Note that a trial is run by this driver."""
        self._study._storage.set_trial_system_attr(trial_id, DRIVER, self.id)

    def end(self) -> None:
        """Note that it asks for no more."""
        self._over.set()
        self._thread.join()
        self._say(None)

    def _say(self, heard: str | None) -> None:
        note = None if heard is None else {"host": here(), "heard": heard}
        self._study._storage.set_study_system_attr(self._study._study_id, DRIVERS + self.id, note)

    def _go_on(self) -> None:
        while not self._over.wait(BEAT):
            try:
                self._say(_now())
            except Exception:  # noqa: BLE001 - the loop meets the same trouble, and tells it
                continue


def take_back(study: Study, *, besides: str) -> list[FrozenTrial]:
    """Let the trials wait again that no living driver runs.

    Args:
        study: Whose.
        besides: A driver that has begun none yet.
    """
    notes = study._storage.get_study_system_attrs(study._study_id)
    known = {name.removeprefix(DRIVERS): note for name, note in notes.items() if name.startswith(DRIVERS)}
    living = {driver for driver, note in known.items() if driver != besides and is_living(note)}
    taken = []
    for trial in study.get_trials(deepcopy=False, states=(TrialState.RUNNING,)):
        driver = trial.system_attrs.get(DRIVER)
        if driver in living or (driver is None and living):
            continue
        if give_back(study, trial._trial_id):
            taken.append(trial)
    return taken


def give_back(study: Study, trial_id: int) -> bool:
    """Let a trial wait again; False if it has ended meanwhile."""
    from optuna.exceptions import UpdateFinishedTrialError

    try:
        study._storage.set_trial_state_values(trial_id, TrialState.WAITING)
    except UpdateFinishedTrialError:
        return False
    return True


def is_living(note: Any) -> bool:
    """Whether a driver goes on, by what it has noted.

    >>> is_living({"host": here(), "heard": _now()}), is_living({"host": here(), "heard": "2020-01-01T00:00:00+00:00"})
    (True, False)
    """
    if not isinstance(note, dict) or is_dead(str(note.get("host"))):
        return False
    silent = datetime.now(timezone.utc) - datetime.fromisoformat(str(note.get("heard")))
    return silent < timedelta(seconds=SILENCE)


def _now() -> str:
    return datetime.now(timezone.utc).isoformat(timespec="seconds")
