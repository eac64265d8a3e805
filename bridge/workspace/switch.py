"""Whether bridge does anything at all."""

from __future__ import annotations

import os

from bridge.domain.switch import is_off


def enabled() -> bool:
    """Whether the decorators do more than Prefect's; settings that cannot be read count as yes.

    >>> enabled()
    True
    """
    text = os.environ.get("BRIDGE_ENABLED")
    if text is not None:
        return not is_off(text)
    from bridge.domain.errors import SettingsError
    from bridge.workspace.settings import read_settings

    try:
        return read_settings(follow=False).enabled
    except SettingsError:
        return True
