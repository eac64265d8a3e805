"""Flows that start runs of other flows."""

from __future__ import annotations

import libcst as cst
import libcst.matchers as m

from bridge.migrate.arguments import argument, named, names_of, with_arguments
from bridge.migrate.nodes import code_of, has_comment, text_of
from bridge.migrate.rule import Pair, Rule
from bridge.migrate.scopes import parents

_HOMES = ("prefect.tasks.prefect", "prefect.tasks.prefect.flow_run")
CREATE = tuple(f"{home}.create_flow_run" for home in _HOMES)
WAIT = tuple(f"{home}.wait_for_flow_run" for home in _HOMES)

INSTEAD = {
    "StartFlowRun": "`run_deployment(name='flow/deployment', parameters={…})` (from "
    "prefect.deployments) where it is called",
    "FlowRunTask": "`run_deployment(name='flow/deployment', parameters={…})` (from prefect.deployments)",
    "RenameFlowRun": "`@flow(flow_run_name='{date} of {name}')`: a name made of the parameters",
    "get_task_run_result": "let the other flow return it: `run_deployment(…).state.result()`",
    "create_flow_run": "`run_deployment(name='flow/deployment', parameters={…})` (from prefect.deployments)",
    "wait_for_flow_run": "`run_deployment` waits by itself",
}


class Subflows(Rule):
    """`create_flow_run(flow_name="a", project_name="p")` becomes `run_deployment(name="a/a")`.

    That waits until the run has ended, so `wait_for_flow_run(run)` becomes `run`; with `timeout=0` it does not wait. A
    flow is deployed under a name of its own, "flow/deployment": the deployment is taken to be called like the flow, as
    `flow.serve` of a migrated file calls it. `StartFlowRun` and other tasks around flow runs stay, with what to write
    instead. In one project it is simpler to call the other flow like a function.
    """

    name = "prefect1/subflows"
    words = ("prefect.tasks.prefect",)
    pairs = (
        Pair(
            "from prefect.tasks.prefect import create_flow_run, wait_for_flow_run\n\n"
            'run = create_flow_run(flow_name="a", project_name="p", parameters={"n": 1})\n'
            "end = wait_for_flow_run(run)\n",
            "from prefect.deployments import run_deployment\n\n"
            'run = run_deployment(name="a/a", parameters={"n": 1})\nend = run\n',
            ("approximate", "direct"),
        ),
        Pair(
            "from prefect.tasks.prefect import StartFlowRun\n\nstart = StartFlowRun(flow_name='a', wait=True)\n",
            kinds=("manual",),
            says="run_deployment",
        ),
        Pair("from prefect.deployments import run_deployment\n\nrun_deployment('prefect.tasks.prefect')\n"),
    )

    def visit_Module(self, node: cst.Module) -> None:  # noqa: N802  LibCST's
        """What is done with the tasks in ways that are not known stays, and is reported."""
        self._known: set[cst.CSTNode] = set()
        calls = [cst.ensure_type(one, cst.Call) for one in m.findall(node, m.Call())]
        for call in calls:
            is_named = argument(call, "flow_name") is not None and len(names_of(call.args)) == len(call.args)
            if self.means(call.func, *CREATE) and is_named and names_of(call.args) <= {*KEPT, *DROPPED, "flow_name"}:
                self._known.add(call)
            if self.means(call.func, *WAIT) and argument(call, "flow_run_id", 0) is not None:
                self._known.add(call)
        for call in calls:
            kinds = {
                name.rpartition(".")[2] for name in self.names(call.func) if name.startswith("prefect.tasks.prefect.")
            }
            if kinds and call not in self._known:
                instead = INSTEAD.get(kinds.pop(), "the REST client: `get_client()` (from prefect)")
                self.report("manual", call, self.code(call), instead)
        for name in ("create_flow_run", "wait_for_flow_run"):
            for home in _HOMES:
                self.imports.drop_unused(home, name)

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:  # noqa: N802  LibCST's
        """A deployment that is run."""
        if original_node not in self._known:
            return updated_node
        if self.means(original_node.func, *WAIT):
            run = argument(updated_node, "flow_run_id", 0)
            assert run is not None
            self.report("direct", original_node, self.code(original_node), "`run_deployment` has waited")
            return run.value
        name = argument(updated_node, "flow_name")
        assert name is not None
        title = text_of(name.value)
        full = f'"{title}/{title}"' if title is not None else f'f"{{{code_of(name.value)}}}/{{{code_of(name.value)}}}"'
        args = [named("name", full)]
        args += [
            named(KEPT[arg.keyword.value], arg.value)
            for arg in updated_node.args
            if arg.keyword is not None and arg.keyword.value in KEPT
        ]
        self.imports.add("prefect.deployments", "run_deployment")
        note = f"`run_deployment`, which waits for the run; the deployment {full} has to be there"
        self.report("approximate", original_node, self.code(original_node), note)
        return with_arguments(updated_node.with_changes(func=cst.Name("run_deployment"), args=[]), args)

    def leave_Expr(self, original_node: cst.Expr, updated_node: cst.Expr) -> cst.Expr | cst.RemovalSentinel:  # noqa: N802
        """A name by itself, of a run that was waited for, is left out where other statements are."""
        line = next(parents(self, original_node))
        if not isinstance(updated_node.value, cst.Name) or original_node.value not in self._known or has_comment(line):
            return updated_node
        block = next(parents(self, line))
        is_last = isinstance(block, (cst.IndentedBlock, cst.Module)) and len(block.body) == 1
        return updated_node if is_last else cst.RemoveFromParent()


KEPT = {"parameters": "parameters", "run_name": "flow_run_name", "idempotency_key": "idempotency_key"}
"""Arguments of `create_flow_run` that `run_deployment` has, too."""

DROPPED = {"project_name", "labels", "task_args", "upstream_tasks"}
"""Arguments of `create_flow_run` that a deployment has of its own, or that a call in its place does not need."""
