"""What came of running a run again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from bridge.domain.difference import Difference, as_json

Verdict = Literal["identical", "equal", "different", "missing", "extra", "failed", "not stored"]
"""Of an output: *identical* bytes; *equal* values within the tolerance, in other bytes; *different* ones; *missing*
now; *extra*, made now only; *failed*, as its step did; *not stored*, so that nothing can be said."""

GOOD = frozenset({"identical", "equal"})


@dataclass(frozen=True, slots=True)
class Reproduced:
    """An output of a step, then and now.

    Args:
        task: The step's task, with a number if it ran more than once.
        step: Its name in the run.
        slot: Which of its outputs.
        artifact: The artifact's name.
        was: The version that the run made; None if it made none.
        digest: Of that version.
        now: Digest of what was made now.
        verdict: What the two are to each other.
        difference: What they differ in, if they were compared by value.
        why: What could not be compared, and why.
    """

    task: str
    step: str
    slot: str
    artifact: str
    was: str | None
    digest: str | None
    now: str | None
    verdict: Verdict
    difference: Difference | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Ended:
    """A step, then and now.

    Args:
        task: Its task.
        step: Its name in the run.
        was: State then; empty if it was not there.
        now: State now; empty if it is not there.
        error: Why it failed then.
        error_now: Why it failed now.
        same: Whether it ended in the same way.
    """

    task: str
    step: str
    was: str
    now: str
    error: str = ""
    error_now: str = ""
    same: bool = True


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a step may have given something else.

    Args:
        kind: `code`, `parameters`, `input`, `randomness`, `package`, `python`, `time`, `network`, `files`, `order`,
            `error`, or `unknown`.
        text: A sentence for people.
        certain: Whether it is known, and not only likely.
    """

    kind: str
    text: str
    certain: bool = False


@dataclass(frozen=True, slots=True)
class Divergence:
    """The first step that did not give what it gave.

    Args:
        task: Its task.
        step: Its name in the run.
        artifact: The first of its outputs that is not the same; None if the step itself ended in another way.
        causes: The likeliest first.
    """

    task: str
    step: str
    artifact: str | None
    causes: tuple[Cause, ...]


@dataclass(frozen=True, slots=True)
class Reproduction:
    """What came of running a run again.

    Args:
        run: Id of the run.
        flow: Its flow.
        name: Its name.
        code: Where the code came from: a sentence.
        state: State of the run then.
        state_now: State now.
        outputs: Its outputs, in the order of its steps.
        steps: Steps that ended in another way, or are not in both.
        divergence: The first step that gave something else; None if there is none.
        environment: What the surroundings differ in: `python: 3.11.9 → 3.12.1`.
        notes: What was guessed or could not be had.
        seconds: How long the flow took then and now.
        run_now: Id of the run that was made.
        kept: Folder where code and results are, if they were kept.
    """

    derived: ClassVar[tuple[str, ...]] = ("same", "identical")

    run: str
    flow: str
    name: str
    code: str
    state: str
    state_now: str
    outputs: tuple[Reproduced, ...]
    steps: tuple[Ended, ...] = ()
    divergence: Divergence | None = None
    environment: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    seconds: tuple[float | None, float | None] = (None, None)
    run_now: str = ""
    kept: str | None = None

    @property
    def same(self) -> bool:
        """Whether the run gave what it gave: every output identical or equal, every step ending as it did."""
        return self.divergence is None and all(one.verdict in GOOD for one in self.outputs)

    @property
    def identical(self) -> bool:
        """Whether every output has the very bytes that it had."""
        return self.divergence is None and all(one.verdict == "identical" for one in self.outputs)

    def document(self) -> dict[str, Any]:
        """Everything as JSON has it.

        >>> Reproduction("1", "training", "wise-otter", "", "Completed", "Completed", ()).document()["same"]
        True
        """
        whole: dict[str, Any] = as_json(self)
        return whole
