"""What a tracker must do."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from bridge.domain.dataset import Dataset
from bridge.domain.measures import Measure
from bridge.domain.model import ModelVersion
from bridge.domain.run import Run
from bridge.domain.version import Version


@dataclass(frozen=True, slots=True)
class Callbacks:
    """What a tracker tells and asks the workspace that it belongs to.

    Args:
        on_error: Told of what went wrong and what was being done.
        on_started: Told of each run begun: flow run id, the tracker's id of the run, its URI.
        on_registered: Told of each model version registered.
        resolver: Gives the tracker's id of a flow run that another process began; None while it is on its way.
            Raises LookupError for one that nobody knows.
        read: Gives the value of a saved version.
        copy: Copies the files of a saved version into a folder, which is there and empty.
        datasets: Gives the data sets that a flow run or a task run used and made.
        aliased: Gives the version at which a model's alias is now; it was at the third when the tracker was told.
    """

    on_error: Callable[[BaseException, str], None]
    on_started: Callable[[str, str, str], None]
    on_registered: Callable[[ModelVersion], None]
    resolver: Callable[[str], str | None]
    read: Callable[[Version], Any]
    copy: Callable[[Version, Path], None] = lambda version, folder: None
    datasets: Callable[[str], Sequence[Dataset]] = lambda run_id: ()
    aliased: Callable[[str, str, int | None], int | None] = lambda name, alias, number: number


@dataclass(frozen=True, slots=True)
class Unsent:
    """What one process still has to send, or had when it ended.

    Args:
        tracker: Where it goes.
        count: Number of things.
        runs: Ids of the runs that it belongs to.
        is_live: Whether that process is going on, and sends it itself.
        why: Why it could not be sent when that was tried; empty if it was not.
        is_refused: Whether the tracker does not take it, and will not.
    """

    tracker: str
    count: int
    runs: tuple[str, ...] = ()
    is_live: bool = False
    why: str = ""
    is_refused: bool = False


@dataclass(frozen=True, slots=True)
class Synced:
    """What came of sending what was kept.

    Args:
        sent: Number of things sent, by tracker.
        closed: Number of runs that a killed process left open, and that are ended now.
        left: What is still not sent.
    """

    sent: Mapping[str, int]
    closed: int = 0
    left: tuple[Unsent, ...] = ()


@dataclass(frozen=True, slots=True)
class Lent:
    """Where other processes of a machine find what does a tracker's work.

    Args:
        host: The machine.
        path: Of a socket.
        pid: Of the process behind it.
        terms: The same in processes that may use it.
    """

    host: str
    path: str
    pid: int
    terms: str


class RunTracker(Protocol):
    """Flow runs as runs of an experiment tracker.

    Promises: every method but `tracking_id` returns at once, whether the tracker answers or not; work is done by a
    thread or a process of the tracker's own, in order for each run; only the owner ends a run. What goes wrong in that
    work is told to `Callbacks.on_error`, never raised into the caller. A run that nobody began is left alone.
    """

    def start_run(self, run: Run, *, experiment: str | None, tags: Mapping[str, str]) -> None:
        """Begin the tracker's run for a flow run (nested under its parent's, if it has one), or for a task run.

        Args:
            run: The flow run; or a task run with its own id and name, its task as `flow` and its flow run as parent.
            experiment: Where it belongs; None for where the tracker is set to, else the flow's name.
            tags: For the run.
        """

    def log(
        self,
        run_id: str,
        *,
        params: Mapping[str, Any] | None = None,
        metrics: Mapping[str, float] | None = None,
        tags: Mapping[str, str] | None = None,
    ) -> None:
        """Add to the run of a flow run; `run_id` is Prefect's."""

    def log_series(self, run_id: str, measures: Sequence[Measure]) -> None:
        """Add metrics with their steps."""

    def end_run(self, run_id: str, state: str, ended_ms: int) -> None:
        """End the run with the status that fits Prefect's state."""

    def close_dead(self, runs: Sequence[tuple[str, str]]) -> None:
        """End the tracker's runs of processes that are gone; pairs of flow run id and tracker's run id."""

    def when_begun(self, run_id: str, call: Callable[[str | None], None]) -> None:
        """Call with the tracker's id of a run that this process began, once it is there, from any thread.

        With None if it could not be begun; never while it is not known.
        """

    def tracking_id(self, run_id: str) -> str | None:
        """The tracker's id of a flow run, waiting a bounded time while it is on its way; None if there is none."""


class ModelTracker(Protocol):
    """Models as versions of a registry."""

    def register(self, registration: Any) -> None:
        """Register a model version (see `bridge.tracking.registry.Registration`); returns at once."""


class Delivery(Protocol):
    """How what a tracker was told gets to it.

    Promises: what was not sent is kept, past the end of the process, and is sent by a later one or by `sync`; nothing
    is there twice, however often it is sent.
    """

    @property
    def is_watched(self) -> bool:
        """Whether code of this process may look at what is tracked, so that a flow's end has to wait for it."""

    def set_model_alias(self, name: str, alias: str, number: int | None) -> None:
        """Point an alias of a registered model at a version of it, or take it away; what is so already stays."""

    def flush(self, timeout: float) -> bool:
        """Wait until everything is sent, or is kept because the tracker does not answer; False if time ran out."""

    def close(self, timeout: float) -> None:
        """Flush, and give back what is held."""

    def unsent(self) -> Sequence[Unsent]:
        """What waits to be sent, of every process."""

    def sync(self, on_sent: Callable[[int], None]) -> Synced:
        """Send what earlier processes kept; `on_sent` is told of each number of things sent."""


@runtime_checkable
class Lender(Protocol):
    """A tracker that does the work of processes to which a flow's own process sends tasks; a tracker need not be one.

    Promises: what such a process was told is with the tracker of the flow's own, whose end waits for it, as soon as
    the task is over that told it.
    """

    def lend(self, *, start: bool) -> Lent | None:
        """Where other processes find it; None if there is nothing yet, and it is not to be started."""

    def borrow(self, lent: Lent) -> None:
        """Use what another process lends, from when it is needed."""

    def hand_over(self, timeout: float) -> bool:
        """Wait until everything is sent that no other process's tracker has; False if time ran out."""


class Tracker(RunTracker, ModelTracker, Delivery, Protocol):
    """The experiment tracker and model registry.

    One of a user's own is named by an entry point in the group `bridge.trackers`: a callable that takes the home
    (a folder that it may write to) and the `Callbacks`, and returns it. `bridge.testing.TrackerContract` holds it to
    these promises.
    """

    @property
    def uri(self) -> str:
        """Where runs are tracked."""
