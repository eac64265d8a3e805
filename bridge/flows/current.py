"""Which step and which flow run the running code belongs to."""

from __future__ import annotations

import threading
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bridge.domain.annotations import Model
from bridge.domain.choices import Cache, RunScope
from bridge.domain.run import Input, Output
from bridge.domain.version import Tie, Version, VersionRef
from bridge.flows.caching.decision import Caching


@dataclass(slots=True)
class RunContext:
    """A flow run that is going on in this process.

    Args:
        id: Prefect's flow run id.
        flow: Name of the flow.
        root_id: Outermost flow run of which it is a part: what values are remembered for.
        scope: `task` if its task runs have runs of their own in the tracker.
        autolog: Whether its tasks run with MLflow's autologging.
        model: What the flow's `model=` says.
        cache: `content` if its tasks whose user chose no cache policy are found by content.
        candidates: Models that its tasks in this process returned and nobody has registered, and what is known of them.
        registered: Versions that are registered under a name of their own.
    """

    id: str
    flow: str
    root_id: str
    scope: RunScope = "flow"
    autolog: bool = False
    model: Model | None = None
    cache: Cache = "off"
    candidates: list[tuple[Version, Any]] = field(default_factory=list)
    registered: set[VersionRef] = field(default_factory=set)

    def __reduce__(self) -> tuple[Any, ...]:
        """What goes to another process: not what happened in this one."""
        return RunContext, (self.id, self.flow, self.root_id, self.scope, self.autolog, self.model, self.cache)


@dataclass(frozen=True, slots=True)
class TrialOf:
    """What a task run is a trial of.

    Args:
        study: The study's name.
        number: Which of its trials.
        version: The study's own version from which it was made.
    """

    study: str
    number: int
    version: VersionRef | None = None


@dataclass(slots=True)
class StepContext:
    """A step that is going on, with what it has used so far.

    Args:
        id: Prefect's task run id; the flow run's in the body of a flow.
        run: Flow run it belongs to.
        started: UTC.
        tracked_as: Id under which the tracker has its run: the flow run's, or its own; None outside flows.
        inputs: Versions that it received or loaded, by slot and version.
        metadata: Facts that its outputs will carry.
        yielded: What it has given so far, if it is a generator.
        caching: What is known of its cache key, if it has one of content.
        trial: The trial that it is, or is a part of.
        within: Steps that are a part of it, if it is a trial.
    """

    id: str
    run: RunContext | None
    started: datetime
    tracked_as: str | None = None
    inputs: dict[tuple[str, VersionRef], Tie] = field(default_factory=dict)
    metadata: dict[str, Any] = field(default_factory=dict)
    yielded: list[Output] = field(default_factory=list)
    caching: Caching | None = None
    trial: TrialOf | None = None
    within: list[str] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def use(self, slot: str, version: VersionRef, tie: Tie) -> None:
        """Note an input; the first way in which it is known stays. Thread-safe."""
        with self._lock:
            self.inputs.setdefault((slot, version), tie)

    def used(self) -> tuple[Input, ...]:
        """What has been noted so far."""
        with self._lock:
            return tuple(Input(slot, version, tie) for (slot, version), tie in self.inputs.items())


current_run: ContextVar[RunContext | None] = ContextVar("bridge_current_run", default=None)
current_step: ContextVar[StepContext | None] = ContextVar("bridge_current_step", default=None)
