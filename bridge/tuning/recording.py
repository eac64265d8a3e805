"""What is recorded of a study beside its trials: its own versions, and which of all that was made is the best."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, Literal

from optuna.study import Study
from optuna.trial import FrozenTrial

from bridge.domain.errors import BridgeError
from bridge.domain.measures import Measure
from bridge.domain.naming import STUDIES
from bridge.domain.version import Version, VersionRef
from bridge.flows import trials
from bridge.flows.passing import passed
from bridge.flows.publishing import BEST
from bridge.flows.values import save
from bridge.tuning.attempt import STEPS
from bridge.tuning.objective import Objective
from bridge.tuning.running import ERROR, STEP
from bridge.tuning.study import SEED, best_of
from bridge.workspace import available, current, guarded

Keep = Literal["all", "best"]


def artifact_of(study: str) -> str:
    """Name of the artifact whose versions are the states of a study.

    >>> artifact_of("churn")
    'studies/churn'
    """
    return f"{STUDIES}{study.replace('@', '-')}"


def recorded(study: Study, objective: Objective) -> Version | None:
    """Save a study as it is now; None where nothing is recorded."""
    workspace = available()
    if workspace is None:
        return None
    return guarded(
        f"recording study {study.study_name!r}",
        lambda: save(described(study, objective), artifact_of(study.study_name)),
        on_error=workspace.settings.on_error,
    )


def described(study: Study, objective: Objective) -> dict[str, Any]:
    """A study as plain values: what was sought, where, and the trials that are over.

    Nothing that is another when the same study is run again: which steps the trials were, and what they took, is said
    by the steps.
    """
    over = [one for one in study.get_trials(deepcopy=False) if one.state.is_finished()]
    best = best_of(study)
    told: dict[str, Any] = {
        "study": study.study_name,
        "objective": objective.name,
        "directions": [one.name.lower() for one in study.directions],
        "sampler": str(study.sampler) if str(study.sampler)[:1] != "<" else type(study.sampler).__name__,
        "pruner": type(study.pruner).__name__,
        "seed": study._storage.get_study_system_attrs(study._study_id).get(SEED),
        "space": {name: str(one) for name, one in objective.space.items()},
    }
    if best is not None:
        told |= {"best_trial": best.number, "best_value": best.value, "best_params": _plain(best.params)}
    elif len(study.directions) > 1:
        told["front"] = [one.number for one in study.best_trials]
    return told | {"trials": [_row(one) for one in over]}


def _row(trial: FrozenTrial) -> dict[str, Any]:
    row: dict[str, Any] = {
        "number": trial.number,
        "state": trial.state.name,
        "values": trial.values,
        "params": _plain(trial.params),
    }
    if trial.intermediate_values:
        row["reported"] = len(trial.intermediate_values)
    if ERROR in trial.system_attrs:
        row["error"] = trial.system_attrs[ERROR]
    if trial.user_attrs:
        row["user_attrs"] = _plain(trial.user_attrs)
    return row


def _plain(values: Any) -> Any:
    return json.loads(json.dumps(values, default=str))


def settle(study: Study, objective: Objective, *, keep: Keep) -> None:
    """Say which versions are the best trial's, register its models, and let those of the others go if that is wanted.

    Nothing in here ends the run, unless `on_error = "raise"`.
    """
    workspace = available()
    if workspace is None:
        return
    single = len(study.directions) == 1
    best = [one for one in [best_of(study)] if one is not None] if single else list(study.best_trials)
    on_error, doing = workspace.settings.on_error, f"recording the best of study {study.study_name!r}"
    _log(study, best, objective)
    if single:
        guarded(doing, lambda: _point(best), on_error=on_error)
        guarded(doing, lambda: _register(best, objective), on_error=on_error)
    else:
        guarded(doing, lambda: _tag(study.study_name, best), on_error=on_error)
    if keep == "best":
        guarded("forgetting what other trials made", lambda: _forget(study, best), on_error=on_error)


def _log(study: Study, best: Sequence[FrozenTrial], objective: Objective) -> None:
    """Say in the flow's run which study it had, and what came of it."""
    told: dict[str, Any] = {"study": study.study_name, "trials": len(study.get_trials(deepcopy=False))}
    measures = []
    if len(study.directions) == 1 and best:
        told |= {"best_trial": best[0].number, "best_params": _plain(best[0].params)}
        measures = [Measure(f"{objective.name}.best_value", float(best[0].values[0]))]
    elif best:
        told["front"] = [one.number for one in best]
    trials.log(measures=measures, tags={f"bridge.study.{objective.name}": json.dumps(told)[:5000]})


def _point(best: Iterable[FrozenTrial]) -> None:
    """Point the alias `best` at what the best trial made."""
    for ref in made_by(best):
        current().catalog.set_alias(ref, BEST)


def _tag(study: str, front: Iterable[FrozenTrial]) -> None:
    """Tag what the trials on the front made: an alias is at one version only."""
    for ref in made_by(front):
        current().catalog.tag(ref, {"front": study[:250]})


def _register(best: Iterable[FrozenTrial], objective: Objective) -> None:
    for trial in best:
        for step_id in steps_of(trial):
            trials.register_best(objective.task, step_id)


def _forget(study: Study, best: Iterable[FrozenTrial]) -> None:
    """Forget versions that only other trials made; what an alias or a model holds stays."""
    kept = set(made_by(best))
    others = [one for one in study.get_trials(deepcopy=False) if one.state.is_finished()]
    steps = {step for one in others for step in steps_of(one)}
    catalog, going = current().catalog, []
    for ref in dict.fromkeys(made_by(others)):
        if ref in kept:
            continue
        version = current().resolve(str(ref))
        if version.step_id in steps:  # else it was there before
            going.append(ref)
    catalog.forget(going, despite=("run", "latest"))  # this run goes on, and the best one has an alias


def made_by(some: Iterable[FrozenTrial]) -> Iterator[VersionRef]:
    """Versions that trials made."""
    for trial in some:
        for step_id in steps_of(trial):
            step = current().catalog.step(step_id)
            for output in step.outputs if step is not None else ():
                if isinstance(output.what, VersionRef) and _is_there(output.what):
                    yield output.what


def steps_of(trial: FrozenTrial) -> list[str]:
    """Task runs of a trial: its own, and those within it."""
    own = trial.system_attrs.get(STEP)
    return [*([str(own)] if own else []), *map(str, trial.system_attrs.get(STEPS, ()))]


def _is_there(ref: VersionRef) -> bool:
    try:
        return current().has(ref)
    except BridgeError:
        return False


def as_of(objective: Objective, study: Study) -> Objective:
    """The objective with what all trials get, as it is sent to them."""
    fixed = {name: trials.resolved(value) for name, value in objective.fixed.items()}
    if not trials.is_in_this_process() and available() is not None:
        fixed = {name: passed(value, f"{artifact_of(study.study_name)}/{name}") for name, value in fixed.items()}
    return replace(objective, fixed=fixed)
