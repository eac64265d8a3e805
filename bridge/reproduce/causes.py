"""Why a step may have given something else than it gave."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bridge.domain.reproduction import GOOD, Cause, Divergence, Ended, Reproduced
from bridge.domain.run import Run, Step
from bridge.domain.version import VersionRef
from bridge.provenance.parts import bare
from bridge.reproduce.child import is_seeded
from bridge.reproduce.comparing import ENDED_WELL, Recorded, labels_of
from bridge.reproduce.matching import Pair


@dataclass(frozen=True, slots=True)
class _Sign:
    """What in code tells that it does not give the same twice."""

    kind: str
    pattern: str
    text: str


_SIGNS = (
    _Sign(
        "time",
        r"\b(datetime|date|Timestamp)\.(now|utcnow|today)\(|\btime\.(time|time_ns|perf_counter)\(",
        "the time",
    ),
    _Sign("randomness", r"\buuid[14]\(|\bsecrets\.\w+|\bos\.urandom\(|\btempfile\.\w+", "a new random name"),
    _Sign(
        "network",
        r"\b(requests|httpx|urllib|urllib3|aiohttp|boto3)\b|\burlopen\(|[\"'](https?|s3|gs|az)://",
        "the network",
    ),
    _Sign(
        "files",
        r"\bopen\(|\.read_(text|bytes)\(|\bread_(csv|parquet|json|excel|feather|pickle)\(|\b(np|numpy)\.load\(",
        "files",
    ),
    _Sign(
        "order",
        r"\bset\(|\bhash\(|\bas_completed\(|\bos\.listdir\(|\bglob\(|\biterdir\(",
        "the order of a set or a folder",
    ),
)

_RANDOM = re.compile(
    r"\brandom\.(random|randint|randrange|choice|choices|shuffle|sample|uniform|gauss|normalvariate)\("
    r"|\b(np|numpy)\.random\.(?!default_rng\(\s*[^)\s]|RandomState\(\s*[^)\s]|seed\(|Generator)\w+"
    r"|\btorch\.(rand|randn|randint|randperm|normal|nn\.|bernoulli|multinomial)\w*"
    r"|\bdefault_rng\(\s*\)|\bRandomState\(\s*\)|\bshuffle=True|\.sample\((?![^)]*random_state)"
    r"|\btrain_test_split\((?![^)]*random_state)"
)

_SEEDS = re.compile(r"\brandom\.seed\(|\bmanual_seed\(|\bset_(random_)?seed\(|(?<!\bbridge\.)\bseed_everything\(")
"""Seeds that bridge does not record. Its own are recorded if they are set: a call that was not reached sets none."""


def divergence_of(
    then: Recorded,
    now: Recorded,
    pairs: Sequence[Pair],
    outputs: Sequence[Reproduced],
    steps: Sequence[Ended],
    *,
    environment: Sequence[str],
    notes: Sequence[str],
) -> Divergence | None:
    """The first step that did not give what it gave, and why; None if there is none.

    Args:
        then: The run.
        now: What was made now.
        pairs: Which step is which.
        outputs: Their outputs, compared.
        steps: Steps that ended in another way.
        environment: What the surroundings differ in.
        notes: What of the code could not be restored.
    """
    bad = {(one.task, one.step): one for one in reversed(outputs) if one.verdict not in GOOD}
    other = {(one.task, one.step): one for one in steps}
    for (step, partner), label in zip(pairs, labels_of(pairs), strict=True):
        named = step or partner
        assert named is not None
        key = (label, named.name)
        if key in other:
            why = _ending(other[key])
            more = _causes(then, now, step, partner, environment, notes, bad.get(key)) if other[key].now else ()
            return Divergence(label, named.name, None, (why, *(one for one in more if one.kind != "unknown")))
        if key in bad and bad[key].verdict != "not stored":
            causes = tuple(_causes(then, now, step, partner, environment, notes, bad[key]))
            return Divergence(label, named.name, bad[key].artifact, causes)
    return None


def of_the_flow(found: Divergence | None, then: Run, now: Run, error: str) -> Divergence | None:
    """The first divergence, with what the flow itself did otherwise: it may fail before or after all its steps.

    Args:
        found: The first step that diverged; None if there is none.
        then: The run.
        now: What was made now.
        error: What the flow raised now.
    """
    if (then.state in ENDED_WELL) == (now.state in ENDED_WELL):
        return found
    told = f"The flow was {then.state} then and is {now.state} now" + (f": {error}" if error else ".")
    cause = Cause("error", told, certain=True)
    if found is None:
        return Divergence(then.flow, then.name, None, (cause,))
    is_known = any(one.kind == "error" for one in found.causes)
    return found if is_known else replace(found, causes=(*found.causes, cause))


def _ending(one: Ended) -> Cause:
    if not one.was:
        return Cause("steps", "The run did not have this step.", certain=True)
    if not one.now:
        return Cause("steps", "The step did not run now.", certain=True)
    if one.was == one.now:
        return Cause("error", f"It failed with another error: {one.error_now} (then: {one.error})", certain=True)
    told = one.error_now or one.error
    return Cause("error", f"It was {one.was} then and is {one.now} now" + (f": {told}" if told else "."), certain=True)


def _causes(
    then: Recorded,
    now: Recorded,
    step: Step | None,
    other: Step | None,
    environment: Sequence[str],
    notes: Sequence[str],
    bad: Reproduced | None,
) -> Iterator[Cause]:
    """What is known, the likeliest first; `unknown` if nothing is."""
    if step is None or other is None:
        return
    found = [
        *_inputs(then, now, step, other),
        *_code(then, now, step, other),
        *_randomness(then, now, step, other, bad),
        *_environment(environment),
        *_signs(then, now, step, other),
    ]
    if not any(one.certain for one in found):
        found += [Cause("code", note) for note in notes]
    yield from found
    if not found:
        yield Cause(
            "unknown",
            "Same code, same inputs, same packages: something that is not recorded has changed. Run it again to see "
            "whether it gives something else each time: threads and GPUs add numbers in no fixed order.",
        )


def _inputs(then: Recorded, now: Recorded, step: Step, other: Step) -> Iterator[Cause]:
    given = dict(then.given(step)), dict(now.given(other))
    changed = [slot for slot in given[0] if slot in given[1] and given[0][slot] != given[1][slot]]
    if changed:
        yield Cause("input", f"It was given something else: {', '.join(changed)}.", certain=True)


def _code(then: Recorded, now: Recorded, step: Step, other: Step) -> Iterator[Cause]:
    if step.code is not None and other.code is not None and step.code != other.code:
        parts = _parts(then, step), _parts(now, other)
        names = [
            name
            for name in {**parts[0], **parts[1]}
            if parts[0].get(name, {}).get("digest") != parts[1].get(name, {}).get("digest")
            and {**parts[0], **parts[1]}[name].get("kind") != "package"
        ]
        if names:
            yield Cause("code", f"Its code is not what it was: {', '.join(names[:5])}.", certain=True)


def _randomness(then: Recorded, now: Recorded, step: Step, other: Step, bad: Reproduced | None) -> Iterator[Cause]:
    seeded = is_seeded(then.run.environment) is not None or _seeds_itself(then)
    unseeded = _unseeded_estimator(now, other)
    if unseeded and not seeded:
        yield Cause(
            "randomness",
            f"Unseeded randomness: {unseeded} has random_state=None, and no seed was set. Give it a random_state, or "
            f"call bridge.seed_everything(…) at the beginning of the flow.",
            certain=True,
        )
        return
    drawn = _drawn(now, other) or _drawn(then, step)
    if drawn and not seeded:
        yield Cause(
            "randomness",
            f"Unseeded randomness: its code calls {drawn}, and no seed was set. Pass a seed to it, or call "
            f"bridge.seed_everything(…) at the beginning of the flow.",
        )
    elif drawn and step.run_id is not None and _is_concurrent(then.steps, step):
        yield Cause("randomness", f"Its code calls {drawn}, and ran beside other steps: they draw in no fixed order.")


def _seeds_itself(recorded: Recorded) -> bool:
    """Whether code of the run seeds generators by itself, anywhere."""
    return any(_SEEDS.search(text) for step in recorded.steps for text in _sources(recorded, step))


def _is_concurrent(steps: Sequence[Step], step: Step) -> bool:
    return any(
        one.id not in (step.id, step.run_id) and one.started < step.ended and step.started < one.ended for one in steps
    )


def _unseeded_estimator(now: Recorded, step: Step) -> str:
    """The class of an estimator among a step's outputs that draws random numbers which nobody seeded."""
    for output in step.outputs:
        version = now.version(output.what) if isinstance(output.what, VersionRef) else None
        if version is None or version.digest is None or not _may_be_estimator(version.type):
            continue
        try:
            value = now.workspace.load_version(version)
            parameters = value.get_params(deep=True)
        except Exception:  # noqa: BLE001  what cannot be asked says nothing
            continue
        for name, setting in parameters.items():
            if name.rpartition("__")[2] == "random_state" and setting is None:
                owner: Any = parameters.get(name.rpartition("__")[0], value)
                return type(owner).__name__
    return ""


def _may_be_estimator(type_name: str) -> bool:
    return type_name.partition(".")[0] not in ("builtins", "pandas", "numpy", "polars", "pathlib", "pyarrow")


def _drawn(recorded: Recorded, step: Step) -> str:
    """The first thing in a step's code that draws random numbers."""
    for text in _sources(recorded, step):
        found = _RANDOM.search(text)
        if found is not None:
            return found.group().strip().rstrip("(") + ("(…)" if found.group().endswith("(") else "")
    return ""


def _environment(environment: Sequence[str]) -> Iterator[Cause]:
    if not environment:
        return
    python = [each for each in environment if each.startswith("python:")]
    rest = [each for each in environment if each not in python]
    if python:
        yield Cause("python", f"Another Python: {python[0].partition(': ')[2]}.")
    if rest:
        more = f" and {len(rest) - 5} more" if len(rest) > 5 else ""
        yield Cause("package", f"Other surroundings: {', '.join(rest[:5])}{more}. --in-venv has those of the run.")


def _signs(then: Recorded, now: Recorded, step: Step, other: Step) -> Iterator[Cause]:
    texts = list(_sources(now, other)) or list(_sources(then, step))
    for sign in _SIGNS:
        found = next((match for text in texts if (match := re.search(sign.pattern, text))), None)
        if found is not None:
            yield Cause(
                sign.kind, f"Its code takes {sign.text}: {found.group().strip()}{'…)' * found.group().endswith('(')}."
            )


def _parts(recorded: Recorded, step: Step) -> dict[str, dict[str, Any]]:
    """The parts of a step's code by name."""
    text = recorded.workspace.catalog.document(step.code) if step.code else None
    try:
        return {bare(part["name"]): part for part in json.loads(text or "{}").get("parts", ())}
    except (ValueError, KeyError, TypeError, AttributeError):
        return {}


def _sources(recorded: Recorded, step: Step) -> Iterator[str]:
    for part in _parts(recorded, step).values():
        if part.get("kind") in ("function", "class", "module"):
            yield _without_comments(str(part.get("text", "")))


def _without_comments(source: str) -> str:
    return re.sub(r"(?m)#[^'\"\n]*$", "", source)
