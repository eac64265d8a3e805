"""Tasks that a flow with `SequentialTaskRunner` submits."""

from __future__ import annotations

import libcst as cst
import libcst.matchers as m

from bridge.migrate.arguments import argument
from bridge.migrate.rule import Pair, Rule
from bridge.migrate.rules.prefect2.futures import FLOW, SUBMITTED
from bridge.migrate.scopes import nearest, scope_of

RUNNER = "prefect.task_runners.SequentialTaskRunner"


class Sequential(Rule):
    """In a flow with `SequentialTaskRunner`, `notify.submit(1)` of which nothing is asked becomes `notify(1)`.

    Prefect 2 ran such a task where it was submitted, one after the other. A runner of Prefect 3 with one thread lets
    them wait for it, and drops those that still wait when the flow ends. A call runs at once, as before; a failure ends
    the flow there, not when the rest is through. Of `.map(…)` the end is waited for. Where the future is used, nothing
    changes.
    """

    name = "prefect2/sequential"
    words = ("SequentialTaskRunner",)
    pairs = (
        Pair(
            "from prefect import flow, task\nfrom prefect.task_runners import SequentialTaskRunner\n\n@task\n"
            "def a(n): ...\n\n@flow(task_runner=SequentialTaskRunner())\ndef b():\n    a.submit(1)\n    a.map([2])\n"
            "    return a.submit(3)\n\n@flow\ndef c():\n    a.submit(4)\n",
            "from prefect import flow, task\nfrom prefect.task_runners import SequentialTaskRunner\n\n@task\n"
            "def a(n): ...\n\n@flow(task_runner=SequentialTaskRunner())\ndef b():\n    a(1)\n    a.map([2]).wait()\n"
            "    return a.submit(3)\n\n@flow\ndef c():\n    a.submit(4)\n",
            ("approximate", "approximate"),
            "drops",
        ),
        Pair(
            "from prefect import flow, task\nfrom prefect.task_runners import SequentialTaskRunner\n"
            "from steps import c\n\n@task\nasync def a(): ...\n\n@task\ndef b(): ...\n\n"
            "@flow(task_runner=SequentialTaskRunner)\nasync def d():\n    await a.submit()\n    await b.submit()\n"
            "    await c.submit()\n",
            "from prefect import flow, task\nfrom prefect.task_runners import SequentialTaskRunner\n"
            "from steps import c\n\n@task\nasync def a(): ...\n\n@task\ndef b(): ...\n\n"
            "@flow(task_runner=SequentialTaskRunner)\nasync def d():\n    await a()\n    b()\n    await c.submit()\n",
            ("approximate", "approximate", "manual"),
            "`await c(…)` if it is async",
        ),
        Pair("from prefect import flow\n\n@flow\ndef a():\n    b.submit()  # SequentialTaskRunner\n"),
    )

    def visit_Module(self, node: cst.Module) -> None:  # noqa: N802  LibCST's
        """Which functions of the file are async."""
        found = [cst.ensure_type(one, cst.FunctionDef) for one in m.findall(node, m.FunctionDef())]
        self._is_async = {one.name.value: one.asynchronous is not None for one in found}

    def leave_Expr(self, original_node: cst.Expr, updated_node: cst.Expr) -> cst.Expr:  # noqa: N802  LibCST's
        """What is submitted and forgotten is called."""
        value = original_node.value
        submitted = value.expression if isinstance(value, cst.Await) else value
        function = nearest(self, original_node, cst.FunctionDef)
        if function is None or not m.matches(submitted, SUBMITTED) or not self._is_sequential(function):
            return updated_node
        call = cst.ensure_type(submitted, cst.Call)
        method = cst.ensure_type(call.func, cst.Attribute)
        note = "drops what still waits for its thread when the flow ends"
        if method.attr.value == "map":
            self.report("approximate", original_node, self.code(call), f"is waited for: Prefect 3 {note}")
            return updated_node.with_changes(value=cst.Call(cst.Attribute(_awaited(updated_node), cst.Name("wait"))))
        is_async = self._is_async_task(method.value)
        if is_async is None and isinstance(value, cst.Await):
            how = (
                f"call it: `await {cst.Module([]).code_for_node(method.value)}(…)` if it is async, without await if not"
            )
            self.report("manual", original_node, self.code(call), f"{how}; Prefect 3 {note}")
            return updated_node
        self.report("approximate", original_node, self.code(call), f"is called, and ends the flow if it fails; {note}")
        done: cst.BaseExpression = cst.ensure_type(_awaited(updated_node), cst.Call).with_changes(func=method.value)
        return updated_node.with_changes(value=cst.Await(done) if is_async else done)

    def _is_sequential(self, function: cst.FunctionDef) -> bool:
        for one in function.decorators:
            call = one.decorator
            if isinstance(call, cst.Call) and self.means(call.func, *FLOW):
                given = argument(call, "task_runner")
                runner = given.value if given is not None else None
                return self.means(runner.func if isinstance(runner, cst.Call) else runner, RUNNER)
        return False

    def _is_async_task(self, node: cst.BaseExpression) -> bool | None:
        """Whether a task is async; None if another file defines it."""
        if not isinstance(node, cst.Name) or scope_of(self, node) is None:
            return None
        return self._is_async.get(node.value)


def _awaited(node: cst.Expr) -> cst.BaseExpression:
    return node.value.expression if isinstance(node.value, cst.Await) else node.value
