"""The errors about studies, their spaces and their objectives: a branch of the tree in `bridge.domain.errors`."""

from __future__ import annotations

from collections.abc import Sequence

from bridge.domain.errors import BridgeError


class TuningError(BridgeError, ValueError):
    """A study that cannot be made, continued or begun as asked.

    >>> str(TuningError("churn", "n_trials=0", "give a number of trials"))
    "The study 'churn' cannot go on with n_trials=0: give a number of trials."
    """

    def __init__(self, study: str, what: str, way_out: str) -> None:
        self.study = study
        super().__init__(f"The study {study!r} cannot go on with {what}: {way_out}.")


class SpaceError(TuningError):
    """A parameter without a range, or with one that cannot be.

    >>> str(SpaceError("lr", "LogUniform(0, 1)", "a logarithmic range begins above 0"))
    "The parameter 'lr' cannot be searched in LogUniform(0, 1): a logarithmic range begins above 0."
    """

    def __init__(self, parameter: str, given: object, why: str) -> None:
        self.parameter = parameter
        Exception.__init__(self, f"The parameter {parameter!r} cannot be searched in {given}: {why}.")


class EmptySpaceError(TuningError):
    """An objective of whose parameters none is searched."""

    def __init__(self, objective: str, parameters: Sequence[str]) -> None:
        there = ", ".join(parameters) or "none"
        Exception.__init__(
            self,
            f"Nothing of the objective {objective!r} can be searched (its parameters: {there}). Give a space, "
            f'space={{"lr": LogUniform(1e-5, 1e-1)}}, or annotate a parameter, lr: Annotated[float, '
            f"LogUniform(1e-5, 1e-1)], or let it take Optuna's trial as its first parameter: def objective(trial).",
        )


class NoTrialError(TuningError):
    """A study that is over and has no trial with a result."""

    def __init__(self, study: str, failed: int, why: str) -> None:
        Exception.__init__(
            self,
            f"None of the {failed} trials of study {study!r} has a result. The last one failed with: "
            f"{why.rstrip('.')}. The same name continues the study; `on_failure='raise'` stops at the first failure.",
        )


class ObjectiveError(BridgeError, TypeError):
    """An objective that does not return what a study needs.

    >>> str(ObjectiveError("fit", "'good' (str)", "a number"))
    "The objective 'fit' returned 'good' (str): a study needs a number."
    """

    def __init__(self, objective: str, returned: str, needed: str) -> None:
        self.objective, self._said = objective, (objective, returned, needed)
        super().__init__(f"The objective {objective!r} returned {returned}: a study needs {needed}.")

    def __reduce__(self) -> tuple[type[ObjectiveError], tuple[str, str, str]]:
        """It comes from the process that ran the trial."""
        return type(self), self._said


class StudyNotFoundError(BridgeError, LookupError):
    """No study has that name."""

    def __init__(self, name: str, known: Sequence[str]) -> None:
        self.name, self.known = name, tuple(known)
        shown = ", ".join(known[:8]) + (f" and {len(known) - 8} more" if len(known) > 8 else "")
        super().__init__(f"No study is called {name!r}. There is: {shown or 'none yet'}. `bridge studies` lists them.")
