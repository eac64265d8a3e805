"""Futures and states: what was awaited, waited for, fetched."""

from __future__ import annotations

import libcst as cst
import libcst.matchers as m

from bridge.migrate.arguments import argument, keyword, with_arguments
from bridge.migrate.kinds import Kinds
from bridge.migrate.nodes import code_of
from bridge.migrate.rule import Pair, Rule
from bridge.migrate.scopes import bindings, parents, scope_of

SUBMITTED = m.Call(func=m.Attribute(attr=m.Name("submit") | m.Name("map")))
TASK = ("prefect.task", "prefect.tasks.task", "bridge.task")
FLOW = ("prefect.flow", "prefect.flows.flow", "bridge.flow")


class Futures(Rule):
    """`await task.submit(…)` becomes `task.submit(…)`: futures are not awaited, nor are their `result()` and `wait()`.

    `state = future.wait()` becomes `future.wait()` and `state = future.state`; within an expression it is reported.
    `state.result(fetch=True)` becomes `state.result()`. `load().result()`, as before the first release of Prefect 2,
    becomes `load()`, which gives the value.
    """

    name = "prefect2/futures"
    words = ("submit", ".map(", "fetch", ".result(", ".wait(")
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
        Pair(
            "from prefect import flow, task\n\n@task\ndef a(): ...\n\n@flow\ndef b():\n    x = a().result()\n"
            "    y = a()\n    return x, y.result(), a().wait()\n",
            "from prefect import flow, task\n\n@task\ndef a(): ...\n\n@flow\ndef b():\n    x = a()\n"
            "    y = a()\n    return x, y, a().wait()\n",
            ("direct", "direct", "manual"),
            "gives its value and not a future",
        ),
        Pair(
            "from prefect import flow, task\n\n@task\ndef a(x): ...\n\n@flow\ndef b(**more):\n"
            "    s = a(3, return_state=True)\n    t = a(1, **more)\n"
            "    return s.result(), t.result(), a(1, return_state=True).result()\n"
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

    def visit_Module(self, node: cst.Module) -> None:  # noqa: N802  LibCST's
        """Find the tasks of the file."""
        functions = [cst.ensure_type(one, cst.FunctionDef) for one in Kinds.of(node).all(cst.FunctionDef)]
        self._tasks = {one.name.value for one in functions if any(self._is_task(each) for each in one.decorators)}

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:  # noqa: N802  LibCST's
        """A result is always fetched, and what a task that is called gives is no future."""
        self._wait(original_node)
        if self._asks_called(original_node):
            if cst.ensure_type(original_node.func, cst.Attribute).attr.value == "result" and not original_node.args:
                self.report("direct", original_node, self.code(original_node), "a task that is called gives its value")
                return cst.ensure_type(updated_node.func, cst.Attribute).value
            how = "a task that is called gives its value and not a future: leave it out, or call `.submit(…)`"
            self.report("manual", original_node, self.code(original_node), how)
            return updated_node
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

    def _is_task(self, decorator: cst.Decorator) -> bool:
        made = decorator.decorator
        return self.means(made.func if isinstance(made, cst.Call) else made, *TASK)

    def _asks_called(self, call: cst.Call) -> bool:
        """Whether it is `load().result()`, or `.wait()`, of a task, or of a name that is bound to such a call only."""
        asked = m.Attribute(attr=m.Name("result") | m.Name("wait"))
        if not m.matches(call.func, asked):
            return False
        value: cst.BaseExpression | None = cst.ensure_type(call.func, cst.Attribute).value
        if isinstance(value, cst.Name):
            scope = scope_of(self, call)
            bound = bindings(scope, value.value) if scope is not None else []
            assign = (
                next((one for one in parents(self, bound[0]) if isinstance(one, cst.Assign)), None)
                if len(bound) == 1
                else None
            )
            value = assign.value if assign is not None else None
        if not isinstance(value, cst.Call) or not isinstance(value.func, cst.Name):
            return False
        is_state = keyword(value, "return_state") is not None or any(arg.star == "**" for arg in value.args)
        return value.func.value in self._tasks and not is_state

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
