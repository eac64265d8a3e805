"""Flows that another file of the project defines, or a function makes."""

from __future__ import annotations

import libcst as cst
import libcst.matchers as m

from bridge.migrate.arguments import argument, named, with_arguments
from bridge.migrate.flow_survey import FLOW, MAKER, kind_of
from bridge.migrate.rule import Pair, Rule
from bridge.migrate.rules.prefect1.blocks import Blocks
from bridge.migrate.rules.prefect1.flow_methods import shown
from bridge.migrate.rules.prefect1.runs import arguments_of_run, is_off_schedule, readers_of_state
from bridge.migrate.scopes import bindings, parents, scope_of, statement_of
from bridge.migrate.statements import guarded

INSTEAD = {
    "storage": "say where its code is when you deploy it: `flow.from_source(source=…, entrypoint=…).deploy(…)`",
    "run_config": "say how it runs when you deploy it: `flow.deploy(name=…, work_pool_name=…, job_variables={…})`",
    "schedule": "say when it runs when you serve it: `flow.serve(name=…, schedule=…)`",
    "tasks": "a flow has no tasks before it runs: name what you need where the task is called",
    "serialize": "deployments are described by `flow.to_deployment(name=…)`",
}
"""What is done with a flow that has to be done in another way."""


class OtherFiles(Rule):
    """`from flows.etl import flow`, `flow.run()` becomes `flow()`; so does what a function like `build_flow()` returns.

    The file that defines the flow, or makes it, is found among those that are migrated together: give the project's
    folder. `flow.register("project")` becomes `flow.serve(name=flow.name)`. What is read of the results of a state
    stays, and is reported: let the flow return it.
    """

    name = "prefect1/other_files"
    words = (".run(", ".register(", ".executor", ".run_config", ".storage", ".schedule", ".visualize(")
    pairs = (
        Pair(
            "from prefect import Flow\n\n\ndef build():\n    with Flow('x') as f:\n        a()\n    return f\n\n\n"
            "flow = build()\nstate = flow.run(parameters={'n': 1})\nassert state.is_successful()\nbuild().run()\n",
            "from prefect import Flow\n\n\ndef build():\n    with Flow('x') as f:\n        a()\n    return f\n\n\n"
            "flow = build()\nstate = flow(n=1, return_state=True)\nassert state.is_completed()\nbuild()()\n",
            ("direct", "direct", "approximate"),
        ),
        Pair(
            "from prefect import Flow\n\n\ndef build():\n    with Flow('x') as f:\n        a()\n    return f\n\n\n"
            "flow = build()\nflow.executor = dask\nflow.storage = there\nflow.visualize(filename='a')\n"
            "flow.register('p', labels=['l'])\n",
            "from prefect import Flow\n\n\ndef build():\n    with Flow('x') as f:\n        a()\n    return f\n\n\n"
            "flow = build()\nflow.task_runner = dask\nflow.storage = there\nflow.visualize()\n"
            "if __name__ == \"__main__\":\n    flow.serve(name=flow.name, tags=['l'])\n",
            ("direct", "manual", "approximate", "approximate"),
            "from_source",
        ),
        Pair("import subprocess\n\n\ndef build(): ...\n\n\nsubprocess.run()\nbuild().run()\n"),
    )

    def visit_Module(self, node: cst.Module) -> None:  # noqa: N802  LibCST's
        """Find what is asked of such flows."""
        blocks = Blocks(self, node)
        self._makers = {
            one.name.value
            for found in m.findall(node, m.FunctionDef())
            for block in blocks.good
            for one in parents(self, block.node)
            if one is found and isinstance(one, cst.FunctionDef) and _returns(one, block.variable)
        }
        self._changed: dict[cst.CSTNode, cst.BaseExpression] = {}
        self._served: set[cst.CSTNode] = set()
        for found in m.findall(node, m.Attribute()):
            attribute = cst.ensure_type(found, cst.Attribute)
            if self._is_flow(attribute.value):
                self._look(attribute)

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:  # noqa: N802  LibCST's
        """The call in its new form."""
        return self._changed.get(original_node, updated_node)

    def leave_Attribute(  # noqa: N802  LibCST's
        self, original_node: cst.Attribute, updated_node: cst.Attribute
    ) -> cst.BaseExpression:
        """The attribute by its new name."""
        return self._changed.get(original_node, updated_node)

    def leave_SimpleStatementLine(  # noqa: N802  LibCST's
        self, original_node: cst.SimpleStatementLine, updated_node: cst.SimpleStatementLine
    ) -> cst.BaseStatement:
        """What serves a flow must not do so again when the file is read for a run."""
        if original_node in self._served and isinstance(next(parents(self, original_node)), cst.Module):
            return guarded(updated_node)
        return updated_node

    def _is_flow(self, node: cst.BaseExpression) -> bool:
        """Whether an expression gives a flow: an import, what makes one, a name that is bound to it."""
        if isinstance(node, cst.Call):
            return self._is_maker(node.func)
        if {kind_of(name, self.place.known) for name in self.names(node)} == {FLOW}:
            return True
        scope = scope_of(self, node) if isinstance(node, cst.Name) else None
        if scope is None or not isinstance(node, cst.Name):
            return False
        bound = [one for each in scope[node.value] for one in bindings(each.scope, node.value)]
        values = [statement_of(self, one) for one in bound]
        values = [one.body[0] if isinstance(one, cst.SimpleStatementLine) else one for one in values]
        return bool(values) and all(
            isinstance(value, cst.Assign) and isinstance(value.value, cst.Call) and self._is_maker(value.value.func)
            for value in values
        )

    def _is_maker(self, func: cst.BaseExpression) -> bool:
        kinds = {kind_of(name, self.place.known) for name in self.names(func)}
        return kinds == {MAKER} or (isinstance(func, cst.Name) and func.value in self._makers)

    def _look(self, attribute: cst.Attribute) -> None:
        name, call = attribute.attr.value, next(parents(self, attribute))
        is_called = isinstance(call, cst.Call) and call.func is attribute
        if name == "run" and is_called:
            self._run(cst.ensure_type(call, cst.Call), attribute)
        elif name == "register" and is_called:
            self._register(cst.ensure_type(call, cst.Call), attribute)
        elif name == "visualize" and is_called:
            self._changed[call] = with_arguments(cst.ensure_type(call, cst.Call), [])
            self.report("approximate", attribute, self.code(call), shown(cst.ensure_type(call, cst.Call)))
        elif name == "executor" and isinstance(call, cst.AssignTarget):
            self._changed[attribute] = attribute.with_changes(attr=cst.Name("task_runner"))
            self.report("direct", attribute, self.code(attribute), "`task_runner`")
        elif name in INSTEAD:
            self.report("manual", attribute, self.code(attribute), INSTEAD[name])

    def _run(self, call: cst.Call, attribute: cst.Attribute) -> None:
        args = arguments_of_run(self, call)
        if args is None:
            return
        func: cst.BaseExpression = attribute.value
        executor = argument(call, "executor")
        if executor is not None:
            func = cst.Call(cst.Attribute(func, cst.Name("with_options")), [named("task_runner", executor.value)])
        if isinstance(next(parents(self, call)), cst.Expr):
            note = "is a call; a failure is raised, not returned as a state"
            if not is_off_schedule(call):
                note += "; if it has a schedule, `flow.serve(name=…, schedule=…)` waits for it"
            self.report("approximate", call, self.code(call), note)
        else:
            args = [*args, named("return_state", "True")]
            self.report("direct", call, self.code(call), "is a call that returns the flow's state")
            for reader in readers_of_state(self, call):
                self._use(reader)
        self._changed[call] = with_arguments(call.with_changes(func=func), args)

    def _use(self, reader: cst.CSTNode) -> None:
        attribute = next(parents(self, reader))
        if not isinstance(attribute, cst.Attribute) or attribute.value is not reader:
            return
        if attribute.attr.value == "is_successful":
            self._changed[attribute] = attribute.with_changes(attr=cst.Name("is_completed"))
            self.report("direct", attribute, self.code(attribute), "`is_completed`")
        elif attribute.attr.value == "result":
            note = "a state has what the flow returns: let the flow `return` it, and read `state.result()`"
            self.report("manual", attribute, self.code(attribute), note)

    def _register(self, call: cst.Call, attribute: cst.Attribute) -> None:
        statement = statement_of(self, call)
        if not m.matches(statement, m.SimpleStatementLine(body=[m.Expr(m.Call())])):
            self.report("manual", call, self.code(call), "`flow.deploy(name=…)` returns the deployment's id")
            return
        title = cst.Attribute(attribute.value, cst.Name("name"))
        args = [named("name", title if isinstance(attribute.value, cst.Name) else '"default"')]
        labels = argument(call, "labels")
        if labels is not None:
            args.append(named("tags", labels.value))
        self._changed[call] = with_arguments(cst.Call(attribute.with_changes(attr=cst.Name("serve"))), args)
        self._served.add(statement)
        note = "serves the flow from this process until it is stopped; for workers: `flow.deploy(…, work_pool_name=…)`"
        self.report("approximate", call, self.code(call), note)


def _returns(function: cst.FunctionDef, variable: str) -> bool:
    return bool(m.findall(function, m.Return(value=m.Name(variable))))
