"""Workspaces that are kept somewhere else under a name: the port to them.

What keeps workspaces is a plugin, an entry point of the group `bridge.workspaces`: bridge's own is the Prefect block
(`bridge.flows.block`), a floor above, which nothing here imports. It is looked for only where `BRIDGE_WORKSPACE` is
set, whichever door a process came in by: a flow, `bridge.load`, the command line.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from importlib.metadata import entry_points
from typing import Protocol

from bridge.domain.errors import SettingsError

GROUP = "bridge.workspaces"
VARIABLE = "BRIDGE_WORKSPACE"

Given = Mapping[str, object]
"""What a named workspace says, by the names of `Settings`; what it leaves open is not in it."""


class Keeper(Protocol):
    """Finds the workspace of a name. It answers or raises within a bounded time, in a running event loop too."""

    def __call__(self, name: str, /) -> Given:
        """What the workspace of this name says.

        Raises:
            SettingsError: If there is none, or it could not be asked; says which there are, or what to do.
        """
        ...


_lock = threading.RLock()
_known: dict[str, Given | SettingsError] = {}


def named(name: str) -> Given:
    """What the workspace of a name says, asked for once per process; so is a failure, which is not tried twice.

    Raises:
        SettingsError: If nothing that is installed has it.
    """
    with _lock:
        if name not in _known:
            _known[name] = _ask(name)
        found = _known[name]
    if isinstance(found, SettingsError):
        raise found
    return found


def forget_named() -> None:
    """Ask anew at the next use.

    >>> forget_named()
    """
    with _lock:
        _known.clear()


def _ask(name: str) -> Given | SettingsError:
    error = SettingsError(VARIABLE, name, "nothing installed keeps workspaces; pip install prefect-bridge")
    for plugin in sorted(entry_points(group=GROUP), key=lambda plugin: plugin.name):
        try:
            keeper: Keeper = plugin.load()
            return keeper(name)
        except SettingsError as refused:
            error = refused
        except Exception as broken:  # noqa: BLE001  a plugin's fault must not become the user's
            error = SettingsError(VARIABLE, name, f"{plugin.value} failed: {type(broken).__name__}: {broken}")
    return error
