"""What is begun while a script that has just asked for the decorators still imports what it needs."""

from __future__ import annotations

from contextlib import suppress
from functools import cache

from bridge.tracking import ahead
from bridge.tracking.starting import PROCESS


@cache
def begin() -> None:
    """Start the tracker's process, unless the settings ask for none; once, whichever decorator is asked for first.

    What reads the settings is imported after the start: to import it takes a part of the time that is to be saved.
    """
    ahead.start(PROCESS)
    from bridge.domain.errors import BridgeError
    from bridge.workspace.settings import read_settings

    with suppress(BridgeError):  # told when a flow begins
        settings = read_settings()
        if not settings.enabled or settings.tracker != "mlflow" or not settings.is_shareable:
            ahead.drop()
