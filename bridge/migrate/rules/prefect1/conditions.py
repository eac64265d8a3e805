"""`case`, `merge`, `switch` and `ifelse`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import libcst as cst
import libcst.matchers as m
from libcst.metadata import Scope

from bridge.migrate.arguments import argument, names_of
from bridge.migrate.nodes import code_of, has_comment, text_of
from bridge.migrate.rule import Pair, Rule
from bridge.migrate.rules.prefect1.blocks import Block, Blocks
from bridge.migrate.scopes import is_within, names_bound, nearest, parents, reads, scope_of, start, statement_of

_FLOW = "prefect.tasks.control_flow"
CASE = ("prefect.case", f"{_FLOW}.case", f"{_FLOW}.case.case")
MERGE = (f"{_FLOW}.merge", f"{_FLOW}.conditional.merge")
SWITCH = (f"{_FLOW}.switch", f"{_FLOW}.conditional.switch")
IFELSE = (f"{_FLOW}.ifelse", f"{_FLOW}.conditional.ifelse")


@dataclass(frozen=True, slots=True, eq=False)
class Called:
    """A function that is called while a flow is made, and has branches of its own."""

    node: cst.FunctionDef
    scope: Scope


class Conditions(Rule):
    """`with case(value, "x"):` becomes `if value == "x":`.

    `merge(a, b)` is the first of its values that is not None; names that only one of the branches binds are None before
    them. `switch(value, {…})` and `ifelse(value, a, b)` by themselves become `if` … `elif` … `else`, with
    the calls of their tasks in the branches; a task that is called above, by itself, is called in
    its branch then.

    A name that a branch binds and that is read outside of it, not by `merge`, has no value where the branch was not
    taken: Prefect 1 skips what reads it, Python stops with a NameError. Such names are reported.
    """

    name = "prefect1/conditions"
    words = ("case", "merge", "switch", "ifelse")
    pairs = (
        Pair(
            'from prefect import Flow, case\nfrom prefect.tasks.control_flow import merge\n\nwith Flow("x") as flow:\n'
            "    c = check()\n    with case(c, True):  # yes\n        a = one()\n    with case(c, False):\n"
            "        b = two()\n    d = merge(a, b)\n",
            'from prefect import Flow\n\nwith Flow("x") as flow:\n'
            "    c = check()\n    a = b = None\n    if c == True:  # yes\n        a = one()\n    if c == False:\n"
            "        b = two()\n    d = next((value for value in (a, b) if value is not None), None)\n",
            ("direct", "direct", "direct"),
        ),
        Pair(
            "from prefect import Flow\nfrom prefect.tasks.control_flow import switch, ifelse\n\n"
            'with Flow("x") as flow:\n'
            '    switch(c(), {"a": one(), "b": two})\n    # or\n    ifelse(d, three(), None)\n',
            'from prefect import Flow\n\nwith Flow("x") as flow:\n    switch_value = c()\n'
            '    if switch_value == "a":\n        one()\n    elif switch_value == "b":\n        two()\n'
            "    # or\n    if d:\n        three()\n",
            ("direct", "direct"),
        ),
        Pair(
            'from prefect import Flow, case\n\nwith Flow("x") as flow:\n'
            "    with case(c(), 1):\n        a = one()\n    two(a)\n",
            'from prefect import Flow\n\nwith Flow("x") as flow:\n    if c() == 1:\n        a = one()\n    two(a)\n',
            ("approximate",),
            "NameError",
        ),
        Pair(
            'from prefect import Flow\nfrom prefect.tasks.control_flow import switch\n\nwith Flow("x") as flow:\n'
            "    a = one()\n    switch(c, {1: a})\n",
            'from prefect import Flow\n\nwith Flow("x") as flow:\n    if c == 1:\n        a = one()\n',
            ("direct",),
        ),
        Pair(
            'from prefect import Flow\nfrom prefect.tasks.control_flow import switch\n\nwith Flow("x") as flow:\n'
            "    a = one()\n    b(a)\n    switch(c, {1: a})\n",
            kinds=("manual",),
        ),
        Pair(
            "from prefect import case\nfrom prefect.tasks.control_flow import merge\n\n\ndef a(x):\n"
            "    with case(b(x), 1):\n        y = c(x)\n    return merge(y, x)\n",
            "\n\ndef a(x):\n    y = None\n    if b(x) == 1:\n        y = c(x)\n"
            "    return next((value for value in (y, x) if value is not None), None)\n",
            ("direct", "direct"),
        ),
        Pair('with case(a, b):\n    pass\nprint("case")\n'),
    )

    def visit_Module(self, node: cst.Module) -> None:  # noqa: N802  LibCST's
        """Find the flows, and which names are merged."""
        self._blocks = Blocks(self, node)
        self._none_before: dict[cst.CSTNode, list[str]] = {}
        self._merged: set[cst.CSTNode] = set()
        self._branches: dict[cst.CSTNode, list[cst.BaseStatement]] = {}
        self._removed: set[cst.CSTNode] = set()
        self._with_cases = list(self._functions(node))
        blocks: list[Block | Called] = [*self._blocks.good, *self._with_cases]
        for block in blocks:
            calls = [cst.ensure_type(one, cst.Call) for one in m.findall(block.node.body, m.Call())]
            for call in calls:
                if self.means(call.func, *MERGE):
                    self._merge(call, block)
            for call in calls:
                if self.means(call.func, *SWITCH, *IFELSE):
                    self._switch(call, block)
            for one in m.findall(block.node.body, m.With()):
                self._case(cst.ensure_type(one, cst.With), block)

    def _functions(self, module: cst.Module) -> Iterator[Called]:
        """Functions without a decorator that have cases: they are called in flows, as Prefect 1 has it."""
        for one in m.findall(module, m.FunctionDef(decorators=[])):
            function = cst.ensure_type(one, cst.FunctionDef)
            cases = [case for case in m.findall(function, m.With()) if nearest(self, case, cst.FunctionDef) is function]
            items = [item.item for case in cases for item in cst.ensure_type(case, cst.With).items]
            scope = scope_of(self, function.body.body[0]) if function.body.body else None
            has_case = any(isinstance(item, cst.Call) and self.means(item.func, *CASE) for item in items)
            if has_case and scope is not None and isinstance(function.body, cst.IndentedBlock):
                yield Called(function, scope)

    def leave_With(self, original_node: cst.With, updated_node: cst.With) -> cst.BaseStatement:  # noqa: N802  LibCST's
        """A case is a condition."""
        if not self._is_case(original_node):
            return updated_node
        tests = []
        for item in updated_node.items:
            value, wanted = (arg.value for arg in cst.ensure_type(item.item, cst.Call).args)
            tests.append(f"{_operand(value)} == {_operand(wanted)}")
        for home in ("prefect", _FLOW, f"{_FLOW}.case"):
            self.imports.drop_unused(home, "case")
        return cst.If(
            cst.parse_expression(" and ".join(tests)), updated_node.body, leading_lines=updated_node.leading_lines
        )

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:  # noqa: N802  LibCST's
        """What is merged is the first that is there."""
        if original_node not in self._merged:
            return updated_node
        for home in (_FLOW, f"{_FLOW}.conditional"):
            self.imports.drop_unused(home, "merge")
        values = ", ".join(code_of(arg.value) for arg in updated_node.args)
        return cst.parse_expression(f"next((value for value in ({values}) if value is not None), None)")

    def leave_IndentedBlock(  # noqa: N802  LibCST's
        self, original_node: cst.IndentedBlock, updated_node: cst.IndentedBlock
    ) -> cst.IndentedBlock:
        """Give names that branches bind a value before them, and write switches as branches."""
        body: list[cst.BaseStatement] = []
        for was, now in zip(original_node.body, updated_node.body, strict=True):
            if was in self._removed:
                continue
            assert isinstance(now, cst.BaseStatement)
            names = self._none_before.get(was)
            if names:
                line = cst.ensure_type(cst.parse_statement(f"{' = '.join(names)} = None"), cst.SimpleStatementLine)
                body.append(line.with_changes(leading_lines=now.leading_lines))  # type: ignore[attr-defined]
                now = now.with_changes(leading_lines=[])
            branches = self._branches.get(was)
            if branches:
                first = branches[0].with_changes(leading_lines=now.leading_lines)  # type: ignore[attr-defined]
                body.extend([first, *branches[1:]])
            else:
                body.append(now)
        return updated_node if body == list(updated_node.body) else updated_node.with_changes(body=body)

    def _is_case(self, node: cst.With) -> bool:
        is_called = any(nearest(self, node, cst.FunctionDef) is one.node for one in self._with_cases)
        return (is_called or self._blocks.around(node) is not None) and all(
            isinstance(item.item, cst.Call)
            and self.means(item.item.func, *CASE)
            and item.asname is None
            and len(item.item.args) == 2
            and all(not arg.star for arg in item.item.args)
            for item in node.items
        )

    def _case(self, node: cst.With, block: Block | Called) -> None:
        if not self._is_case(node):
            return
        text = " and ".join(self.code(item.item) for item in node.items)
        open_names = self._read_outside(node, block)
        if open_names:
            names = ", ".join(sorted(open_names))
            note = f"`if`; {names} is read outside: where this is not so, Prefect 1 skips that, here it is a NameError"
            self.report("approximate", node, text, note)
        else:
            self.report("direct", node, text, "`if`")

    def _read_outside(self, node: cst.With, block: Block | Called) -> set[str]:
        """Names that a branch binds, that have no value before, and that are read outside of such branches."""
        cases = [one for one in m.findall(block.node.body, m.With()) if self._is_case(cst.ensure_type(one, cst.With))]
        given = {name for names in self._none_before.values() for name in names}
        found = set()
        every = names_bound(self, block.scope, block.node.body)
        for name in names_bound(self, block.scope, node.body):
            bound = every[name]
            is_always = any(not any(is_within(self, one, case) for case in cases) for one in bound)
            for reader in reads(block.scope, name):
                here = is_within(self, reader, block.node.body) and start(self, reader) > start(self, node)
                in_branch = any(
                    is_within(self, reader, case) and any(is_within(self, one, case) for one in bound) for case in cases
                )
                if here and not in_branch and not is_always and name not in given:
                    found.add(name)
        return found

    def _merge(self, call: cst.Call, block: Block | Called) -> None:
        if any(arg.star or arg.keyword is not None for arg in call.args):
            how = "`next((value for value in values if value is not None), None)`"
            self.report("manual", call, self.code(call), f"the first value that is there: {how}")
            return
        self._merged.add(call)
        own = names_bound(self, block.scope, block.node.body)
        given = {name for names in self._none_before.values() for name in names}
        places: dict[str, cst.CSTNode] = {}
        for arg in call.args:
            name = arg.value.value if isinstance(arg.value, cst.Name) else ""
            place = self._first_case(own.get(name, []), block)
            if place is not None and name not in given:
                places[name] = place
        if places:
            first = min(places.values(), key=lambda node: start(self, node))
            self._none_before.setdefault(first, []).extend(places)
        self.report("direct", call, self.code(call), "the first that is not None")

    def _first_case(self, bound: Sequence[cst.CSTNode], block: Block | Called) -> cst.CSTNode | None:
        """The statement of the block before which a name that only branches bind is made None."""
        if not bound:
            return None
        first = min(bound, key=lambda node: start(self, node))
        above = [one for one in parents(self, first) if isinstance(one, cst.With) and one is not block.node]
        if not any(self._is_case(one) for one in above):
            return None
        return next((one for one in above if any(one is each for each in block.node.body.body)), None)

    def _switch(self, call: cst.Call, block: Block | Called) -> None:
        statement = statement_of(self, call)
        how = "`if` … `elif` … with the calls of the tasks in the branches"
        if not m.matches(statement, m.SimpleStatementLine(body=[m.Expr(m.Call())])) or has_comment(call):
            self.report("manual", call, self.code(call), how)
            return
        self._values = dict.fromkeys(names_bound(self, block.scope, block.node.body))
        self._taken: set[cst.CSTNode] = set()
        for name in self._values:
            self._values[name] = self._alone(name, call, block)
        branches = self._if_else(call) if self.means(call.func, *IFELSE) else self._cases(call)
        if branches is None:
            self.report("manual", call, self.code(call), how)
            return
        self._removed |= self._taken
        code = "\n".join(branches)
        self._branches[statement] = list(cst.parse_module(code + "\n").body)
        self.report("direct", call, self.code(call), "`if`")
        for home in (_FLOW, f"{_FLOW}.conditional"):
            self.imports.drop_unused(home, "switch")
            self.imports.drop_unused(home, "ifelse")

    def _alone(self, name: str, call: cst.Call, block: Block | Called) -> cst.SimpleStatementLine | None:
        """The statement that calls a task for the sake of a switch: `a = one()`."""
        bound = names_bound(self, block.scope, block.node.body)[name]
        statement = statement_of(self, bound[0])
        if len(bound) > 1 or not any(one is statement for one in block.node.body.body):
            return None
        if not all(is_within(self, one, call) for one in reads(block.scope, name)) or has_comment(statement):
            return None
        is_plain = m.matches(statement, m.SimpleStatementLine(body=[m.Assign(targets=[m.DoNotCare()], value=m.Call())]))
        return cst.ensure_type(statement, cst.SimpleStatementLine) if is_plain else None

    def _called(self, value: cst.BaseExpression) -> str | None:
        """The call of a task in a branch: empty of none; None of one that is called above for other things, too."""
        if not isinstance(value, cst.Name):
            return code_of(value) if isinstance(value, cst.Call) else None
        if value.value == "None":
            return ""
        if value.value not in self._values:
            return f"{value.value}()"
        statement = self._values[value.value]
        if statement is None:
            return None
        self._taken.add(statement)
        return code_of(statement.with_changes(leading_lines=[])).strip()

    def _if_else(self, call: cst.Call) -> list[str] | None:
        given = [argument(call, name, at) for at, name in enumerate(("condition", "true_task", "false_task"))]
        if any(one is None for one in given) or names_of(call.args) - {"condition", "true_task", "false_task"}:
            return None
        test, yes, no = (one.value for one in given if one is not None)
        calls = [self._called(yes), self._called(no)]
        if None in calls:
            return None
        lines = [f"if {code_of(test)}:", f"    {calls[0] or 'pass'}"]
        return [*lines, "else:", f"    {calls[1]}"] if calls[1] else lines

    def _cases(self, call: cst.Call) -> list[str] | None:
        test, cases = argument(call, "condition", 0), argument(call, "cases", 1)
        if test is None or cases is None or len(call.args) != 2:
            return None
        pairs: list[tuple[str, cst.BaseExpression]] = []
        if isinstance(cases.value, cst.Dict):
            for one in cases.value.elements:
                if not isinstance(one, cst.DictElement):
                    return None
                pairs.append((_operand(one.key), one.value))
        elif isinstance(cases.value, cst.Call) and code_of(cases.value.func) == "dict":
            pairs = [(repr(arg.keyword.value), arg.value) for arg in cases.value.args if arg.keyword is not None]
        calls = [(key, self._called(value)) for key, value in pairs]
        if not calls or any(not call for _, call in calls):
            return None
        value = _operand(test.value) if isinstance(test.value, cst.Name) else "switch_value"
        lines = [] if isinstance(test.value, cst.Name) else [f"switch_value = {code_of(test.value)}"]
        for number, (key, code) in enumerate(calls):
            lines += [f"{'elif' if number else 'if'} {value} == {key}:", f"    {code}"]
        return lines


def _operand(value: cst.BaseExpression) -> str:
    """A value at one side of a comparison."""
    is_whole = isinstance(value, (cst.Name, cst.Call, cst.Attribute, cst.Subscript, cst.BaseNumber))
    return code_of(value) if is_whole or text_of(value) is not None or value.lpar else f"({code_of(value)})"
