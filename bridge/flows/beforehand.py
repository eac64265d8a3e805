"""What is begun while a script that has just asked for the decorators still imports what it needs."""

from __future__ import annotations

from contextlib import suppress

from bridge.tracking import ahead

PROCESS = "bridge.workspace.tracking_process"
"""As `bridge.workspace.bootstrap` has it, which is not imported for it: that would take as long as is to be saved."""


def begin() -> None:
    """Start the tracker's process, unless the settings ask for none."""
    ahead.start(PROCESS)
    from bridge.domain.errors import BridgeError
    from bridge.workspace.settings import read_settings

    with suppress(BridgeError):  # told when a flow begins
        settings = read_settings()
        if not settings.enabled or settings.tracker != "mlflow" or not settings.is_shareable:
            ahead.drop()
