"""bridge as a plugin of Prefect's: active in every process that imports Prefect, with no line of code changed.

Prefect loads this module by its entry point (group `prefect.plugins`) while `import prefect` runs, if
`PREFECT_PLUGINS_ENABLED` is set; its own settings `PREFECT_PLUGINS_ALLOW` and `PREFECT_PLUGINS_DENY` choose among
plugins. So nothing heavy is imported here: bridge comes in with the first flow or task that is decorated.
"""

from __future__ import annotations

import os

from prefect.plugins import HookContext, register_hook

from bridge.domain.switch import is_off
from bridge.flows.activation import activate


@register_hook
def setup_environment(*, ctx: HookContext) -> None:
    """Make bridge active, unless `BRIDGE_ENABLED=false`. Prefect calls this when it is imported.

    Args:
        ctx: What Prefect says of itself; keyword-only, as Prefect's own specification has it.

    >>> from bridge.flows.activation import deactivate, is_active
    >>> setup_environment(ctx=None)
    >>> is_active()
    True
    >>> deactivate()
    """
    if not is_off(os.environ.get("BRIDGE_ENABLED")):
        activate()
