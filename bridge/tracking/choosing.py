"""Which tracker a name means: bridge's own two, or one that an installed package names by an entry point."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

from bridge.domain.errors import SettingsError
from bridge.domain.ports.tracker import Callbacks, Tracker

GROUP = "bridge.trackers"
OWN = ("mlflow", "null")

Opener = Callable[[Path, Callbacks], Tracker]


def trackers() -> list[str]:
    """Every name that there is.

    >>> trackers()[:2]
    ['mlflow', 'null']
    """
    return [*OWN, *sorted(set(entry_points(group=GROUP).names) - set(OWN))]


def named_tracker(name: str) -> Opener:
    """What opens a tracker that is not bridge's own: it takes the home and the callbacks.

    Raises:
        SettingsError: If there is none of that name, or it cannot be imported.

    >>> named_tracker("wandb")
    Traceback (most recent call last):
    ...
    bridge.domain.errors.SettingsError: ...
    """
    found: EntryPoint | None = next(iter(entry_points(group=GROUP, name=name)), None)
    if found is None:
        there = ", ".join(trackers())
        raise SettingsError(
            "BRIDGE_TRACKER",
            name,
            f"there is no such tracker. There are: {there}; others come by entry points ({GROUP})",
        )
    try:
        opener: Opener = found.load()
    except Exception as error:
        raise SettingsError("BRIDGE_TRACKER", name, f"{found.value} cannot be imported ({error!r})") from error
    return opener
