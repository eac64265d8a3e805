"""Futures and states: what was awaited, waited for, fetched."""

from __future__ import annotations

import libcst as cst
import libcst.matchers as m

from bridge.migrate.arguments import argument, with_arguments
from bridge.migrate.nodes import code_of
from bridge.migrate.rule import Pair, Rule
from bridge.migrate.scopes import bindings, parents, scope_of

SUBMITTED = m.Call(func=m.Attribute(attr=m.Name("submit") | m.Name("map")))
FLOW = ("prefect.flow", "prefect.flows.flow", "bridge.flow")


class Futures(Rule):
    """`await task.submit(…)` becomes `task.submit(…)`: futures are not awaited, nor are their `result()` and `wait()`.

    `state = future.wait()` becomes `future.wait()` and `state = future.state`; within an expression it is reported.
    `state.result(fetch=True)` becomes `state.result()`.
    """

    name = "prefect2/futures"
    words = ("submit", ".map(", "fetch")
    pairs = (
        Pair(
            "from prefect import flow\n\n@flow\nasync def a():\n    f = await b.submit(1)\n    c = await f.result()\n"
            "    await f.wait()\n    return f.wait()\n",
            "from prefect import flow\n\n@flow\nasync def a():\n    f = b.submit(1)\n    c = f.result()\n"
            "    f.wait()\n    return f.wait()\n",
            ("direct", "direct", "direct", "manual"),
            "f.state",
        ),
        Pair(
            "from prefect import flow\n\n@flow\ndef a():\n    f = b.submit(1)\n    s = f.wait()  # its end\n"
            "    return s\n",
            "from prefect import flow\n\n@flow\ndef a():\n    f = b.submit(1)\n    f.wait()\n"
            "    s = f.state  # its end\n    return s\n",
            ("direct",),
        ),
        Pair(
            "from prefect import flow\n\nprint(a(return_state=True).result(fetch=True, raise_on_failure=False))\n",
            "from prefect import flow\n\nprint(a(return_state=True).result(raise_on_failure=False))\n",
            ("direct",),
        ),
        Pair("pool.submit(a)\n\nasync def b():\n    await queue.get()\n"),
    )

    def leave_Await(self, original_node: cst.Await, updated_node: cst.Await) -> cst.BaseExpression:  # noqa: N802
        """What is not awaited any more."""
        value = original_node.expression
        if m.matches(value, SUBMITTED) or self._is_of_future(value):
            self.report("direct", original_node, self.code(original_node), "is not awaited")
            return updated_node.expression.with_changes(
                lpar=[*updated_node.lpar, *updated_node.expression.lpar],
                rpar=[*updated_node.expression.rpar, *updated_node.rpar],
            )
        return updated_node

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:  # noqa: N802  LibCST's
        """A result is always fetched."""
        self._wait(original_node)
        fetch = argument(updated_node, "fetch")
        if fetch is None or not m.matches(updated_node.func, m.Attribute(attr=m.Name("result"))):
            return updated_node
        self.report("direct", original_node, self.code(original_node), "is always fetched")
        return with_arguments(updated_node, [arg for arg in updated_node.args if arg is not fetch])

    def leave_SimpleStatementLine(  # noqa: N802  LibCST's
        self, original_node: cst.SimpleStatementLine, updated_node: cst.SimpleStatementLine
    ) -> cst.BaseStatement | cst.FlattenSentinel[cst.BaseStatement]:
        """Waiting is one statement, reading the state another."""
        if not self._is_waited_for(original_node):
            return updated_node
        assign = cst.ensure_type(updated_node.body[0], cst.Assign)
        waited = assign.value.expression if isinstance(assign.value, cst.Await) else assign.value
        future = cst.ensure_type(cst.ensure_type(waited, cst.Call).func, cst.Attribute).value
        self.report("direct", original_node, self.code(original_node), f"`{code_of(future)}.state`, after `wait()`")
        line = cst.SimpleStatementLine([cst.Expr(waited)], leading_lines=updated_node.leading_lines)
        read = assign.with_changes(value=cst.Attribute(future, cst.Name("state")))
        return cst.FlattenSentinel([line, updated_node.with_changes(body=[read], leading_lines=[])])

    def _is_waited_for(self, line: cst.SimpleStatementLine) -> bool:
        """Whether a line is `state = future.wait()`."""
        if len(line.body) != 1 or not isinstance(line.body[0], cst.Assign) or len(line.body[0].targets) != 1:
            return False
        value = line.body[0].value
        waited = value.expression if isinstance(value, cst.Await) else value
        return m.matches(waited, m.Call(func=m.Attribute(attr=m.Name("wait")))) and self._is_of_future(waited)

    def _wait(self, call: cst.Call) -> None:
        """`future.wait()` gives nothing any more."""
        above = [one for one in parents(self, call) if not isinstance(one, cst.Await)]
        is_wait = m.matches(call.func, m.Attribute(attr=m.Name("wait"))) and self._is_of_future(call)
        is_alone = isinstance(above[1], cst.SimpleStatementLine) and self._is_waited_for(above[1])
        if is_wait and not isinstance(above[0], cst.Expr) and not is_alone:
            name = code_of(cst.ensure_type(call.func, cst.Attribute).value)
            self.report("manual", call, self.code(call), f"gives nothing: `{name}.wait()`, then `{name}.state`")

    def _is_of_future(self, value: cst.BaseExpression) -> bool:
        """Whether something is asked of a name that what was submitted is bound to."""
        if not m.matches(value, m.Call(func=m.Attribute(value=m.Name(), attr=m.Name("result") | m.Name("wait")))):
            return False
        name = cst.ensure_type(cst.ensure_type(cst.ensure_type(value, cst.Call).func, cst.Attribute).value, cst.Name)
        scope = scope_of(self, value)
        if scope is None:
            return False
        for bound in bindings(scope, name.value):
            statement = next((one for one in parents(self, bound) if isinstance(one, cst.Assign)), None)
            if statement is not None and m.findall(statement.value, SUBMITTED):
                return True
        return False
