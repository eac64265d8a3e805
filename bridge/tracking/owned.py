"""The MLflow runs that bridge delivers to, by the ids under which the code of this process knows them."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any

from bridge.tracking.bounds import is_sending
from bridge.tracking.entries import Begin, Point
from bridge.tracking.lane import Lane

MOST = 10_000
"""Runs that are remembered; the oldest are forgotten, and what is logged to them goes to MLflow directly."""


@dataclass(slots=True)
class Owned:
    """A run, and what this process has logged to it.

    Args:
        key: The id by which entries name it.
        lane: The way to its tracker.
        begin: How it began; None if another process began it.
        run: MLflow's run, once there is one.
        params: Parameters by name: MLflow refuses to change one.
        metrics: The latest value of each metric.
        tags: Tags that were set.
        files: Folders that hold copies of files that wait, with the folder that they go into.
        sent_files: Paths of files that were sent.
    """

    key: str
    lane: Lane
    begin: Begin | None = None
    run: Any = None
    params: dict[str, str] = field(default_factory=dict)
    metrics: dict[str, Point] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    files: list[tuple[str, str | None]] = field(default_factory=list)
    sent_files: set[str] = field(default_factory=set)

    @property
    def tracking_id(self) -> str | None:
        """MLflow's id; None while MLflow has not given one."""
        return self.lane.sender.ids.get(self.key)

    @property
    def shown_id(self) -> str:
        """The id that code of this process sees: MLflow's, or one in its place while there is none."""
        return self.tracking_id or provisional(self.key)


class Unsettled(str):
    """Id of an experiment in the place of the one that a run will be in, once MLflow has begun it.

    >>> Unsettled("0") == "0"
    True
    """

    __slots__ = ()


def provisional(key: str) -> str:
    """The id in the place of MLflow's, for a run that MLflow has not begun.

    >>> provisional("0b0e8f0a-7c1f-4d1e-9a52-0d8f4a0a3a55")
    '0b0e8f0a7c1f4d1e9a520d8f4a0a3a55'
    """
    return key.replace("-", "")


_lock = threading.Lock()
_by_id: OrderedDict[str, Owned] = OrderedDict()
_by_key: OrderedDict[str, Owned] = OrderedDict()


def own(owned: Owned, *ids: str) -> Owned:
    """Remember a run under its key, the id in the place of MLflow's, and others."""
    with _lock:
        _by_key[owned.key] = owned
        for one in (provisional(owned.key), *ids):
            _by_id[one] = owned
        while len(_by_key) > MOST:
            _by_key.popitem(last=False)
        while len(_by_id) > 3 * MOST:
            _by_id.popitem(last=False)
    return owned


def of_key(key: str) -> Owned | None:
    """The run that entries name so."""
    return _by_key.get(key)


def of_id(run_id: object) -> Owned | None:
    """The run that MLflow, or code of this process, knows by an id; None while it is bridge that speaks to MLflow."""
    return None if is_sending.get() else _by_id.get(run_id)  # type: ignore[call-overload] # any object


def lanes() -> list[Lane]:
    """The ways to every tracker that runs are known of."""
    with _lock:
        return list({id(owned.lane): owned.lane for owned in _by_key.values()}.values())
