"""Async tasks and flows that a flow without async calls."""

from __future__ import annotations

import libcst as cst
import libcst.matchers as m

from bridge.migrate.rule import Pair, Rule
from bridge.migrate.rules.prefect2.futures import FLOW
from bridge.migrate.scopes import nearest, parents

TASK = ("prefect.task", "prefect.tasks.task", "bridge.task")


class AsyncCalls(Rule):
    """In a flow that is not async, a call of an async task gives a coroutine now, in Prefect 2 it gave the result.

    `get(1)` becomes `get.submit(1).result()`, a call of an async flow `asyncio.run(…)`. Looked at are tasks and flows
    of the same file; a call that is given to something else, as to `asyncio.gather`, stays.
    """

    name = "prefect2/async_calls"
    words = ("async def",)
    pairs = (
        Pair(
            "from prefect import flow, task\n\n@task\nasync def a(n): ...\n\n@flow(name='b')\nasync def b(): ...\n\n"
            "@flow\ndef c():\n    x = a(1)\n    b()\n    return a(n=x)\n",
            "from prefect import flow, task\nimport asyncio\n\n@task\nasync def a(n): ...\n\n@flow(name='b')\n"
            "async def b(): ...\n\n@flow\ndef c():\n    x = a.submit(1).result()\n    asyncio.run(b())\n"
            "    return a.submit(n=x).result()\n",
            ("direct", "direct", "direct"),
        ),
        Pair(
            "import asyncio\nfrom prefect import flow, task\n\n@task\nasync def a(): ...\n\n@flow\nasync def b():\n"
            "    await a()\n\n@flow\ndef c():\n    asyncio.run(a())\n\ndef d():\n    return a()\n"
        ),
    )

    def visit_Module(self, node: cst.Module) -> None:  # noqa: N802  LibCST's
        """Which tasks and flows of the file are async."""
        functions = [cst.ensure_type(one, cst.FunctionDef) for one in m.findall(node, m.FunctionDef())]
        waiting = [one for one in functions if one.asynchronous is not None]
        self._tasks = {one.name.value for one in waiting if self._is_decorated(one, *TASK)}
        self._flows = {one.name.value for one in waiting if self._is_decorated(one, *FLOW)}

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:  # noqa: N802  LibCST's
        """The call, so that it gives its result."""
        name = original_node.func.value if isinstance(original_node.func, cst.Name) else ""
        if name not in self._tasks | self._flows or not self._is_in_flow(original_node):
            return updated_node
        if name in self._flows:
            self.imports.add("asyncio")
            self.report("direct", original_node, self.code(original_node), "`asyncio.run(…)`: the flow is async")
            return cst.Call(cst.Attribute(cst.Name("asyncio"), cst.Name("run")), [cst.Arg(updated_node)])
        self.report("direct", original_node, self.code(original_node), "`.submit(…).result()`: the task is async")
        submitted = updated_node.with_changes(func=cst.Attribute(updated_node.func, cst.Name("submit")))
        return cst.Call(cst.Attribute(submitted, cst.Name("result")))

    def _is_in_flow(self, call: cst.Call) -> bool:
        """Whether a call stands by itself, is bound or returned in a flow that is not async."""
        above, function = next(parents(self, call)), nearest(self, call, (cst.FunctionDef, cst.Lambda))
        is_plain = isinstance(above, (cst.Expr, cst.Assign, cst.AnnAssign, cst.Return))
        if not is_plain or not isinstance(function, cst.FunctionDef) or function.asynchronous is not None:
            return False
        return self._is_decorated(function, *FLOW)

    def _is_decorated(self, function: cst.FunctionDef, *names: str) -> bool:
        found = [one.decorator for one in function.decorators]
        return any(self.means(one.func if isinstance(one, cst.Call) else one, *names) for one in found)
