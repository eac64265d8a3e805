"""What two runs differ in, as a value that programs can build on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Literal

from bridge.domain.content_difference import Change, TextDifference, What
from bridge.domain.difference import Difference, as_json
from bridge.domain.difference_lines import Line

CauseKind = Literal[
    "parameter", "code", "data", "seed", "package", "python", "environment", "randomness", "clock", "order", "unknown"
]
"""Why a step gave something else: the flow's parameters; its code; what it read; seeds; packages; Python; variables or
the machine; random numbers without a seed; the time of day; the order of steps; nothing that is recorded."""


@dataclass(frozen=True, slots=True)
class RunSide:
    """The facts of a run that was compared.

    Args:
        id: Prefect's.
        name: Of the run.
        flow: Name of the flow.
        state: As it ended; `Running` if it has not.
        started: UTC.
        seconds: None if it has not ended.
    """

    id: str
    name: str
    flow: str
    state: str
    started: datetime
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class CodeChange:
    """One function, class, constant or module that differs.

    Args:
        name: `module:qualname`.
        kind: `function`, `class`, `value` or `module`.
        what: Whether it was added, removed or changed.
        steps: Tasks that reach it.
        place: File and line, as of the newer run that has it.
        content: The lines that differ; of a constant, its value.
    """

    name: str
    kind: str
    what: What
    steps: tuple[str, ...] = ()
    place: str = ""
    content: TextDifference | None = None


@dataclass(frozen=True, slots=True)
class StepSide:
    """A step of one of the runs."""

    id: str
    name: str
    state: str
    seconds: float
    error: str | None = None


@dataclass(frozen=True, slots=True)
class SlotDifference:
    """An input or output that differs.

    Args:
        slot: Parameter, or position in the result.
        old: Selector of the version; None if there is none.
        new: As `old`.
        difference: What the versions differ in; None if that was not looked at.
    """

    slot: str
    old: str | None
    new: str | None
    difference: Difference | None = None

    @property
    def equal(self) -> bool:
        """Whether the values are known to be equal, though their bytes differ."""
        return self.difference is not None and self.difference.equal


@dataclass(frozen=True, slots=True)
class StepDifference:
    """A step of one run beside the one of the other that it was matched with.

    Args:
        task: Name of the task, or of the flow for its own result.
        old: None if only the newer run has it.
        new: None if only the older run has it.
        inputs: Inputs that differ.
        outputs: Outputs that differ.
        code: What of the code that it reaches differs, by name.
        unsaved: Outputs whose bytes are not kept, so that they cannot be compared.
    """

    derived: ClassVar[tuple[str, ...]] = ("diverged",)

    task: str
    old: StepSide | None
    new: StepSide | None
    inputs: tuple[SlotDifference, ...] = ()
    outputs: tuple[SlotDifference, ...] = ()
    code: tuple[str, ...] = ()
    unsaved: tuple[str, ...] = ()

    @property
    def diverged(self) -> bool:
        """Whether it gave something else, ended otherwise, or is in one run only."""
        if self.old is None or self.new is None:
            return True
        return has_failed(self.old) != has_failed(self.new) or any(not each.equal for each in self.outputs)


def has_failed(side: StepSide) -> bool:
    """Whether a step did not come to its end: a result that was found counts as one that was computed.

    >>> has_failed(StepSide("1", "load-0", "Cached", 0.0))
    False
    """
    return side.state not in ("Completed", "Cached")


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a step may have given something else.

    Args:
        kind: Of cause.
        why: What speaks for it, in words.
    """

    kind: CauseKind
    why: str


@dataclass(frozen=True, slots=True)
class Divergence:
    """Where two runs parted.

    Args:
        task: Name of the first task that did something else.
        step: Names of its task runs, older and newer; None where it is missing.
        how: What it did otherwise, in words.
        causes: Why, the likeliest first; never empty.
    """

    task: str
    step: tuple[str | None, str | None]
    how: str
    causes: tuple[Cause, ...]


@dataclass(frozen=True, slots=True)
class RunDifference:
    """What two runs differ in.

    Args:
        old: The run that is compared with.
        new: The run that is looked at.
        parameters: Of the flow.
        code: Functions, classes and constants of the project.
        packages: Installed packages.
        environment: Commit, Python, machine, variables, seeds.
        metrics: As the tracker has them.
        steps: Every step, as matched, in the order of the older run.
        divergence: The first step that did something else; None if all steps did the same.
        notes: What could not be compared, and why.
    """

    derived: ClassVar[tuple[str, ...]] = ("equal",)

    old: RunSide
    new: RunSide
    parameters: tuple[Change, ...] = ()
    code: tuple[CodeChange, ...] = ()
    packages: tuple[Change, ...] = ()
    environment: tuple[Change, ...] = ()
    metrics: tuple[Change, ...] = ()
    steps: tuple[StepDifference, ...] = ()
    divergence: Divergence | None = None
    notes: tuple[str, ...] = ()

    @property
    def equal(self) -> bool:
        """Whether all steps gave the same."""
        return self.divergence is None

    def document(self) -> dict[str, Any]:
        """Everything as JSON has it."""
        whole: dict[str, Any] = as_json(self)
        return whole

    def lines(self) -> list[Line]:
        """Everything in words, line by line; what `str` puts together."""
        from bridge.domain.run_difference_lines import run_lines  # which knows this class

        return list(run_lines(self))

    def __str__(self) -> str:
        return "\n".join(map(str, self.lines()))
