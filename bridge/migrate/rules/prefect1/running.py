"""`flow.run()` becomes a call of the flow."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst
import libcst.matchers as m

from bridge.migrate.arguments import argument, named, with_arguments
from bridge.migrate.nodes import code_of
from bridge.migrate.rule import Pair, Rule
from bridge.migrate.rules.prefect1.blocks import RESULT, Block, Blocks
from bridge.migrate.rules.prefect1.runs import arguments_of_run, is_off_schedule, readers_of_state
from bridge.migrate.rules.prefect1.schedules import given
from bridge.migrate.rules.prefect1.titles import rightly
from bridge.migrate.scopes import names_bound, parents, statement_of
from bridge.migrate.statements import guarded


class Running(Rule):
    """`flow.run()` becomes a call: parameters are its arguments.

    By itself, a call raises what failed; Prefect 1 returned a failed state. Where the state is used, the call returns
    one (`return_state=True`): `state.is_successful()` becomes `state.is_completed()`, and what is read of it,
    `state.result[model].result`, is returned by the flow from then on. Other uses of the state's results stay.

    A flow with a schedule is served: `flow.run()` of Prefect 1 waits for the schedule, too.
    """

    name = "prefect1/running"
    words = (".run(",)
    pairs = (
        Pair(
            'from prefect import Flow\n\nwith Flow("x") as flow:\n    a()\n\nflow.run(parameters={"n": 1}, m=2)\n',
            'from prefect import Flow\n\nwith Flow("x") as flow:\n    a()\n\nflow(n=1, m=2)\n',
            ("approximate",),
            "raised",
        ),
        Pair(
            'from prefect import Flow\n\nwith Flow("x") as f:\n    a = b()\n\nstate = f.run()\n'
            "assert state.is_successful()\nprint(state.result[a].result)\n",
            'from prefect import Flow\n\nwith Flow("x") as f:\n    a = b()\n    return a\n\n'
            "state = f(return_state=True)\nassert state.is_completed()\nprint(state.result())\n",
            ("direct", "direct", "direct"),
        ),
        Pair(
            'from prefect import Flow\n\nwith Flow("x", schedule=daily) as flow:\n    a()\n\nflow.run()\n',
            'from prefect import Flow\n\nwith Flow("x", schedule=daily) as flow:\n    a()\n\n'
            'if __name__ == "__main__":\n    flow.serve(name="x", schedule=daily)\n',
            ("approximate",),
        ),
        Pair(
            'from prefect import Flow\n\ndaily = [a, b]\nwith Flow("x", schedule=daily) as flow:\n    a()\n\n'
            "def main():\n    flow.run()\n",
            'from prefect import Flow\n\ndaily = [a, b]\nwith Flow("x", schedule=daily) as flow:\n    a()\n\n'
            'def main():\n    flow.serve(name="x", schedules=daily)\n',
            ("approximate",),
        ),
        Pair(
            'from prefect import Flow\n\nwith Flow("x") as flow:\n    a = b()\n\ns = flow.run()\nprint(s.result)\n',
            'from prefect import Flow\n\nwith Flow("x") as flow:\n    a = b()\n\n'
            "s = flow(return_state=True)\nprint(s.result)\n",
            ("direct", "manual"),
        ),
        Pair("import subprocess\n\nsubprocess.run()\n"),
    )

    def visit_Module(self, node: cst.Module) -> None:  # noqa: N802  LibCST's
        """Find the runs and what is read of their states."""
        self._blocks = Blocks(self, node)
        self._returned: dict[Block, list[str]] = {}
        self._changed: dict[cst.CSTNode, cst.BaseExpression] = {}
        self._served: set[cst.CSTNode] = set()
        self._read_results: list[tuple[cst.Attribute, cst.BaseExpression, Block, str]] = []
        for one in m.findall(node, m.Call(func=m.Attribute(value=m.Name(), attr=m.Name("run")))):
            call = cst.ensure_type(one, cst.Call)
            block = self._blocks.meant(cst.ensure_type(call.func, cst.Attribute).value)
            if block is not None:
                self._run(call, block)
        for whole, state, block, name in self._read_results:
            names = self._returned[block]
            result: cst.BaseExpression = cst.Call(cst.Attribute(state, cst.Name("result")))
            if len(names) > 1:
                index = cst.SubscriptElement(cst.Index(cst.Integer(str(names.index(name)))))
                result = cst.Subscript(result, [index])
            self._changed[whole] = result

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:  # noqa: N802  LibCST's
        """The call in its new form."""
        return self._changed.get(original_node, updated_node)

    def leave_Attribute(  # noqa: N802  LibCST's
        self, original_node: cst.Attribute, updated_node: cst.Attribute
    ) -> cst.BaseExpression:
        """What is read of a state."""
        return self._changed.get(original_node, updated_node)

    def leave_With(self, original_node: cst.With, updated_node: cst.With) -> cst.With:  # noqa: N802  LibCST's
        """The flow returns what is read of its states."""
        names = next((names for block, names in self._returned.items() if block.node is original_node), [])
        if not names:
            return updated_node
        body = cst.ensure_type(updated_node.body, cst.IndentedBlock)
        added = cst.parse_statement(f"return {', '.join(names)}")
        return updated_node.with_changes(body=body.with_changes(body=[*body.body, added]))

    def leave_SimpleStatementLine(  # noqa: N802  LibCST's
        self, original_node: cst.SimpleStatementLine, updated_node: cst.SimpleStatementLine
    ) -> cst.BaseStatement:
        """What serves a flow must not do so again when the file is read for a run."""
        if original_node in self._served and isinstance(next(parents(self, original_node)), cst.Module):
            return guarded(updated_node)
        return updated_node

    def _run(self, call: cst.Call, block: Block) -> None:
        args = arguments_of_run(self, call)
        above = next(parents(self, call))
        is_alone = isinstance(above, cst.Expr)
        if args is None:
            return
        schedule = block.argument("schedule")
        if schedule is not None and is_alone and not is_off_schedule(call):
            self._serve(call, block, schedule, args)
            return
        func: cst.BaseExpression = cst.ensure_type(call.func, cst.Attribute).value
        executor = argument(call, "executor")
        if executor is not None:
            func = cst.Call(cst.Attribute(func, cst.Name("with_options")), [named("task_runner", executor.value)])
        if is_alone:
            self.report("approximate", call, self.code(call), "is a call; a failure is raised, not returned as a state")
        else:
            args = [*args, named("return_state", "True")]
            self.report("direct", call, self.code(call), "is a call that returns the flow's state")
            for reader in readers_of_state(self, call):
                self._use(reader, block)
        self._changed[call] = with_arguments(call.with_changes(func=func), args)

    def _serve(self, call: cst.Call, block: Block, schedule: cst.BaseExpression, args: Sequence[cst.Arg]) -> None:
        name = rightly(block.argument("name") or cst.SimpleString(f'"{block.function}"'))
        served = [named("name", name), given(self, schedule, block.scope)]
        if args:
            pairs = ", ".join(f'"{arg.keyword.value}": {code_of(arg.value)}' for arg in args if arg.keyword is not None)
            served.append(named("parameters", f"{{{pairs}}}"))
        func = cst.ensure_type(call.func, cst.Attribute).with_changes(attr=cst.Name("serve"))
        self._changed[call] = with_arguments(cst.Call(func), served)
        self._served.add(statement_of(self, call))
        self.report(
            "approximate", call, self.code(call), "serves the flow by its schedule, which needs a Prefect server"
        )

    def _use(self, reader: cst.CSTNode, block: Block) -> None:
        above = list(parents(self, reader))[:3]
        if not isinstance(above[0], cst.Attribute) or above[0].value is not reader:
            return
        attribute = above[0]
        if attribute.attr.value == "is_successful":
            self._changed[attribute] = attribute.with_changes(attr=cst.Name("is_completed"))
            self.report("direct", attribute, self.code(attribute), "`is_completed`")
        elif attribute.attr.value == "result":
            whole = above[2] if len(above) > 2 else None
            if whole is not None and m.matches(whole, RESULT):
                self._result(cst.ensure_type(whole, cst.Attribute), attribute, block)
            else:
                self.report(
                    "manual",
                    attribute,
                    self.code(attribute),
                    "a state has what the flow returns: let the flow `return` it, and read `state.result()`",
                )

    def _result(self, whole: cst.Attribute, attribute: cst.Attribute, block: Block) -> None:
        index = cst.ensure_type(cst.ensure_type(whole.value, cst.Subscript).slice[0].slice, cst.Index)
        name = cst.ensure_type(index.value, cst.Name).value
        if name not in names_bound(self, block.scope, block.node.body):
            self.report(
                "manual", whole, self.code(whole), f"let the flow return what {name} gives; read `state.result()`"
            )
            return
        names = self._returned.setdefault(block, [])
        if name not in names:
            names.append(name)
        self.report("direct", whole, self.code(whole), f"the flow returns {name}")
        self._read_results.append((whole, attribute.value, block, name))
