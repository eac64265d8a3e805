"""Two runs compared, as a workspace knows them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from bridge.domain.run import Run, Step
from bridge.domain.run_difference import (
    Cause,
    Divergence,
    RunDifference,
    RunSide,
    SlotDifference,
    StepDifference,
    StepSide,
    has_failed,
)
from bridge.lineage.runs.causes import Facts, causes_of
from bridge.lineage.runs.codes import CodeReader, Codes, code_changes
from bridge.lineage.runs.finding import find_run, run_before, steps_in_order
from bridge.lineage.runs.metrics import metric_changes
from bridge.lineage.runs.pairing import Pair, paired
from bridge.lineage.runs.surroundings import (
    environment_changes,
    has_environment,
    package_changes,
    parameter_changes,
)
from bridge.lineage.runs.versions import Versions
from bridge.workspace import Workspace

Say = Callable[[str], None]

MOST_IN_DEPTH = 20
"""Outputs whose values are compared."""


def diff_runs(old: str, new: str | None = None, *, limit: int = 5) -> RunDifference:
    """Compare two runs: parameters, code, environment, metrics, what each step used and gave, and where they parted.

    Steps are matched by task. What they gave is compared by digest, and by value where the digests differ.

    Args:
        old: The run that is compared with: its name, its id or the first characters of it, `latest` or `latest~1`;
            with nothing else, the run that is looked at, which is then compared with the one of its flow before it.
        new: The run that is looked at.
        limit: Examples of each kind, as for `bridge.diff`.

    Raises:
        RunNotFoundError: If there is no such run.
        AmbiguousError: If ids of several runs begin so.
        DifferenceError: If there is no run before the one that was asked for.

    >>> from bridge import flow
    >>> @flow
    ... def doubling(n: int): return 2 * n
    >>> doubling(1), doubling(2)
    (2, 4)
    >>> found = diff_runs("latest~1", "latest")
    >>> [(change.path, change.old, change.new) for change in found.parameters]
    [('n', 1, 2)]
    >>> found.divergence.causes[0].kind
    'parameter'
    """
    from bridge.workspace import current

    workspace = current()
    one = find_run(workspace.catalog, old)
    pair = (run_before(workspace.catalog, one), one) if new is None else (one, find_run(workspace.catalog, new))
    return compare_runs(workspace, *pair, limit=limit)


def compare_runs(
    workspace: Workspace, old: Run, new: Run, *, limit: int = 5, patience: float = 1.0, say: Say = lambda text: None
) -> RunDifference:
    """Compare two runs that were found; as `diff_runs`.

    Args:
        workspace: Where both are.
        old: The run that is compared with.
        new: The run that is looked at.
        limit: As for `diff_runs`.
        patience: Seconds to wait for the tracker's metrics once all else is done.
        say: Is told what is being done.
    """
    say("Reading the steps")
    versions = Versions(workspace, limit=limit, say=say)
    reader = CodeReader(workspace.catalog)
    of_old, of_new = (steps_in_order(workspace.catalog, run) for run in (old, new))
    versions.look_up(of_old, of_new)
    pairs = paired(of_old, of_new, versions.digests)
    codes = [reader.compare(pair) for pair in pairs]
    steps = [_step(pair, code, versions) for pair, code in zip(pairs, codes, strict=True)]
    steps, first = _in_depth(steps, versions)
    facts = _facts(workspace, old, new, pairs, codes)
    divergence = None
    if first is not None:
        causes = causes_of(steps[first], pairs[first], codes[first], facts)
        divergence = _divergence(steps[first], pairs[first], causes)
    say("Asking the tracker for metrics")
    metrics, silent = metric_changes((old, new), patience)
    return RunDifference(
        old=_side(old),
        new=_side(new),
        parameters=facts.parameters,
        code=code_changes(zip(pairs, codes, strict=True), limit=limit),
        packages=facts.packages,
        environment=facts.environment,
        metrics=metrics,
        steps=tuple(steps),
        divergence=divergence,
        notes=(*_notes(old, new, steps, codes), *versions.notes, *silent),
    )


def _facts(workspace: Workspace, old: Run, new: Run, pairs: Sequence[Pair], codes: Sequence[Codes]) -> Facts:
    of_tasks, of_flow = set(), dict[str, None]()
    for pair, code in zip(pairs, codes, strict=True):
        step = pair[1] or pair[0]
        if step is not None and step.id in (old.id, new.id):
            of_flow |= dict.fromkeys(code.changes)
        else:
            of_tasks |= set(code.changes)
    return Facts(
        old,
        new,
        parameter_changes(old, new),
        package_changes(workspace.catalog, old, new),
        environment_changes(old, new) if has_environment(old) and has_environment(new) else (),
        tuple(name for name in of_flow if name not in of_tasks),
        has_environment(old) and has_environment(new),
    )


def _side(run: Run) -> RunSide:
    seconds = (run.ended - run.started).total_seconds() if run.ended else None
    return RunSide(run.id, run.name, run.flow, run.state, run.started, seconds)


def _step_side(step: Step | None) -> StepSide | None:
    if step is None:
        return None
    return StepSide(step.id, step.name, step.state, (step.ended - step.started).total_seconds(), step.error)


def _step(pair: Pair, codes: Codes, versions: Versions) -> StepDifference:
    one = pair[1] or pair[0]
    old, new = _step_side(pair[0]), _step_side(pair[1])
    if old is None or new is None or has_failed(old) or has_failed(new):
        outputs: tuple[SlotDifference, ...] = ()
    else:
        outputs = versions.outputs(pair)
    both = old is not None and new is not None
    return StepDifference(
        task=one.task if one is not None else "",
        old=old,
        new=new,
        inputs=versions.inputs(pair) if both else (),
        outputs=outputs,
        code=tuple(codes.changes),
        unsaved=versions.unsaved(pair) if both else (),
    )


def _in_depth(steps: Sequence[StepDifference], versions: Versions) -> tuple[list[StepDifference], int | None]:
    """Compare values of outputs, from the first step on; give the place of the first step that diverged."""
    found, first, left = list(steps), None, MOST_IN_DEPTH
    equal: set[tuple[str | None, str | None]] = set()
    for place, step in enumerate(steps):
        found[place] = _without_equal(step, equal)
        if step.outputs and left > 0:
            left -= len(step.outputs)
            outputs = tuple(versions.in_depth(one) for one in step.outputs)
            equal |= {(one.old, one.new) for one in outputs if one.equal}
            found[place] = replace(found[place], outputs=outputs)
        if first is None and found[place].diverged:
            first = place
    return found, first


def _without_equal(step: StepDifference, equal: set[tuple[str | None, str | None]]) -> StepDifference:
    """A step, without inputs whose values are known to be equal."""
    if not equal or not step.inputs:
        return step
    return replace(step, inputs=tuple(one for one in step.inputs if (one.old, one.new) not in equal))


def _divergence(step: StepDifference, pair: Pair, causes: tuple[Cause, ...]) -> Divergence:
    names = (step.old.name if step.old else None, step.new.name if step.new else None)
    uses = any(each is not None and each.inputs for each in pair)
    return Divergence(step.task, names, _how(step, uses=uses), causes)


def _how(step: StepDifference, *, uses: bool) -> str:
    if step.old is None or step.new is None:
        return f"only the {'newer' if step.old is None else 'older'} run has it"
    if has_failed(step.old) != has_failed(step.new):
        return f"it ended {step.old.state}, then {step.new.state}"
    if step.inputs:
        return "its inputs differ, and so do its outputs"
    return "its inputs are the same, its outputs differ" if uses else "it has no recorded inputs, its outputs differ"


def _notes(old: Run, new: Run, steps: Sequence[StepDifference], codes: Sequence[Codes]) -> list[str]:
    notes = []
    if old.flow != new.flow:
        notes.append(
            f"These are runs of two flows, {old.flow} and {new.flow}: steps are matched where tasks have one name."
        )
    for run in (old, new):
        if run.ended is None:
            notes.append(f"Run {run.name} has not ended: what it has not done yet is not compared.")
        if not has_environment(run):
            notes.append(f"Run {run.name} has no record of its environment: an earlier bridge made it.")
    unsaved = [step.task for step in steps if step.unsaved]
    if unsaved:
        notes.append(f"Not compared, as their bytes are not kept: outputs of {', '.join(dict.fromkeys(unsaved))}.")
    return notes
