"""`.map(…)`, `mapped`, `flatten`, `apply_map`."""

from __future__ import annotations

import libcst as cst
import libcst.matchers as m

from bridge.migrate.arguments import names_of, with_arguments
from bridge.migrate.nodes import code_of
from bridge.migrate.rule import Pair, Rule
from bridge.migrate.rules.prefect1.blocks import Block, Blocks
from bridge.migrate.scopes import bound_at, names_bound, parents, start, statement_of

UNMAPPED = ("prefect.unmapped", "prefect.utilities.edges.unmapped", "prefect.utilities.tasks.unmapped")
MAPPED = ("prefect.mapped", "prefect.utilities.edges.mapped")
FLATTEN = ("prefect.flatten", "prefect.utilities.edges.flatten")
APPLY = ("prefect.apply_map", "prefect.utilities.tasks.apply_map")


class Mapping(Rule):
    """What is mapped in a flow gives a list of values: `.map(…)` becomes `.map(…).result()`.

    `unmapped` stays. `flatten(lists)` becomes a comprehension, `task(mapped(values), other)` becomes
    `task.map(values, unmapped(other)).result()`, `apply_map(function, values)` calls the function for each.

    Prefect 3 runs the elements at once, in threads, where Prefect 1 without an executor runs one after another; and it
    wants lists of one length, where Prefect 1 stops with the shortest. The first element that fails ends the flow.
    """

    name = "prefect1/mapping"
    words = (".map(", "mapped", "flatten", "apply_map")
    pairs = (
        Pair(
            'from prefect import Flow, unmapped\n\nwith Flow("x") as flow:\n'
            "    rows = read.map(names(), unmapped(1))\n    show(rows)\n",
            'from prefect import Flow, unmapped\n\nwith Flow("x") as flow:\n'
            "    rows = read.map(names(), unmapped(1)).result()\n    show(rows)\n",
            ("approximate",),
        ),
        Pair(
            'from prefect import Flow, flatten\n\nwith Flow("x") as flow:\n    show.map(flatten(a()))\n',
            'from prefect import Flow\n\nwith Flow("x") as flow:\n'
            "    show.map([item for part in a() for item in part]).result()\n",
            ("approximate", "direct"),
        ),
        Pair(
            'from prefect import Flow, mapped\n\nwith Flow("x") as flow:\n    show(mapped(a()), n=2)\n',
            'from prefect import Flow, unmapped\n\nwith Flow("x") as flow:\n'
            "    show.map(a(), n=unmapped(2)).result()\n",
            ("approximate",),
        ),
        Pair(
            'from prefect import Flow\n\nwith Flow("x") as flow:\n    a = b.map([1], upstream_tasks=[c])\n',
            'from prefect import Flow\n\nwith Flow("x") as flow:\n    a = b.map([1], upstream_tasks=[c]).result()\n',
            ("approximate",),
        ),
        Pair(
            'from prefect import Flow\n\nwith Flow("x") as flow:\n    a = b.map(upstream_tasks=[c, d])\n',
            kinds=("manual",),
        ),
        Pair(
            'from prefect import Flow\n\nwith Flow("x") as flow:\n    a = b.map(upstream_tasks=[c])\n',
            'from prefect import Flow\n\nwith Flow("x") as flow:\n    a = [b() for _ in c()]\n',
            ("direct",),
        ),
        Pair(
            'from prefect import Flow\n\nwith Flow("x") as flow:\n    work = work.map([1])\n',
            'from prefect import Flow\n\nwith Flow("x") as flow:\n    work = work.map([1]).result()\n',
            ("approximate",),
        ),
        Pair('from prefect import Flow\n\nwith Flow("x") as flow:\n    df = read()\n    df.map(str)\n'),
        Pair("from prefect import flow\n\n\n@flow\ndef a():\n    b.map([1])\n"),
    )

    def visit_Module(self, node: cst.Module) -> None:  # noqa: N802  LibCST's
        """Find the flows."""
        self._blocks = Blocks(self, node)

    def visit_ImportFrom(self, node: cst.ImportFrom) -> None:  # noqa: N802  LibCST's
        """`unmapped` has moved."""
        if node.module is None or isinstance(node.names, cst.ImportStar):
            return
        home = code_of(node.module)
        is_there = any(alias.evaluated_name == "unmapped" for alias in node.names)
        if is_there and home in {"prefect.utilities.edges", "prefect.utilities.tasks"}:
            self.imports.move(home, "unmapped", to="prefect")
            self.report("direct", node, self.code(node), "unmapped from prefect")

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:  # noqa: N802  LibCST's
        """What is mapped, as a list of values."""
        block = self._blocks.around(original_node)
        if block is None:
            return updated_node
        if self.means(original_node.func, *FLATTEN) and len(original_node.args) == 1:
            self.report("direct", original_node, self.code(original_node), "a comprehension")
            for home in ("prefect", "prefect.utilities.edges"):
                self.imports.drop_unused(home, "flatten")
            return cst.parse_expression(f"[item for part in {code_of(updated_node.args[0].value)} for item in part]")
        if self.means(original_node.func, *APPLY):
            return self._applied(original_node, updated_node)
        if any(isinstance(a.value, cst.Call) and self.means(a.value.func, *MAPPED) for a in original_node.args):
            return self._mapped(original_node, updated_node)
        is_bare = len(original_node.args) == 1 and names_of(original_node.args) == {"upstream_tasks"}
        if is_bare and self._is_map(original_node, block):
            return self._for_each(original_node, updated_node, block)
        if self._is_map(original_node, block):
            note = "a list of values; its elements run at once, and the first failure ends the flow"
            self.report("approximate", original_node, self.code(original_node), note)
            return cst.Call(cst.Attribute(updated_node, cst.Name("result")))
        return updated_node

    def _for_each(self, original: cst.Call, updated: cst.Call, block: Block) -> cst.BaseExpression:
        """A task without arguments, once for each of what it waits for."""
        waits = updated.args[0].value
        values = [one.value for one in waits.elements] if isinstance(waits, cst.List) else [waits]
        own = names_bound(self, block.scope, block.node.body)
        (value,) = values if len(values) == 1 else (None,)
        if isinstance(value, cst.Name) and value.value not in own:
            value = cst.Call(value)
        if not isinstance(value, (cst.Call, cst.Name)):
            how = "it has no values: `[task() for _ in values]`, once for each of what it waits for"
            self.report("manual", original, self.code(original), how)
            return updated
        task = cst.ensure_type(updated.func, cst.Attribute).value
        self.report("direct", original, self.code(original), "a call for each")
        return cst.parse_expression(f"[{code_of(task)}() for _ in {code_of(value)}]")

    def _is_map(self, call: cst.Call, block: Block) -> bool:
        if not m.matches(call.func, m.Attribute(attr=m.Name("map"))):
            return False
        if m.matches(next(parents(self, call)), m.Attribute(attr=m.Name("result"))):
            return False
        receiver = cst.ensure_type(call.func, cst.Attribute).value
        if not isinstance(receiver, cst.Name):
            return True
        bound = names_bound(self, block.scope, block.node.body).get(receiver.value, [])
        here = start(self, call)
        return all(self._is_instance(node) for node in bound if bound_at(self, node) <= here)

    def _is_instance(self, node: cst.CSTNode) -> bool:
        """Whether a name is bound to an instance of a class, by the look of its name: a task."""
        made = m.Call(func=m.Name(value=m.MatchRegex(r"_*[A-Z]")) | m.Attribute(attr=m.Name(m.MatchRegex(r"[A-Z]"))))
        return m.matches(statement_of(self, node), m.SimpleStatementLine(body=[m.Assign(value=made)]))

    def _mapped(self, original: cst.Call, updated: cst.Call) -> cst.BaseExpression:
        args = []
        for was, arg in zip(original.args, updated.args, strict=True):
            value = arg.value
            if isinstance(was.value, cst.Call) and self.means(was.value.func, *MAPPED):
                value = cst.ensure_type(arg.value, cst.Call).args[0].value
            elif not (isinstance(was.value, cst.Call) and self.means(was.value.func, *UNMAPPED)):
                value = cst.Call(cst.Name("unmapped"), [cst.Arg(arg.value)])
                self.imports.add("prefect", "unmapped")
            args.append(arg.with_changes(value=value))
        for home in ("prefect", "prefect.utilities.edges"):
            self.imports.drop_unused(home, "mapped")
        self.report("approximate", original, self.code(original), "`.map(…).result()`; its elements run at once")
        call = with_arguments(updated.with_changes(func=cst.Attribute(updated.func, cst.Name("map"))), args)
        return cst.Call(cst.Attribute(call, cst.Name("result")))

    def _applied(self, original: cst.Call, updated: cst.Call) -> cst.BaseExpression:
        plain = all(arg.keyword is None and not arg.star for arg in updated.args) and len(updated.args) == 2
        if not plain or (isinstance(original.args[1].value, cst.Call) and self.names(original.args[1].value.func)):
            how = "`[function(a, b) for a, b in zip(as, bs)]`"
            self.report("manual", original, self.code(original), f"call the function for each: {how}")
            return updated
        function, values = (code_of(arg.value) for arg in updated.args)
        for home in ("prefect", "prefect.utilities.tasks"):
            self.imports.drop_unused(home, "apply_map")
        self.report("direct", original, self.code(original), "a comprehension")
        return cst.parse_expression(f"[{function}(item) for item in {values}]")
