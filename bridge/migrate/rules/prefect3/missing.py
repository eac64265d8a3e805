"""What the Prefect that is installed does not have."""

from __future__ import annotations

import re

import libcst as cst
import libcst.matchers as m

from bridge.migrate.installed import homes_of, lacks
from bridge.migrate.nodes import code_of
from bridge.migrate.rule import Pair, Rule
from bridge.migrate.scopes import parents

INSTEAD = {
    "prefect.task_runners.DaskTaskRunner": "`from prefect_dask import DaskTaskRunner`",
    "prefect.task_runners.RayTaskRunner": "`from prefect_ray import RayTaskRunner`",
    "prefect.server.api.server.ORION_API_VERSION": "`SERVER_API_VERSION` of the same module",
    "prefect.artifacts.create_markdown": "`create_markdown_artifact(key=…, markdown=…)`",
    "prefect.artifacts.update_markdown": "`create_markdown_artifact(key=…, markdown=…)` makes the next version",
    "prefect.artifacts.create_link": "`create_link_artifact(key=…, link=…)`",
    "prefect.artifacts.update_link": "`create_link_artifact(key=…, link=…)` makes the next version",
    "prefect.artifacts.delete_artifact": "`get_client().delete_artifact(id)` (from prefect.client.orchestration)",
    "prefect.engine.cache_validators": "`cache_policy=` with a policy of prefect.cache_policies",
    "prefect.engine.signals": "raise what failed; `prefect.states` has `Completed`, `Failed`, `Cancelled`",
    "prefect.engine.FlowRunner": "a flow is called: `flow()`",
    "prefect.engine.TaskRunner": "a task is called: `task()`",
    "prefect.utilities.logging": "`get_run_logger()` (from prefect), or `prefect.logging`",
}
"""By the name that is not there."""

_GUARDS = m.Name("ImportError") | m.Name("ModuleNotFoundError") | m.Name("Exception")


class Missing(Rule):
    """A name that the Prefect installed here does not have is reported, however it is imported.

    It is looked for in Prefect's own files when the other rules are through, so that a file without manual findings
    does not fail on an import of Prefect's. Where a public module of it has that name, the finding says which. What is
    imported below `try` with an `except ImportError` stays unsaid.
    """

    name = "prefect3/missing"
    words = ("prefect",)
    pairs = (
        Pair(
            "from prefect.engine import FlowRunner, pause_flow_run\n",
            kinds=("manual",),
            says="`FlowRunner` of `prefect.engine` is not in Prefect 3",
        ),
        Pair(
            "from prefect.task_runners import DaskTaskRunner as D\n",
            kinds=("manual",),
            says="`from prefect_dask import DaskTaskRunner`",
        ),
        Pair("import prefect.engine.signals\n", kinds=("manual",), says="`signals` of `prefect.engine`"),
        Pair(
            'from prefect import artifacts\n\nartifacts.create_markdown("# a")\n',
            kinds=("manual",),
            says="`create_markdown_artifact(key=…, markdown=…)`",
        ),
        Pair(
            "from prefect.tasks import ThreadPoolTaskRunner\n",
            kinds=("manual",),
            says="`prefect.task_runners` has one of that name",
        ),
        Pair("try:\n    from prefect.orion import api\nexcept ImportError:\n    api = None\n"),
        Pair("from prefect import flow, runtime\n\nprint(runtime.flow_run.id, flow.__name__)\n"),
    )

    def visit_ImportFrom(self, node: cst.ImportFrom) -> None:  # noqa: N802  LibCST's
        """`from prefect.engine import FlowRunner`."""
        if node.relative or node.module is None or isinstance(node.names, cst.ImportStar):
            return
        for alias in node.names:
            self._look(node, f"{code_of(node.module)}.{alias.evaluated_name}")

    def visit_Import(self, node: cst.Import) -> None:  # noqa: N802  LibCST's
        """`import prefect.engine.signals`."""
        for alias in node.names:
            self._look(node, alias.evaluated_name)

    def visit_Attribute(self, node: cst.Attribute) -> None:  # noqa: N802  LibCST's
        """`prefect.artifacts.create_markdown`, the whole of it."""
        above = next(parents(self, node), None)
        if isinstance(above, (cst.Attribute, cst.ImportFrom, cst.Import, cst.ImportAlias)):
            return
        names = self.names(node)
        if len(names) == 1:
            self._look(node, names.pop())

    def _look(self, node: cst.CSTNode, name: str) -> None:
        missing = lacks(name)
        if missing is None or self._is_guarded(node):
            return
        module, what = missing
        told = [f"{one.text} {one.note}" for one in self.place.findings if one.kind == "manual"]
        if what.startswith("__") or any(re.search(rf"\b{re.escape(what)}\b", text) for text in told):
            return
        instead = INSTEAD.get(f"{module}.{what}", "")
        homes = (
            [] if instead or isinstance(node, cst.Attribute) else [home for home in homes_of(what) if home != module]
        )
        if len(homes) == 1:
            instead = f"`{homes[0]}` has one of that name"
        note = "is not in Prefect 3" + (f": {instead}" if instead else "")
        self.report("manual", node, f"`{what}` of `{module}`", note)

    def _is_guarded(self, node: cst.CSTNode) -> bool:
        """Whether code is ready for its absence."""
        return any(
            isinstance(one, cst.Try)
            and any(handler.type is None or m.findall(handler.type, _GUARDS) for handler in one.handlers)
            for one in parents(self, node)
        )
