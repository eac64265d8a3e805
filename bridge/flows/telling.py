"""What happens in flows, told to where lineage is watched; nothing is imported where it is not."""

from __future__ import annotations

import os
import threading
from importlib.metadata import version
from typing import TYPE_CHECKING, Literal
from weakref import WeakKeyDictionary

from bridge.workspace import Workspace, guarded

if TYPE_CHECKING:
    from bridge.lineage.openlineage.sending import Sender

_lock = threading.Lock()
_senders: WeakKeyDictionary[Workspace, tuple[int, Sender]] = WeakKeyDictionary()


def tell(workspace: Workspace, what: Literal["begun", "ended", "step"], id: str) -> None:
    """Tell that a flow run has begun or ended, or a task run has, once that is recorded; off unless it is set.

    Returns at once. An error in it is a warning, or raised with `on_error = "raise"`.
    """
    if workspace.settings.openlineage:
        guarded(
            "telling lineage",
            lambda: sender_of(workspace).tell(what, id),
            on_error=workspace.settings.on_error,
            topic="openlineage",
        )


def sender_of(workspace: Workspace) -> Sender:
    """Who sends what happens in a workspace; one per process, as a fork has no threads.

    Raises:
        SettingsError: If the setting is no place that events can go to.
    """
    with _lock:
        process, sender = _senders.get(workspace, (0, None))
        if sender is None or process != os.getpid():
            sender = _made(workspace)
            _senders[workspace] = os.getpid(), sender
        return sender


def _made(workspace: Workspace) -> Sender:
    from bridge.lineage.openlineage.endpoints import endpoint
    from bridge.lineage.openlineage.events import Source
    from bridge.lineage.openlineage.sending import Sender

    settings = workspace.settings
    source = Source.of(settings.lineage_namespace, workspace.store.url, engine=version("prefect"))
    where = endpoint(str(settings.openlineage))
    return Sender(workspace.catalog, source=source, endpoint=where, home=settings.home / "openlineage")
