"""The ML layer for Prefect: change one import, and results are versioned, traced and tracked.

The names below are all that a user needs. Each is loaded when it is first asked for (PEP 562), so that `import bridge`
costs next to nothing.

>>> import bridge
>>> bridge.__version__
'0.1.0'
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bridge.domain.lazy import names_of

if TYPE_CHECKING:
    from bridge.domain.annotations import Artifact, Metrics, Model
    from bridge.domain.errors import BridgeError
    from bridge.domain.preview import Preview
    from bridge.flows import flow, task
    from bridge.flows.activation import activate, deactivate
    from bridge.flows.block import WorkspaceBlock
    from bridge.flows.caching.policy import CONTENT
    from bridge.flows.importing import import_file, import_folder, import_url
    from bridge.flows.labels import remove_alias, set_alias, tag
    from bridge.flows.promoting import demote, promote, rollback
    from bridge.flows.seeding import seed_everything
    from bridge.flows.values import load, log_metadata, save
    from bridge.lineage.differences import diff
    from bridge.materializers.decorator import materializer
    from bridge.tuning import atune, tune
    from bridge.workspace.archives import archive, restore
    from bridge.workspace.keeping import prune
    from bridge.workspace.sweeping import sweep

__version__ = "0.1.0"

_HOMES = {
    "Artifact": "bridge.domain.annotations",
    "BridgeError": "bridge.domain.errors",
    "CONTENT": "bridge.flows.caching.policy",
    "Metrics": "bridge.domain.annotations",
    "Model": "bridge.domain.annotations",
    "Preview": "bridge.domain.preview",
    "WorkspaceBlock": "bridge.flows.block",
    "activate": "bridge.flows.activation",
    "archive": "bridge.workspace.archives",
    "atune": "bridge.tuning",
    "deactivate": "bridge.flows.activation",
    "demote": "bridge.flows.promoting",
    "diff": "bridge.lineage.differences",
    "flow": "bridge.flows",
    "import_file": "bridge.flows.importing",
    "import_folder": "bridge.flows.importing",
    "import_url": "bridge.flows.importing",
    "load": "bridge.flows.values",
    "log_metadata": "bridge.flows.values",
    "materializer": "bridge.materializers.decorator",
    "promote": "bridge.flows.promoting",
    "prune": "bridge.workspace.keeping",
    "remove_alias": "bridge.flows.labels",
    "restore": "bridge.workspace.archives",
    "rollback": "bridge.flows.promoting",
    "save": "bridge.flows.values",
    "seed_everything": "bridge.flows.seeding",
    "set_alias": "bridge.flows.labels",
    "sweep": "bridge.workspace.sweeping",
    "tag": "bridge.flows.labels",
    "task": "bridge.flows",
    "tune": "bridge.tuning",
}

__all__ = [  # noqa: RUF022 - sorted as `sorted` does it, constants not first
    "Artifact",
    "BridgeError",
    "CONTENT",
    "Metrics",
    "Model",
    "Preview",
    "WorkspaceBlock",
    "activate",
    "archive",
    "atune",
    "deactivate",
    "demote",
    "diff",
    "flow",
    "import_file",
    "import_folder",
    "import_url",
    "load",
    "log_metadata",
    "materializer",
    "promote",
    "prune",
    "remove_alias",
    "restore",
    "rollback",
    "save",
    "seed_everything",
    "set_alias",
    "sweep",
    "tag",
    "task",
    "tune",
]


_ROOMS = frozenset({"cache", "lineage", "models", "reproduce", "tuning"})
"""Modules that are asked for as attributes: `bridge.models.get("churn")`."""

__getattr__ = names_of(__name__, _HOMES, _ROOMS)


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES, *_ROOMS})
