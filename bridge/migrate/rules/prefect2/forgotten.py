"""Tasks that a flow submits, and of which it asks nothing."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst
import libcst.matchers as m

from bridge.migrate.rule import Pair, Rule
from bridge.migrate.rules.prefect2.futures import FLOW, SUBMITTED
from bridge.migrate.scopes import nearest

NAME = "submitted"
"""What the list of futures is called."""


class Forgotten(Rule):
    """A flow waits at its end for `notify.submit(1)`, of which nothing is asked: `wait(submitted)`.

    Prefect 2 did so by itself; Prefect 3 cancels what has not begun when the flow ends. A failure of such a task failed
    the flow, too, which it does no more: return the future, or ask for its result. What stands last is waited for where
    it stands, and so is each in a flow that returns in several places.
    """

    name = "prefect2/forgotten"
    words = ("submit", ".map(")
    pairs = (
        Pair(
            "from prefect import flow\n\n@flow\ndef a():\n    for n in [1]:\n        b.submit(n)\n    c.map([1])\n"
            "    return 1\n",
            "from prefect import flow\nfrom prefect.futures import wait\n\n@flow\ndef a():\n    submitted = []\n"
            "    for n in [1]:\n        submitted.append(b.submit(n))\n    submitted += c.map([1])\n"
            "    wait(submitted)\n    return 1\n",
            ("approximate", "approximate"),
            "cancels",
        ),
        Pair(
            'from prefect import flow\n\n@flow\ndef a():\n    """Do."""\n    b.submit(1)\n    c.submit(2)\n',
            'from prefect import flow\nfrom prefect.futures import wait\n\n@flow\ndef a():\n    """Do."""\n'
            "    submitted = []\n    submitted.append(b.submit(1))\n    submitted.append(c.submit(2))\n"
            "    wait(submitted)\n",
            ("approximate", "approximate"),
        ),
        Pair(
            "from prefect import flow\n\n@flow\ndef a():\n    if b():\n        return 1\n    c.submit(1)\n\n@flow\n"
            "def d():\n    c.submit(1)  # last\n",
            "from prefect import flow\n\n@flow\ndef a():\n    if b():\n        return 1\n    c.submit(1).wait()\n\n"
            "@flow\ndef d():\n    c.submit(1).wait()  # last\n",
            ("approximate", "approximate"),
        ),
        Pair(
            "from prefect import flow\n\n@flow\ndef a():\n    f = b.submit(1)\n    c.submit(1).result()\n"
            "    return f\n\ndef d():\n    b.submit(1)\n",
        ),
    )

    def visit_Module(self, node: cst.Module) -> None:  # noqa: N802  LibCST's
        """Find what is forgotten, and where it is waited for."""
        self._collected: set[cst.CSTNode] = set()
        self._waited: set[cst.CSTNode] = set()
        self._bodies: set[cst.CSTNode] = set()
        for one in m.findall(node, m.FunctionDef()):
            function = cst.ensure_type(one, cst.FunctionDef)
            if self._is_flow(function) and isinstance(function.body, cst.IndentedBlock):
                self._look(function, function.body.body)

    def leave_Expr(self, original_node: cst.Expr, updated_node: cst.Expr) -> cst.BaseSmallStatement:  # noqa: N802
        """Its future is kept, or waited for."""
        if original_node not in self._collected | self._waited:
            return updated_node
        call = cst.ensure_type(updated_node.value, cst.Call)
        if original_node in self._waited:
            return updated_node.with_changes(value=cst.Call(cst.Attribute(call, cst.Name("wait"))))
        if cst.ensure_type(call.func, cst.Attribute).attr.value == "map":
            return cst.AugAssign(cst.Name(NAME), cst.AddAssign(), call)
        return cst.Expr(cst.Call(cst.Attribute(cst.Name(NAME), cst.Name("append")), [cst.Arg(call)]))

    def leave_IndentedBlock(  # noqa: N802  LibCST's
        self, original_node: cst.IndentedBlock, updated_node: cst.IndentedBlock
    ) -> cst.IndentedBlock:
        """The list of futures at a flow's begin, the wait for them at its end."""
        if original_node not in self._bodies:
            return updated_node
        self.imports.add("prefect.futures", "wait")
        body = list(updated_node.body)
        end = len(body) - 1 if _is_return(body[-1]) else len(body)
        body.insert(end, cst.parse_statement(f"wait({NAME})"))
        begin = 1 if m.matches(body[0], m.SimpleStatementLine(body=[m.Expr(m.SimpleString())])) else 0
        body.insert(begin, cst.parse_statement(f"{NAME} = []"))
        return updated_node.with_changes(body=body)

    def _look(self, function: cst.FunctionDef, body: Sequence[cst.CSTNode]) -> None:
        own = [one for one in m.findall(function, m.Expr(m.Call())) if nearest(self, one, cst.FunctionDef) is function]
        found = [one for one in own if m.matches(cst.ensure_type(one, cst.Expr).value, SUBMITTED)]
        returns = [one for one in m.findall(function, m.Return()) if nearest(self, one, cst.FunctionDef) is function]
        is_taken = bool(m.findall(function, m.Name(NAME) | m.Name("wait")))
        is_last = len(found) == 1 and m.matches(body[-1], m.SimpleStatementLine(body=[m.Expr()]))
        is_last = is_last and cst.ensure_type(body[-1], cst.SimpleStatementLine).body[0] is found[0]
        ends_once = not returns or (len(returns) == 1 and _is_return(body[-1]))
        for one in found:
            note = "is waited for: Prefect 3 cancels what has not begun when the flow ends; its failure fails nothing"
            self.report("approximate", one, self.code(one), f"{note}: return the future, or ask its result")
        if is_last or not ends_once or is_taken:
            self._waited |= set(found)
        elif found:
            self._collected |= set(found)
            self._bodies.add(function.body)

    def _is_flow(self, function: cst.FunctionDef) -> bool:
        found = [one.decorator for one in function.decorators]
        return any(self.means(one.func if isinstance(one, cst.Call) else one, *FLOW) for one in found)


def _is_return(line: cst.CSTNode) -> bool:
    return m.matches(line, m.SimpleStatementLine(body=[m.Return()]))
