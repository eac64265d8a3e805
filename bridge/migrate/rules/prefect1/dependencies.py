"""What a task waits for."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import libcst as cst
import libcst.matchers as m

from bridge.migrate.arguments import argument, named, names_of, renamed, with_arguments
from bridge.migrate.nodes import code_of
from bridge.migrate.rule import Pair, Rule
from bridge.migrate.rules.prefect1.blocks import Block, Blocks
from bridge.migrate.rules.prefect1.mapping import UNMAPPED
from bridge.migrate.rules.prefect1.task_names import TaskNames
from bridge.migrate.scopes import end, is_within, names_bound, reads, start, statement_of
from bridge.migrate.statements import without

ORDERS = frozenset({"set_upstream", "set_downstream", "add_edge", "chain", "set_dependencies"})
_RESULT_OF_MAP = m.Call(func=m.Attribute(m.Call(func=m.Attribute(attr=m.Name("map"))), m.Name("result")), args=[])
HOW = "call them in that order, and say it where the later one is called: `b(wait_for=[a])`"


class Dependencies(Rule):
    """`upstream_tasks=[…]` becomes `wait_for=[…]`.

    `b.set_upstream(a)`, `a.set_downstream(b)`, `flow.add_edge(a, b)` and `flow.chain(a, b)` are said where `b` is
    called, too; if `a` is called later, the call of `b` moves there. `task_args={…}` becomes `with_options(…)`.

    What is set between tasks that are not called in the block (`flow.set_dependencies(task, keyword_tasks=…)`,
    `task.bind(…)`) stays: write the calls.
    """

    name = "prefect1/dependencies"
    words = ("Flow(", "Flow (")
    pairs = (
        Pair(
            'from prefect import Flow, unmapped\n\nwith Flow("x") as flow:\n    a = one()\n'
            "    two(1, upstream_tasks=[a, unmapped(a)])\n",
            'from prefect import Flow, unmapped\n\nwith Flow("x") as flow:\n    a = one()\n'
            "    two(1, wait_for=[a, a])\n",
            ("direct",),
        ),
        Pair(
            'from prefect import Flow\n\nwith Flow("x") as flow:\n    a = one()\n    b = two()\n    c = three(b)\n'
            "    # first\n    b.set_upstream(a)\n    flow.add_edge(a, c)\n",
            'from prefect import Flow\n\nwith Flow("x") as flow:\n    a = one()\n    b = two(wait_for=[a])\n'
            "    c = three(b, wait_for=[a])\n    # first\n",
            ("direct", "direct"),
        ),
        Pair(
            'from prefect import Flow\n\nwith Flow("x") as flow:\n    b = two()  # second\n    a = one()\n'
            "    a.set_downstream(b)\n    c(b)\n",
            'from prefect import Flow\n\nwith Flow("x") as flow:\n    a = one()\n    b = two(wait_for=[a])  # second\n'
            "    c(b)\n",
            ("direct",),
        ),
        Pair(
            'from prefect import Flow\n\nwith Flow("x") as flow:\n    a = one()\n    b = two.map([1, 2]).result()\n'
            "    b.set_upstream(a)\n",
            'from prefect import Flow\n\nwith Flow("x") as flow:\n    a = one()\n'
            "    b = two.map([1, 2], wait_for=[a]).result()\n",
            ("direct",),
        ),
        Pair(
            'from prefect import Flow\n\nwith Flow("x") as flow:\n    a(1, task_args={"name": "b"})\n',
            'from prefect import Flow\n\nwith Flow("x") as flow:\n    a.with_options(name="b")(1)\n',
            ("direct",),
        ),
        Pair(
            'from prefect import Flow\n\nwith Flow("x") as flow:\n'
            '    flow.set_dependencies(t, keyword_tasks={"n": a})\n',
            kinds=("manual",),
        ),
        Pair(
            'from prefect import Flow, task\n\n@task\ndef a(n): ...\n\nwith Flow("x") as flow:\n    a.bind(n=1)\n',
            kinds=("manual",),
        ),
        Pair('from prefect import Flow\n\nwith Flow("x") as flow:\n    a()\n\nnode.set_upstream(a)\n'),
    )

    def visit_Module(self, node: cst.Module) -> None:  # noqa: N802  LibCST's
        """Find what waits for what."""
        self._blocks, tasks = Blocks(self, node), TaskNames(self, node)
        self._waits: dict[cst.CSTNode, list[str]] = {}
        self._removed: set[cst.CSTNode] = set()
        self._moved: dict[cst.CSTNode, cst.CSTNode] = {}
        for block in self._blocks.good:
            for each in m.findall(block.node.body, m.Expr(value=m.Call(func=m.Attribute(value=m.Name())))):
                call = cst.ensure_type(cst.ensure_type(each, cst.Expr).value, cst.Call)
                func = cst.ensure_type(call.func, cst.Attribute)
                if func.attr.value in ORDERS or (func.attr.value == "bind" and tasks.is_task(func.value)):
                    self._order(call, block)

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:  # noqa: N802  LibCST's
        """What a call waits for, and the options of its task."""
        if self._blocks.around(original_node) is None:
            return updated_node
        waits = self._waits.get(original_node)
        if waits:
            updated_node = with_arguments(
                updated_node, [*updated_node.args, named("wait_for", f"[{', '.join(waits)}]")]
            )
        upstream = argument(updated_node, "upstream_tasks")
        if upstream is not None and not waits:
            self.report("direct", original_node, self.code(original_node), "`wait_for`")
            args = [renamed(a, "wait_for", self._values(a.value)) if a is upstream else a for a in updated_node.args]
            updated_node = updated_node.with_changes(args=args)
        options = argument(updated_node, "task_args")
        return updated_node if options is None else self._with_options(original_node, updated_node, options)

    def leave_IndentedBlock(  # noqa: N802  LibCST's
        self, original_node: cst.IndentedBlock, updated_node: cst.IndentedBlock
    ) -> cst.IndentedBlock:
        """Leave out what is said where tasks are called; move calls to where what they wait for is there."""
        if not any(one in self._removed for one in original_node.body):
            return updated_node
        found: dict[cst.CSTNode, cst.CSTNode] = dict(zip(original_node.body, updated_node.body, strict=True))
        placed = {place: statement for statement, place in self._moved.items() if statement in found}
        now: list[cst.CSTNode] = []
        for was in original_node.body:
            if was in placed:
                now.append(_joined(found[was], found[placed[was]]))
            else:
                now.append(_bare(found[was]) if was in self._moved else found[was])
        gone = {*self._removed, *self._moved} - set(placed)
        body, rest = without(original_node.body, now, gone)
        return updated_node.with_changes(body=body, footer=[*rest, *updated_node.footer])

    def _values(self, upstream: cst.BaseExpression) -> cst.BaseExpression:
        """What is waited for, without `unmapped`."""
        if not isinstance(upstream, (cst.List, cst.Tuple)):
            return upstream
        names = {name.rpartition(".")[2] for name in UNMAPPED}
        elements = []
        for one in upstream.elements:
            value = one.value
            if isinstance(value, cst.Call) and code_of(value.func).rpartition(".")[2] in names and len(value.args) == 1:
                value = value.args[0].value
            elements.append(one.with_changes(value=value))
        return upstream.with_changes(elements=elements)

    def _with_options(self, original: cst.Call, updated: cst.Call, options: cst.Arg) -> cst.BaseExpression:
        value = options.value
        rest = [arg for arg in updated.args if arg is not options]
        made = cst.parse_expression(f"f(**{code_of(value)})")
        if isinstance(value, cst.Call) and code_of(value.func) == "dict":
            made = value
        elif isinstance(value, cst.Dict) and all(isinstance(one, cst.DictElement) for one in value.elements):
            pairs = [cst.ensure_type(one, cst.DictElement) for one in value.elements]
            if all(isinstance(one.key, cst.SimpleString) for one in pairs):
                made = with_arguments(
                    cst.Call(cst.Name("f")),
                    [
                        named(str(cst.ensure_type(one.key, cst.SimpleString).evaluated_value), one.value)
                        for one in pairs
                    ],
                )
        self.report("direct", original, self.code(original), "`with_options`")
        func = updated.func
        method = cst.Name("with_options")
        if isinstance(func, cst.Attribute) and func.attr.value == "map":
            task = cst.ensure_type(made, cst.Call).with_changes(func=cst.Attribute(func.value, method))
            return with_arguments(updated.with_changes(func=func.with_changes(value=task)), rest)
        task = cst.ensure_type(made, cst.Call).with_changes(func=cst.Attribute(func, method))
        return with_arguments(updated.with_changes(func=task), rest)

    def _order(self, call: cst.Call, block: Block) -> None:
        """`b.set_upstream(a)` and its like, which stand in a statement of their own."""
        edges = self._edges(call, block)
        if edges is None:
            if self._is_about(call, block):
                self.report("manual", call, self.code(call), HOW)
            return
        planned = [self._planned(first, then, call, block) for first, then in edges]
        if any(one is None for one in planned) or not planned:
            self.report("manual", call, self.code(call), HOW)
            return
        statement = statement_of(self, call)
        for (first, _), found in zip(edges, planned, strict=True):
            assert found is not None
            target, is_late = found
            names = self._waits.setdefault(target, [])
            if first not in names:
                names.append(first)
            if is_late:
                self._moved[statement_of(self, target)] = statement
        self._removed.add(statement)
        self.report("direct", call, self.code(call), "`wait_for=` where it is called")

    def _is_about(self, call: cst.Call, block: Block) -> bool:
        """Whether a call is about this flow, or about one of its tasks."""
        func = cst.ensure_type(call.func, cst.Attribute)
        own = names_bound(self, block.scope, block.node.body)
        name = cst.ensure_type(func.value, cst.Name).value
        return self._blocks.meant(func.value) is block or name in own or func.attr.value.startswith(("set_", "bind"))

    def _edges(self, call: cst.Call, block: Block) -> list[tuple[str, str]] | None:
        """Which task is before which, by their names; None if that is not said in a plain way."""
        func = cst.ensure_type(call.func, cst.Attribute)
        method, receiver = func.attr.value, cst.ensure_type(func.value, cst.Name).value
        if names_of(call.args) - {
            "flow",
            "task",
            "upstream_task",
            "downstream_task",
            "upstream_tasks",
            "downstream_tasks",
        }:
            return None
        is_flow = self._blocks.meant(func.value) is block
        if method == "chain" and is_flow:
            names = _names([arg.value for arg in call.args])
            return list(pairwise(names)) if names else None
        if method == "add_edge" and is_flow:
            pair = [argument(call, "upstream_task", 0), argument(call, "downstream_task", 1)]
            names = _names([one.value for one in pair if one is not None])
            return [(names[0], names[1])] if names and len(names) == 2 else None
        if method in {"set_upstream", "set_downstream"} and not is_flow:
            other = argument(call, "task", 0)
            others = _names([other.value]) if other is not None else []
            return [(one, receiver) if method == "set_upstream" else (receiver, one) for one in others] or None
        if method == "set_dependencies" and not is_flow:
            before, after = argument(call, "upstream_tasks"), argument(call, "downstream_tasks")
            earlier, later = _listed(before), _listed(after)
            if earlier is None or later is None:
                return None
            return [*((one, receiver) for one in earlier), *((receiver, one) for one in later)]
        return None

    def _planned(self, first: str, then: str, call: cst.Call, block: Block) -> tuple[cst.CSTNode, bool] | None:
        """The call of the later task, and whether it has to move; None if that is not plain."""
        own = names_bound(self, block.scope, block.node.body)
        calls = [self._call_of(own.get(name, []), block) for name in (first, then)]
        if calls[0] is None or calls[1] is None:
            return None
        is_late = start(self, calls[1]) < end(self, statement_of(self, calls[0]))
        if is_late:
            here = start(self, call)
            between = [one for one in reads(block.scope, then) if start(self, one) < here]
            statements = {statement_of(self, one) for one in between if is_within(self, one, block.node.body)}
            orders = {one for one in statements if _is_order(one)}
            if statements - orders:
                return None
        return calls[1], is_late

    def _call_of(self, bound: Sequence[cst.CSTNode], block: Block) -> cst.Call | None:
        """The call that a name is bound to, once, in a statement of the block."""
        if len(bound) != 1:
            return None
        statement = statement_of(self, bound[0])
        if not any(one is statement for one in block.node.body.body):
            return None
        if not m.matches(statement, m.SimpleStatementLine(body=[m.Assign(value=m.Call())])):
            return None
        line = cst.ensure_type(statement, cst.SimpleStatementLine)
        call = cst.ensure_type(cst.ensure_type(line.body[0], cst.Assign).value, cst.Call)
        if m.matches(call, _RESULT_OF_MAP):
            call = cst.ensure_type(cst.ensure_type(call.func, cst.Attribute).value, cst.Call)
        if argument(call, "upstream_tasks") is not None or code_of(call.func).rpartition(".")[2][:1].isupper():
            return None
        return call


def _names(values: Sequence[cst.BaseExpression]) -> list[str]:
    """The names that values are; none if one is something else."""
    found = [value.value for value in values if isinstance(value, cst.Name)]
    return found if len(found) == len(values) else []


def _listed(arg: cst.Arg | None) -> list[str] | None:
    """The names in a list; None if something else is there."""
    if arg is None:
        return []
    if not isinstance(arg.value, cst.List):
        return None
    return _names([one.value for one in arg.value.elements]) or None


def _is_order(statement: cst.CSTNode) -> bool:
    names = m.Name("set_upstream") | m.Name("set_downstream")
    return m.matches(statement, m.SimpleStatementLine(body=[m.Expr(m.Call(func=m.Attribute(attr=names)))]))


def _bare(statement: cst.CSTNode) -> cst.CSTNode:
    """A statement without its comments, which stand where it is moved to."""
    return statement.with_changes(leading_lines=[], trailing_whitespace=cst.TrailingWhitespace())


def _joined(place: cst.CSTNode, statement: cst.CSTNode) -> cst.CSTNode:
    """A statement in the place of another, whose comments stay above it."""
    there = cst.ensure_type(place, cst.SimpleStatementLine)
    line = cst.ensure_type(statement, cst.SimpleStatementLine)
    comment = there.trailing_whitespace.comment
    own = [one for one in line.leading_lines if one.comment is not None]
    behind = [cst.EmptyLine(comment=comment)] if comment is not None else []
    return line.with_changes(leading_lines=[*there.leading_lines, *own, *behind])
