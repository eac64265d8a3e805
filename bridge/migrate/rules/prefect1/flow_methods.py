"""What else is done with a flow."""

from __future__ import annotations

import libcst as cst
import libcst.matchers as m

from bridge.migrate.arguments import with_arguments
from bridge.migrate.nodes import code_of
from bridge.migrate.removing import Removing
from bridge.migrate.rule import Pair
from bridge.migrate.rules.prefect1 import given_flows
from bridge.migrate.rules.prefect1.blocks import Block, Blocks
from bridge.migrate.scopes import parents, statement_of

NEEDLESS = {
    "set_reference_tasks": "is left out: a flow fails with the first task that fails, and with what "
    "it returns or raises",
    "validate": "is left out: a flow is a function, of which Prefect checks the arguments when it is called",
}
"""Methods without which a flow does what it did, and why."""

KEPT = frozenset({"name", "serve", "visualize", "task_runner", "with_options", "deploy", "to_deployment"})
"""Attributes that a flow still has, or has got from another rule."""

LEFT = frozenset({"run", "register", "chain", "add_edge", "add_task", "set_dependencies", "run_config", "storage"})
LEFT |= {"schedule", "executor", "environment", "result", "state_handlers"}
"""Attributes of which other rules take care."""

INSTEAD = {
    "tasks": "a flow has no tasks before it runs: name what you need where the task is called",
    "replace": "pass what differs to the flow as an argument",
    "save": "a flow is loaded from its file: `flow.from_source(source, entrypoint='flows.py:name')`",
    "serialize": "deployments are described by `{0}.to_deployment(name=…)`",
    "update": "call the other flow in this one: a flow that is called in a flow is a run below it",
}
"""What stands for attributes that a flow has not any more."""


class FlowMethods(Removing):
    """Other methods of a flow.

    `flow.set_reference_tasks([…])` and `flow.validate()` have nothing in their place and are left out.
    `flow.visualize()` stays; Prefect 3 runs the code of the flow for it, without that of its tasks. Arguments such as
    `filename` are left out, which is reported: it takes those of the flow alone. What a flow of Prefect 3 has not
    (`tasks`, `serialize`, `save`, `replace` …) stays, with what to write instead.
    """

    name = "prefect1/flow_methods"
    words = ("Flow(", "Flow (")
    pairs = (
        Pair(
            'from prefect import Flow\n\nwith Flow("x") as flow:\n    a = b()\n    # all\n'
            "    flow.set_reference_tasks([a])\n\nflow.visualize(filename='x')\n",
            'from prefect import Flow\n\nwith Flow("x") as flow:\n    a = b()\n    # all\n\nflow.visualize()\n',
            ("approximate", "approximate"),
            "no `filename='x'`",
        ),
        Pair(
            'from prefect import Flow\n\nwith Flow("x") as f:\n    a()\n\nf.validate()\nprint(f.tasks, f.get_tasks)\n',
            'from prefect import Flow\n\nwith Flow("x") as f:\n    a()\n\nprint(f.tasks, f.get_tasks)\n',
            ("approximate", "manual", "manual"),
            "no tasks before it runs",
        ),
        Pair('from prefect import Flow\n\nwith Flow("x") as flow:\n    a()\n\nprint(flow.name)\n'),
    )

    def visit_Module(self, node: cst.Module) -> None:  # noqa: N802  LibCST's
        """Find what is done with flows."""
        self._blocks = Blocks(self, node)
        self._shown: set[cst.CSTNode] = set()
        for one in m.findall(node, m.Attribute(value=m.Name())):
            attribute = cst.ensure_type(one, cst.Attribute)
            block = self._blocks.meant(attribute.value)
            if block is not None:
                self._look(attribute, block)

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:  # noqa: N802  LibCST's
        """Show a flow without what the run of another has left."""
        return with_arguments(updated_node, []) if original_node in self._shown else updated_node

    def _look(self, attribute: cst.Attribute, block: Block) -> None:
        name = attribute.attr.value
        call = next(parents(self, attribute))
        is_call = isinstance(call, cst.Call) and call.func is attribute
        statement = statement_of(self, attribute)
        if name in NEEDLESS and is_call and m.matches(statement, m.SimpleStatementLine(body=[m.Expr(m.Call())])):
            self._removed.add(statement)
            self.report("approximate", attribute, self.code(call), NEEDLESS[name])
        elif name == "visualize" and is_call:
            self._shown.add(call)
            self.report("approximate", attribute, self.code(call), shown(cst.ensure_type(call, cst.Call)))
        elif name not in KEPT | LEFT and not (is_call and name in given_flows.INSTEAD):
            instead = {**INSTEAD, **given_flows.INSTEAD}.get(name, "flows of Prefect 3 have no such thing")
            instead = instead.format(block.function)
            self.report("manual", attribute, self.code(attribute), instead)


def shown(call: cst.Call) -> str:
    """What is different when a flow is drawn."""
    note = "runs what the flow does outside of its tasks"
    given = ", ".join(code_of(arg.with_changes(comma=cst.MaybeSentinel.DEFAULT)).strip() for arg in call.args)
    return f"{note}; it takes no `{given}`: it makes a PNG, named after the flow" if given else note
