"""Names that have moved, or are gone."""

from __future__ import annotations

import libcst as cst
import libcst.matchers as m

from bridge.migrate.nodes import code_of
from bridge.migrate.rule import Pair, Rule
from bridge.migrate.scopes import parents

MOVED = {
    ("prefect.client", "get_client"): "prefect.client.orchestration",
    ("prefect.client.orion", "get_client"): "prefect.client.orchestration",
    ("prefect.client.orion", "OrionClient"): "prefect.client.orchestration:PrefectClient",
    ("prefect.engine", "pause_flow_run"): "prefect.flow_runs",
    ("prefect.engine", "resume_flow_run"): "prefect.flow_runs",
    ("prefect.engine", "suspend_flow_run"): "prefect.flow_runs",
    ("prefect.deployments", "load_flow_from_flow_run"): "prefect.flows",
    ("prefect.orion.schemas.states", "Completed"): "prefect.states",
    ("prefect.orion.schemas.states", "Failed"): "prefect.states",
    ("prefect.orion.schemas.states", "Cancelled"): "prefect.states",
    ("prefect.orion.schemas.states", "State"): "prefect",
    ("prefect.server.schemas.states", "Completed"): "prefect.states",
    ("prefect.server.schemas.states", "Failed"): "prefect.states",
    ("prefect.server.schemas.states", "Cancelled"): "prefect.states",
    ("prefect.task_runners", "DaskTaskRunner"): "prefect_dask",
    ("prefect.task_runners", "RayTaskRunner"): "prefect_ray",
    ("prefect.dask", "DaskTaskRunner"): "prefect_dask",
    ("prefect.context", "get_run_logger"): "prefect",
}
"""Where names are now."""

GONE = {
    "prefect.filesystems.S3": "`S3Bucket` (from prefect_aws); for the code of a flow, `flow.from_source(…)`",
    "prefect.filesystems.GCS": "`GcsBucket` (from prefect_gcp); for the code of a flow, `flow.from_source(…)`",
    "prefect.filesystems.Azure": "`AzureBlobStorageContainer` (from prefect_azure)",
    "prefect.filesystems.GitHub": "`flow.from_source('https://github.com/owner/name', entrypoint='flows.py:name')`",
    "prefect.infrastructure": "a work pool says how runs are started: `flow.deploy(name=…, work_pool_name=…, image=…)`",
    "prefect.flow_runners": "a work pool says how runs are started: `flow.deploy(name=…, work_pool_name=…, image=…)`",
    "prefect.packaging": "`flow.deploy(name=…, work_pool_name=…, image=…)` builds an image",
    "prefect.agent": "`prefect worker start --pool NAME`",
    "prefect.deployments.DeploymentSpec": "`flow.to_deployment(name=…)`, or `flow.deploy(…)`",
    "prefect.deployments.FlowScript": "`flow.from_source(source, entrypoint='flows.py:name')`",
    "prefect.blocks.kubernetes": "`KubernetesCredentials` (from prefect_kubernetes)",
    "prefect.blocks.system.JSON": "`Variable.get(name)` (from prefect.variables), after `Variable.set(name, value)`",
    "prefect.blocks.system.String": "`Variable.get(name)` (from prefect.variables), after `Variable.set(name, value)`",
    "prefect.blocks.system.DateTime": "`Variable.get(name)` (from prefect.variables), after "
    "`Variable.set(name, value)`",
    "prefect.context.PrefectObjectRegistry": "nothing: flows are loaded by their entrypoints",
    "prefect.blocks.storage": "`LocalFileSystem`, `RemoteFileSystem` (from prefect.filesystems)",
}
"""What to write for names that are gone."""

SCHEDULES = frozenset({"CronSchedule", "IntervalSchedule", "RRuleSchedule"})
"""Names of which another rule takes care."""

VALUE = m.Attribute(value=m.Call(func=m.Attribute(attr=m.Name("load"))), attr=m.Name("value"))

VALUES = tuple(f"prefect.blocks.system.{name}" for name in ("JSON", "String", "DateTime"))


class Moved(Rule):
    """Names are imported from where they are now; `prefect.orion` is `prefect.server`.

    `SequentialTaskRunner` becomes `ThreadPoolTaskRunner(max_workers=1)`. `JSON.load(name).value`, and that of `String`
    and `DateTime`, becomes `Variable.get(name)`: set the variable once. Storage blocks, infrastructure blocks, agents
    and packaging are gone; their imports stay and are reported with what to write instead.
    """

    name = "prefect2/moved"
    words = ("prefect",)
    pairs = (
        Pair(
            "from prefect.client import get_client\nfrom prefect.orion.schemas.filters import FlowFilter\n",
            "from prefect.client.orchestration import get_client\n"
            "from prefect.server.schemas.filters import FlowFilter\n",
            ("direct", "direct"),
        ),
        Pair(
            "from prefect import flow\nfrom prefect.task_runners import SequentialTaskRunner\n\n"
            "@flow(task_runner=SequentialTaskRunner())\ndef a(): ...\n\n@flow(task_runner=SequentialTaskRunner)\n"
            "def b(): ...\n",
            "from prefect import flow\nfrom prefect.task_runners import ThreadPoolTaskRunner\n\n"
            "@flow(task_runner=ThreadPoolTaskRunner(max_workers=1))\ndef a(): ...\n\n"
            "@flow(task_runner=ThreadPoolTaskRunner(max_workers=1))\ndef b(): ...\n",
            ("direct", "direct"),
        ),
        Pair(
            "from prefect.blocks.system import JSON, Secret\n\na = JSON.load('b').value\n",
            "from prefect.blocks.system import Secret\nfrom prefect.variables import Variable\n\n"
            "a = Variable.get('b')\n",
            ("approximate",),
        ),
        Pair("from prefect.filesystems import S3\n\nS3.load('a')\n", kinds=("manual",), says="S3Bucket"),
        Pair(
            "from prefect.task_runners import ThreadPoolTaskRunner\n"
            "from prefect.client.orchestration import get_client\n"
        ),
    )

    def visit_Module(self, node: cst.Module) -> None:  # noqa: N802  LibCST's
        """Which names stay because something else is done with them."""
        self._values = m.findall(node, VALUE)

    def visit_ImportFrom(self, node: cst.ImportFrom) -> None:  # noqa: N802  LibCST's
        """What is imported from where."""
        if node.relative or node.module is None or isinstance(node.names, cst.ImportStar):
            return
        module = code_of(node.module)
        for alias in node.names:
            name = alias.evaluated_name
            to = MOVED.get((module, name))
            if to is None and f"{module}.".startswith("prefect.orion.") and name not in SCHEDULES:
                to = module.replace("prefect.orion", "prefect.server", 1)
            if to is not None:
                home, _, called = to.partition(":")
                self.imports.move(module, name, to=home, called=called or None)
                self.report("direct", node, self.code(node), f"`{called or name}` from {home}")
                continue
            gone = GONE.get(f"{module}.{name}") or next(
                (text for key, text in GONE.items() if f"{module}.".startswith(f"{key}.")), None
            )
            if gone is not None and not self._is_only_value(f"{module}.{name}"):
                self.report("manual", node, self.code(node), f"`{name}` is gone: {gone}")

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:  # noqa: N802  LibCST's
        """`SequentialTaskRunner()`."""
        if self.means(original_node.func, "prefect.task_runners.SequentialTaskRunner") and not original_node.args:
            return updated_node.func if isinstance(updated_node.func, cst.Call) else updated_node
        return updated_node

    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.BaseExpression:  # noqa: N802  LibCST's
        """`SequentialTaskRunner`, called or not."""
        if not self.means(original_node, "prefect.task_runners.SequentialTaskRunner"):
            return updated_node
        if isinstance(next(parents(self, original_node)), (cst.ImportAlias, cst.AsName)):
            return updated_node
        self.imports.move(
            "prefect.task_runners", "SequentialTaskRunner", to="prefect.task_runners", called="ThreadPoolTaskRunner"
        )
        self.report("direct", original_node, self.code(original_node), "`ThreadPoolTaskRunner(max_workers=1)`")
        name = updated_node if original_node.value != "SequentialTaskRunner" else cst.Name("ThreadPoolTaskRunner")
        return cst.ensure_type(cst.parse_expression("f(max_workers=1)"), cst.Call).with_changes(func=name)

    def leave_Attribute(  # noqa: N802  LibCST's
        self, original_node: cst.Attribute, updated_node: cst.Attribute
    ) -> cst.BaseExpression:
        """The value of a block that is a variable now."""
        if original_node not in self._values:
            return updated_node
        func = cst.ensure_type(cst.ensure_type(original_node.value, cst.Call).func, cst.Attribute)
        if not self.means(func.value, *VALUES):
            return updated_node
        call = cst.ensure_type(updated_node.value, cst.Call)
        for name in ("JSON", "String", "DateTime"):
            self.imports.drop_unused("prefect.blocks.system", name)
        self.imports.add("prefect.variables", "Variable")
        note = (
            f"`Variable.get`; make it once: `Variable.set({code_of(call.args[0].value) if call.args else '…'}, value)`"
        )
        self.report("approximate", original_node, self.code(original_node), note)
        return call.with_changes(func=cst.Attribute(cst.Name("Variable"), cst.Name("get")))

    def _is_only_value(self, name: str) -> bool:
        """Whether a block is used for nothing but its value."""
        calls = [cst.ensure_type(cst.ensure_type(one, cst.Attribute).value, cst.Call) for one in self._values]
        blocks = [cst.ensure_type(call.func, cst.Attribute).value for call in calls]
        return name in VALUES and any(self.means(block, name) for block in blocks)
