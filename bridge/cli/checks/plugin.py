"""Whether Prefect's processes that are started from here load bridge as a plugin."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from typing import Any

from bridge.cli.checks.finding import Finding
from bridge.cli.checks.prefect_settings import prefect_setting

NAME = "bridge"
"""Of the entry point, which is what Prefect's `allow` and `deny` speak of."""


@dataclass(frozen=True, slots=True)
class Plugins:
    """Prefect's settings of its plugins.

    Args:
        enabled: Whether it loads any.
        allow: The only ones that it loads; all if empty.
        deny: Those that it does not load.
        safe_mode: Whether it loads them and calls none of their hooks.
        origin: Where `enabled` is set.

    >>> Plugins(enabled=True, deny=frozenset({"bridge"})).admit_bridge
    False
    """

    enabled: bool = False
    allow: frozenset[str] = frozenset()
    deny: frozenset[str] = frozenset()
    safe_mode: bool = False
    origin: str = ""

    @property
    def admit_bridge(self) -> bool:
        """Whether bridge's plugin is loaded and called."""
        return self.enabled and not self.safe_mode and NAME not in self.deny and (not self.allow or NAME in self.allow)


def read_plugins(environment: Mapping[str, str]) -> Plugins:
    """Read Prefect's settings of its plugins.

    >>> read_plugins({"PREFECT_PLUGINS_ENABLED": "true", "PREFECT_PLUGINS_ALLOW": "aws, bridge"}).admit_bridge
    True
    """
    enabled, origin = prefect_setting("plugins.enabled", environment)
    return Plugins(
        enabled=_truth(enabled),
        allow=_names(prefect_setting("plugins.allow", environment)[0]),
        deny=_names(prefect_setting("plugins.deny", environment)[0]),
        safe_mode=_truth(prefect_setting("plugins.safe_mode", environment)[0]),
        origin=origin,
    )


def admitting(plugins: Plugins) -> Mapping[str, str]:
    """The variables with which Prefect loads bridge too, and no other plugin that it would not load anyway.

    >>> dict(admitting(Plugins()))
    {'PREFECT_PLUGINS_ENABLED': 'true', 'PREFECT_PLUGINS_ALLOW': 'bridge'}
    >>> dict(admitting(Plugins(enabled=True)))
    {}
    """
    if plugins.admit_bridge:
        return {}
    wanted = {"PREFECT_PLUGINS_ENABLED": "true"}
    if not plugins.enabled:
        wanted["PREFECT_PLUGINS_ALLOW"] = NAME
    elif plugins.allow:
        wanted["PREFECT_PLUGINS_ALLOW"] = ",".join(sorted({*plugins.allow, NAME}))
    if NAME in plugins.deny:
        # An empty text would count as not set; no plugin has this name.
        wanted["PREFECT_PLUGINS_DENY"] = ",".join(sorted(plugins.deny - {NAME})) or "-"
    if plugins.safe_mode:
        wanted["PREFECT_PLUGINS_SAFE_MODE"] = "false"
    return wanted


def is_registered() -> bool:
    """Whether Prefect can find bridge's plugin: not so in a checkout that is on the path but not installed.

    >>> is_registered()
    True
    """
    try:
        found = distribution("prefect-bridge").entry_points
    except PackageNotFoundError:
        return False
    return any(one.group == "prefect.plugins" and one.name == NAME for one in found)


def check_plugin(environment: Mapping[str, str], *, enabled: bool = True) -> Iterator[Finding]:
    """Say whether bridge is active in a worker, or a flow run, that is started from here with unchanged code.

    Args:
        environment: Variables of the process.
        enabled: Whether bridge's own settings leave it on.

    >>> [finding.said for finding in check_plugin({"PREFECT_PLUGINS_ENABLED": "1"})][0][:20]
    'active in every proc'
    """
    plugins = read_plugins(environment)
    yield _finding(plugins, enabled)


def _finding(plugins: Plugins, enabled: bool) -> Finding:
    topic = "plugin"
    if not is_registered():
        said = "not active: Prefect finds no plugin of bridge's"
        return Finding(topic, "warning", said, "pip install prefect-bridge (or -e . in a checkout)")
    if not plugins.enabled:
        said = "not active in workers: only code that imports from bridge, or that `bridge run` starts, is recorded"
        return Finding(topic, "ok", said, "For code that says `from prefect import …`: PREFECT_PLUGINS_ENABLED=true")
    if not enabled:
        return Finding(topic, "warning", "not active: bridge is switched off", "Unset BRIDGE_ENABLED.")
    if plugins.safe_mode:
        said = "not active: Prefect calls no plugin in safe mode"
        return Finding(topic, "warning", said, "Unset PREFECT_PLUGINS_SAFE_MODE.")
    if not plugins.admit_bridge:
        said = (
            f"not active: Prefect's list of plugins to {'deny has' if NAME in plugins.deny else 'allow lacks'} bridge"
        )
        which = "DENY" if NAME in plugins.deny else "ALLOW"
        return Finding(topic, "warning", said, f"Correct PREFECT_PLUGINS_{which}.")
    return Finding(topic, "ok", f"active in every process that imports Prefect ({plugins.origin})")


def _truth(value: Any) -> bool:
    return str(value).strip().lower() in {"1", "true", "yes", "on", "t", "y"}


def _names(value: Any) -> frozenset[str]:
    names = value.split(",") if isinstance(value, str) else value if isinstance(value, list) else []
    return frozenset(str(name).strip() for name in names if str(name).strip())
