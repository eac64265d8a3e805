"""What is begun while a script that has just asked for the decorators still imports what it needs.

`begin` comes with the decorators' import, which costs next to nothing more; `check` with the first flow or task that is
decorated, which needs the settings anyway.
"""

from __future__ import annotations

from contextlib import suppress
from functools import cache

from bridge.tracking import ahead
from bridge.tracking.starting import PROCESS


@cache
def begin() -> None:
    """Start the tracker's process, unless variables ask for none; once, whichever decorator comes first."""
    ahead.start(PROCESS)


@cache
def check() -> None:
    """End the tracker's process if the settings ask for none; once."""
    if not ahead.is_waiting():
        return
    from bridge.domain.errors import BridgeError
    from bridge.workspace.settings import read_settings

    with suppress(BridgeError):  # told when a flow begins
        settings = read_settings()
        if not settings.enabled or settings.tracker != "mlflow" or not settings.is_shareable:
            ahead.drop()
