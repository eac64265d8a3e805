"""Why a step may have given something else, the likeliest cause first."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bridge.domain.content_difference import Change
from bridge.domain.run import Run
from bridge.domain.run_difference import Cause, CauseKind, SlotDifference, StepDifference
from bridge.lineage.runs.codes import Codes
from bridge.lineage.runs.pairing import Pair

_RANDOM = re.compile(
    r"\brandom\b|\brandn?\(|randint|default_rng|\bshuffle|\bsample\(|train_test_split|\bkfold|dropout|uuid[14]|secrets\."
    r"|manual_seed|(?:forest|boost\w*|sgd\w*|mlp\w*|kmeans|perceptron|extratrees\w*|lgbm\w*|catboost\w*|svc)\w*\(|nn\.",
    re.IGNORECASE,
)
_SEEDED = re.compile(r"\w+\([^()]*\brandom_state\s*=\s*(?!None\b)[^()]*\)|\bdefault_rng\(\s*(?!None\b)[^()\s][^()]*\)")
"""Calls with a seed of their own: they give the same each time."""
_READS = re.compile(
    r"\bopen\(|read_\w+\(|\.read\w*\(|urlopen|requests\.|httpx\.|\bconnect\(|load_dataset|fetch_\w+\(|\bglob\(|iterdir"
    r"|listdir|scandir|boto3|fsspec|\bnp\.load|\bload\w*\(|Path\(|from_file|imread|genfromtxt|loadtxt"
)
_DEFINED = re.compile(r"\b(?:def|class)\s+\w+")
_NAMED = ("python", "implementation", "seed", "commit", "uncommitted")
_VARIABLES = re.compile(r"\bos\.environ\b|\bgetenv\(|\benviron\b")
_CLOCK = re.compile(r"\btime\.\w*time|\bnow\(|\btoday\(|utcnow|perf_counter|monotonic\(|\btime\(\)")


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of two runs as wholes.

    Args:
        old: The older run.
        new: The newer run.
        parameters: That differ.
        packages: That differ.
        environment: What of it differs.
        flow: What differs of the flow's own code and not of a task's.
        recorded: Whether both runs have a record of their environment.
    """

    old: Run
    new: Run
    parameters: tuple[Change, ...]
    packages: tuple[Change, ...]
    environment: tuple[Change, ...]
    flow: tuple[str, ...]
    recorded: bool


def causes_of(step: StepDifference, pair: Pair, codes: Codes, facts: Facts) -> tuple[Cause, ...]:
    """What may have made a step give something else, the likeliest first; never empty.

    Args:
        step: The first that did.
        pair: The same, as recorded.
        codes: Its code in both runs.
        facts: The runs.
    """
    if step.old is None or step.new is None:
        found = list(_of_flow(facts, where="the flow did not come to it"))
    else:
        found = [*_of_inputs(step.inputs), *_of_step(step, codes, facts)]
    return tuple(_once(found)) or (_nothing(codes, facts),)


def _once(causes: Sequence[Cause]) -> Iterator[Cause]:
    kinds = set()
    for cause in causes:
        if cause.kind not in kinds:
            kinds.add(cause.kind)
            yield cause


def _of_inputs(inputs: Sequence[SlotDifference]) -> Iterator[Cause]:
    """No earlier step of the run made them, or it would have been the first to differ."""
    for one in inputs:
        if one.old is None or one.new is None:
            yield Cause("order", f"input {one.slot!r} was {one.old or 'nothing that is recorded'}, now {_now(one)}")
        else:
            yield Cause("data", f"input {one.slot!r} is other data: {one.old} → {one.new}")


def _now(one: SlotDifference) -> str:
    return one.new or "nothing that is recorded"


def _of_step(step: StepDifference, codes: Codes, facts: Facts) -> Iterator[Cause]:
    text = _DEFINED.sub("", "\n".join(codes.texts))
    named = [change for change in facts.parameters if _is_named(change, codes)]
    if named:
        yield Cause("parameter", f"{_told(named)}, which {step.task} takes")
    if codes.changes:
        yield Cause("code", f"{_names(list(codes.changes))} changed, which {step.task} reaches")
    seeds = [change for change in facts.environment if change.path == "seed"]
    if seeds and _random_in(text):
        yield Cause("seed", f"seed {_told(seeds, bare=True)}, and {step.task} takes random numbers")
    if codes.packages:
        nothing = "not reached"
        changed = [f"{name} {old or nothing} → {new or nothing}" for name, (old, new) in codes.packages.items()]
        kind: CauseKind = "python" if set(codes.packages) == {"python"} else "package"
        yield Cause(kind, f"{_names(changed)}, which {step.task} reaches")
    if facts.parameters and not named:
        yield Cause("parameter", f"{_told(facts.parameters)}")
    if facts.flow:
        yield Cause("code", f"the flow's own code changed: {_names(list(facts.flow))}")
    yield from _of_surroundings(step, text, facts)


def _of_surroundings(step: StepDifference, text: str, facts: Facts) -> Iterator[Cause]:
    """What speaks less clearly: nothing that the step itself is known to reach."""
    others = [change for change in facts.environment if change.path not in _NAMED]
    if (asked := _VARIABLES.search(text)) is not None:
        told = "which are not all recorded: BRIDGE_RECORD_VARIABLES adds to them" if not others else _told(others)
        yield Cause("environment", f"{step.task} reads environment variables ({_shown(asked)}), {told}")
    seeded = all(run.environment.get("seeds") for run in (facts.old, facts.new))
    if (found := _READS.search(text)) is not None:
        yield Cause("data", f"{step.task} reads from outside ({_shown(found)}), and what it read is not recorded")
    if not seeded and (found := _random_in(text)) is not None:
        yield Cause("randomness", f"{step.task} takes random numbers ({_shown(found)}), and no seed is recorded")
    if (found := _CLOCK.search(text)) is not None:
        yield Cause("clock", f"{step.task} asks for the time ({_shown(found)})")
    if facts.packages:
        yield Cause("package", f"installed packages differ: {_told(facts.packages)}")
    pythons = [change for change in facts.environment if change.path in ("python", "implementation")]
    if pythons:
        yield Cause("python", _told(pythons))
    if others:
        yield Cause("environment", _told(others))
    if seeded and not any(change.path == "seed" for change in facts.environment) and _random_in(text):
        yield Cause("order", f"{step.task} takes random numbers after the same seed: perhaps in another order of steps")


def _random_in(text: str) -> re.Match[str] | None:
    """Where a code takes random numbers of which no seed is said there."""
    return _RANDOM.search(_SEEDED.sub("", text))


def _of_flow(facts: Facts, *, where: str) -> Iterator[Cause]:
    if facts.parameters:
        yield Cause("parameter", f"{_told(facts.parameters)}")
    if facts.flow:
        yield Cause("code", f"the flow's own code changed: {_names(list(facts.flow))}")
    ended = [run for run in (facts.old, facts.new) if run.state not in ("Completed", "Cached")]
    if ended:
        told = "has not ended" if ended[0].ended is None else f"ended {ended[0].state}"
        yield Cause("unknown", f"run {ended[0].name} {told}, so that {where}")
    if facts.packages:
        yield Cause("package", f"installed packages differ: {_told(facts.packages)}")


def _nothing(codes: Codes, facts: Facts) -> Cause:
    if not codes.known or not facts.recorded:
        return Cause("unknown", "one of the runs has no record of its code or environment")
    return Cause("unknown", "parameters, code, packages, environment and inputs are the same, as far as recorded")


def _is_named(change: Change, codes: Codes) -> bool:
    """Whether the step's own function takes a parameter of that name."""
    if not codes.texts:
        return False
    name = re.split(r"[.\[]", change.path)[0]
    signature = re.search(r"def\s+\w+\s*\((.*?)\)\s*(?:->|:)", codes.texts[0], re.DOTALL)
    return signature is not None and re.search(rf"\b{re.escape(name)}\b", signature[1]) is not None


def _told(changes: Sequence[Change], *, bare: bool = False) -> str:
    def value(change: Change) -> str:
        if change.what == "changed":
            return f"{change.old} → {change.new}"
        return f"added: {change.new}" if change.what == "added" else f"removed: {change.old}"

    return _names([value(change) if bare else f"{change.path} {value(change)}" for change in changes])


def _names(names: Sequence[str]) -> str:
    rest = len(names) - 3
    return ", ".join(names[:3]) + (f" and {rest} more" if rest > 0 else "")


def _shown(found: re.Match[str]) -> str:
    return found[0].strip("( \n")
