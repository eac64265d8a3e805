"""Runs that ZenML's client gives, with their steps and what these made."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from bridge.domain.run import Run, Step
from bridge.domain.version import Version, VersionRef
from bridge.flows.host import Loadable
from bridge.migrate.zenml.ids import VersionId
from bridge.migrate.zenml.kinds import ExecutionStatus, facts
from bridge.workspace import current

STATES = {"Completed": "completed", "Cached": "cached", "Running": "running", "Failed": "failed", "Crashed": "failed"}


class ArtifactVersion(Loadable):
    """A version, as ZenML shows one; tasks and flows that are given one get its value, those of bridge's too."""

    def __init__(self, version: Version) -> None:
        self._version = version

    def load(self) -> Any:
        """The value; within a step, as one of its inputs."""
        from bridge.flows.values import load

        return load(str(self._version.ref))

    read = load

    @property
    def task_run_id(self) -> UUID:
        """The task run that made it; its own id if it was saved by hand."""
        return UUID(self._version.step_id) if self._version.step_id is not None else self.id

    @property
    def name(self) -> str:
        """Of the artifact."""
        return self._version.ref.name

    @property
    def version(self) -> str:
        """The number, as a text."""
        return str(self._version.ref.number)

    @property
    def id(self) -> VersionId:
        """What the client finds this version by."""
        return VersionId(self._version.ref)

    @property
    def artifact(self) -> ArtifactVersion:
        """The artifact: itself, for its name."""
        return self

    @property
    def uri(self) -> str:
        """What loads it: `bridge load <uri>`."""
        return str(self._version.ref)

    @property
    def data_type(self) -> str:
        """The value's type."""
        return self._version.type

    @property
    def tags(self) -> list[str]:
        """Their keys."""
        return list(self._version.tags)

    @property
    def run_metadata(self) -> dict[str, Any]:
        """Facts about it."""
        return facts(self._version.metadata)

    metadata = run_metadata

    @property
    def created(self) -> datetime:
        """When it was saved."""
        return self._version.created

    def __getitem__(self, index: int) -> ArtifactVersion:
        """Itself: ZenML of later years gives lists of versions, `outputs["model"][0]`."""
        return (self,)[index]

    def __len__(self) -> int:
        return 1

    def visualize(self, *_: Any, **__: Any) -> None:
        """Nothing: `bridge artifacts show` shows it."""

    def __repr__(self) -> str:
        return f"<artifact version {self._version.ref}>"


@dataclass(frozen=True)
class StepRun:
    """A step of a run."""

    step: Step

    @property
    def name(self) -> str:
        """Of the task."""
        return self.step.task

    @property
    def id(self) -> str:
        """Prefect's task run id."""
        return self.step.id

    @property
    def status(self) -> ExecutionStatus:
        """How it ended."""
        return ExecutionStatus(STATES.get(self.step.state, "failed"))

    @cached_property
    def outputs(self) -> dict[str, Any]:
        """What it made, by the artifact's name; `output` if it is the only one."""
        made = {_short(ref, self.name): _version(ref) for ref in map(_ref, self.step.outputs)}
        return {"output": next(iter(made.values())), **made} if len(made) == 1 else made

    @property
    def output(self) -> ArtifactVersion:
        """The only thing that it made.

        Raises:
            RuntimeError: If it made none, or several.
        """
        made = self.step.outputs
        if len(made) != 1:
            raise RuntimeError(f"Step {self.name} made {len(made)} artifacts: {', '.join(self.outputs) or 'none'}.")
        return _version(_ref(made[0]))

    @property
    def inputs(self) -> dict[str, Any]:
        """What it used, by the parameter's name."""
        return {one.slot: _version(one.version) for one in self.step.inputs}


class PipelineRun:
    """A run of a pipeline."""

    def __init__(self, run: Run) -> None:
        self.run = run

    @classmethod
    def of(cls, asked: str) -> PipelineRun:
        """The run of an id or a name.

        Raises:
            KeyError: If there is none.
        """
        try:
            return cls(current().catalog.run(asked))
        except LookupError as error:
            raise KeyError(str(error)) from error

    @property
    def id(self) -> str:
        """Prefect's flow run id."""
        return self.run.id

    @property
    def name(self) -> str:
        """Of the run."""
        return self.run.name

    @property
    def status(self) -> ExecutionStatus:
        """How it ended."""
        return ExecutionStatus(STATES.get(self.run.state, "failed"))

    @property
    def pipeline(self) -> Pipeline:
        """Whose run it is."""
        return Pipeline(self.run.flow)

    @property
    def steps(self) -> dict[str, StepRun]:
        """Its steps by name, or by the `id=` that they were called with; `train_2` is the second `train`."""
        made: dict[str, StepRun] = {}
        for one in current().catalog.steps(self.run.id):
            if one.id != self.run.id:
                name = one.task if one.name.startswith(f"{one.task}-") else one.name
                count = sum(known == name or known.startswith(f"{name}_") for known in made)
                made[f"{name}_{count + 1}" if name in made else name] = StepRun(one)
        return made

    def get_step(self, step: str) -> StepRun:
        """A step by name."""
        return self.steps[step]

    @property
    def run_metadata(self) -> dict[str, Any]:
        """What it was called with."""
        return dict(self.run.parameters)

    start_time = property(lambda self: self.run.started)
    end_time = property(lambda self: self.run.ended)

    def __repr__(self) -> str:
        return f"<run {self.name} of {self.run.flow}>"


@dataclass(frozen=True)
class Pipeline:
    """A pipeline by its name."""

    name: str

    @property
    def runs(self) -> list[PipelineRun]:
        """Its runs, the latest first."""
        return [PipelineRun(run) for run in current().catalog.runs(flow=self.name, limit=1000)]

    @property
    def last_run(self) -> PipelineRun:
        """The latest.

        Raises:
            RuntimeError: If there is none.
        """
        if not (found := self.runs):
            raise RuntimeError(f"No run of {self.name!r} is recorded.")
        return found[0]

    @property
    def last_successful_run(self) -> PipelineRun:
        """The latest that succeeded.

        Raises:
            RuntimeError: If there is none.
        """
        found = [run for run in self.runs if run.status == ExecutionStatus.COMPLETED]
        if not found:
            raise RuntimeError(f"No run of {self.name!r} that succeeded is recorded.")
        return found[0]

    def get_runs(self, **_: Any) -> list[PipelineRun]:
        """Its runs, the latest first."""
        return self.runs


def _ref(output: Any) -> VersionRef:
    ref = output.what
    assert isinstance(ref, VersionRef)
    return ref


def _short(ref: VersionRef, task: str) -> str:
    """What a step calls an output: its own name, or as ZenML does where it has none."""
    _, below, rest = ref.name.rpartition("/")
    if not below:
        return ref.name
    if rest == task:
        return "output"
    return f"output_{rest.rpartition('.')[2]}" if rest.startswith(f"{task}.") else ref.name


def _version(ref: VersionRef) -> ArtifactVersion:
    return ArtifactVersion(current().resolve(str(ref)))
