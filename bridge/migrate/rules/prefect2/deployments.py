"""`Deployment.build_from_flow(…)` becomes `flow.to_deployment(…)`."""

from __future__ import annotations

import libcst as cst
import libcst.matchers as m

from bridge.migrate.arguments import argument, named, names_of, renamed, with_arguments
from bridge.migrate.nodes import code_of, has_comment
from bridge.migrate.rule import Pair, Rule

DEPLOYMENT = ("prefect.deployments.Deployment", "prefect.deployments.deployments.Deployment")

KEPT = frozenset(
    {"name", "version", "tags", "description", "parameters", "schedule", "schedules", "triggers", "work_pool_name"}
    | {"work_queue_name", "job_variables"}
)

RENAMED = {"infra_overrides": "job_variables", "work_queue_pool": "work_pool_name"}

LEFT_OUT = {
    "infrastructure": "a work pool says how runs are started: `prefect work-pool create NAME --type docker`",
    "storage": "say where the code is: `flow.from_source(source, entrypoint='flows.py:name').deploy(…)`",
    "path": "say where the code is: `flow.from_source(source, entrypoint='flows.py:name').deploy(…)`",
    "entrypoint": "say where the code is: `flow.from_source(source, entrypoint='flows.py:name').deploy(…)`",
    "output": "`prefect.yaml` describes deployments in a file",
    "apply": "write `.apply()` behind it",
    "skip_upload": "nothing is uploaded",
    "ignore_file": "nothing is uploaded",
    "load_existing": "a deployment is what is said here",
}


class Deployments(Rule):
    """`Deployment.build_from_flow(flow=etl, name="daily")` becomes `etl.to_deployment(name="daily")`; `.apply()` stays.

    Runs of a deployment are started by a worker of its work pool; without one they wait until the flow is served:
    `etl.serve(name="daily")` in the place of both lines serves it from this process. Agents, infrastructure blocks and
    storage blocks are gone; what was given as such is left out and reported.
    """

    name = "prefect2/deployments"
    words = ("Deployment",)
    pairs = (
        Pair(
            "from prefect.deployments import Deployment\n\n"
            'd = Deployment.build_from_flow(flow=etl, name="daily", infra_overrides={"a": 1}, tags=["x"])\nd.apply()\n',
            '\nd = etl.to_deployment(name="daily", job_variables={"a": 1}, tags=["x"])\nd.apply()\n',
            ("approximate",),
            "work pool",
        ),
        Pair(
            "from prefect.deployments import Deployment\n\n"
            'Deployment.build_from_flow(\n    etl,\n    name="d",\n    is_schedule_active=False,\n'
            "    storage=S3(),\n).apply()\n",
            '\netl.to_deployment(\n    name="d",\n    paused=True,\n).apply()\n',
            ("approximate",),
            "from_source",
        ),
        Pair(
            "from prefect.deployments import Deployment\n\nd = Deployment(name='x', flow_name='y')\n",
            kinds=("manual",),
        ),
        Pair("from prefect.deployments import run_deployment\n\nDeployment.build_from_flow(a)\n"),
    )

    def visit_Call(self, node: cst.Call) -> None:  # noqa: N802  LibCST's
        """A deployment that is made without a flow."""
        if self.means(node.func, *DEPLOYMENT):
            how = "`flow.to_deployment(name=…)` of the flow itself, or `flow.deploy(name=…, work_pool_name=…)`"
            self.report("manual", node, self.code(node), how)

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:  # noqa: N802  LibCST's
        """The deployment of a flow."""
        func = original_node.func
        if not (isinstance(func, cst.Attribute) and func.attr.value == "build_from_flow"):
            return updated_node
        if not self.means(func.value, *DEPLOYMENT):
            return updated_node
        flow = argument(updated_node, "flow", 0)
        known = KEPT | set(RENAMED) | set(LEFT_OUT) | {"flow", "is_schedule_active"}
        if (
            flow is None
            or not isinstance(flow.value, (cst.Name, cst.Attribute))
            or names_of(original_node.args) - known
        ):
            self.report("manual", original_node, self.code(original_node), "`flow.to_deployment(name=…)`")
            return updated_node
        if has_comment(original_node) and names_of(original_node.args) & set(LEFT_OUT):
            self.report("manual", original_node, self.code(original_node), "has comments; `flow.to_deployment(name=…)`")
            return updated_node
        args, notes = self._arguments(updated_node, flow)
        self.imports.drop_unused("prefect.deployments", "Deployment")
        self.imports.drop_unused("prefect.deployments.deployments", "Deployment")
        pool = "a worker of its work pool runs it"
        if not names_of(args) & {"work_pool_name"}:
            pool = f"say a work pool, `work_pool_name=…`, or serve it: `{code_of(flow.value)}.serve(name=…)`"
        self.report("approximate", original_node, self.code(original_node), "; ".join([pool, *notes]))
        return with_arguments(
            updated_node.with_changes(func=cst.Attribute(flow.value, cst.Name("to_deployment"))), args
        )

    def _arguments(self, call: cst.Call, flow: cst.Arg) -> tuple[list[cst.Arg], list[str]]:
        args: list[cst.Arg] = []
        notes = []
        for position, arg in enumerate(call.args):
            if arg is flow:
                continue
            name = arg.keyword.value if arg.keyword is not None else ("name" if position == 1 else "")
            if name == "is_schedule_active":
                args.append(named("paused", _negated(arg.value)).with_changes(comma=arg.comma))
            elif name in LEFT_OUT:
                notes.append(f"`{name}` is left out: {LEFT_OUT[name]}")
            else:
                args.append(renamed(arg, RENAMED.get(name, name)))
        return args, notes


def _negated(value: cst.BaseExpression) -> cst.BaseExpression:
    if m.matches(value, m.Name("True") | m.Name("False")):
        return cst.Name("False" if cst.ensure_type(value, cst.Name).value == "True" else "True")
    return cst.parse_expression(f"not ({code_of(value)})")
