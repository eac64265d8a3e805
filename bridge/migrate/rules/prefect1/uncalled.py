"""Tasks that are named in a flow without being called."""

from __future__ import annotations

import libcst as cst
import libcst.matchers as m

from bridge.migrate.rule import Pair, Rule
from bridge.migrate.rules.prefect1.blocks import Block, Blocks
from bridge.migrate.rules.prefect1.mapping import APPLY
from bridge.migrate.rules.prefect1.task_arguments import TASK
from bridge.migrate.rules.prefect1.task_classes import task_classes
from bridge.migrate.scopes import names_bound, nearest, parents, statement_of

NAMED = m.Expr(m.Call(func=m.Attribute(value=m.Name(), attr=m.Name("chain") | m.Name("add_task"))))


class Uncalled(Rule):
    """A task that is only named in a flow of Prefect 1 is a part of it and runs once: it is called there now.

    That is so where it is given to another task (`load(extract)`), where it is waited for (`upstream_tasks=[prepare]`)
    and in `flow.add_task(clean)` and `flow.chain(first, second)`, which become calls one after another. A task that is
    named twice stays, as it would be called twice: call it once, and name what it gives.
    """

    name = "prefect1/uncalled"
    words = ("Flow(", "Flow (")
    pairs = (
        Pair(
            "from prefect import Flow, task\n\n@task\ndef a(): ...\n\n"
            'with Flow("x") as flow:\n    b(a)\n    c = d(upstream_tasks=[e, g])\n    f(upstream_tasks=[c])\n',
            "from prefect import Flow, task\n\n@task\ndef a(): ...\n\n"
            'with Flow("x") as flow:\n    b(a())\n    c = d(upstream_tasks=[e(), g()])\n    f(upstream_tasks=[c])\n',
            ("direct", "direct", "direct"),
        ),
        Pair(
            'from prefect import Flow\n\nwith Flow("x") as flow:\n    # All.\n    flow.chain(a, b)  # both\n'
            "    c = d()\n    flow.add_task(c)\n    flow.add_task(e)\n",
            'from prefect import Flow\n\nwith Flow("x") as flow:\n    # All.\n    a()\n    b()  # both\n'
            "    c = d()\n    c\n    e()\n",
            ("direct", "direct", "direct"),
        ),
        Pair(
            'from prefect import Flow, task\n\n@task\ndef a(): ...\n\nwith Flow("x") as flow:\n    b(a)\n    c(a)\n',
            kinds=("manual",),
            says="a_result = a()",
        ),
        Pair('from prefect import Flow\n\nwith Flow("x") as flow:\n    a = b()\n    c(a, d, upstream_tasks=[a])\n'),
    )

    def visit_Module(self, node: cst.Module) -> None:  # noqa: N802  LibCST's
        """Find the tasks that are named."""
        self._blocks = Blocks(self, node)
        self._tasks = self._of_file(node)
        self._called: set[cst.CSTNode] = set()
        for block in self._blocks.good:
            own = set(names_bound(self, block.scope, block.node.body))
            for name, places in self._named(block, own).items():
                if len(places) == 1:
                    self._called.add(places[0])
                    self.report("direct", places[0], f"`{name}`", f"is called: `{name}()`")
                else:
                    how = f"call it once, `{name}_result = {name}()`, and name that instead"
                    self.report("manual", places[0], f"`{name}`, {len(places)} times", how)

    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.BaseExpression:  # noqa: N802  LibCST's
        """A task that is named is called."""
        return cst.Call(updated_node) if original_node in self._called else updated_node

    def leave_SimpleStatementLine(  # noqa: N802  LibCST's
        self, original_node: cst.SimpleStatementLine, updated_node: cst.SimpleStatementLine
    ) -> cst.BaseStatement | cst.FlattenSentinel[cst.BaseStatement]:
        """`flow.chain(a, b)` is a call of each."""
        if not m.matches(original_node, m.SimpleStatementLine(body=[NAMED])):
            return updated_node
        call = cst.ensure_type(cst.ensure_type(updated_node.body[0], cst.Expr).value, cst.Call)
        was = cst.ensure_type(cst.ensure_type(original_node.body[0], cst.Expr).value, cst.Call)
        block = self._blocks.around(original_node)
        if block is None or self._blocks.meant(cst.ensure_type(was.func, cst.Attribute).value) is not block:
            return updated_node
        if not call.args or any(arg.keyword is not None or arg.star for arg in call.args):
            return updated_node
        own = names_bound(self, block.scope, block.node.body)
        if cst.ensure_type(call.func, cst.Attribute).attr.value == "chain" and any(
            isinstance(arg.value, cst.Name) and arg.value.value in own for arg in was.args
        ):
            return updated_node
        self.report("direct", was, self.code(was), "calls, one after another")
        lines = [cst.SimpleStatementLine([cst.Expr(_call(arg.value, own))]) for arg in call.args]
        lines[0] = lines[0].with_changes(leading_lines=updated_node.leading_lines)
        lines[-1] = lines[-1].with_changes(trailing_whitespace=updated_node.trailing_whitespace)
        return cst.FlattenSentinel(lines)

    def _of_file(self, module: cst.Module) -> set[str]:
        """The names of tasks that the file makes: functions, and instances of classes."""
        classes = task_classes(self, module)
        found = set()
        for one in m.findall(module, m.FunctionDef() | m.Assign(value=m.Call())):
            if isinstance(one, cst.FunctionDef):
                if any(self.means(_func(each.decorator), *TASK) for each in one.decorators):
                    found.add(one.name.value)
                continue
            assign = cst.ensure_type(one, cst.Assign)
            func = cst.ensure_type(assign.value, cst.Call).func
            if self.means(func, *TASK) or (isinstance(func, cst.Name) and func.value in classes):
                found.update(t.target.value for t in assign.targets if isinstance(t.target, cst.Name))
        return found

    def _named(self, block: Block, own: set[str]) -> dict[str, list[cst.CSTNode]]:
        """Where tasks are named in a block."""
        found: dict[str, list[cst.CSTNode]] = {}
        for one in m.findall(block.node.body, m.Name()):
            name = cst.ensure_type(one, cst.Name)
            if name.value in own or self._blocks.around(name) is not block:
                continue
            if self._is_waited_for(name) or (name.value in self._tasks and self._is_given(name)):
                found.setdefault(name.value, []).append(name)
        return found

    def _is_given(self, name: cst.Name) -> bool:
        """Whether a name stands for the value of an argument, by itself or in a list."""
        above = list(parents(self, name))[:4]
        if isinstance(above[0], cst.Arg) and above[0].value is name:
            call = above[1]
            if not isinstance(call, cst.Call) or self.means(call.func, *APPLY):
                return False
            receiver = call.func.value if isinstance(call.func, cst.Attribute) else None
            return receiver is None or self._blocks.meant(receiver) is None
        return isinstance(above[0], cst.Element) and isinstance(above[2], cst.Arg)

    def _is_waited_for(self, name: cst.Name) -> bool:
        arg = nearest(self, name, cst.Arg)
        while arg is not None:
            if arg.keyword is not None and arg.keyword.value == "upstream_tasks" and arg.keyword is not name:
                return self._is_plain(name, arg)
            arg = nearest(self, arg, cst.Arg)
        return False

    def _is_plain(self, name: cst.Name, arg: cst.Arg) -> bool:
        """Whether a name is an element of a list, perhaps in `unmapped(…)`."""
        above = next(parents(self, name))
        if isinstance(above, cst.Arg):
            call = next(parents(self, above))
            return isinstance(call, cst.Call) and bool(self.names(call.func))
        statement = statement_of(self, arg)
        own = getattr(statement, "value", None)
        return own is not arg and isinstance(above, cst.Element)


def _func(decorator: cst.BaseExpression) -> cst.BaseExpression:
    return decorator.func if isinstance(decorator, cst.Call) else decorator


def _call(value: cst.BaseExpression, own: dict[str, list[cst.CSTNode]]) -> cst.BaseExpression:
    """A call of what is named; what has been called is left as it is."""
    if isinstance(value, cst.Name) and value.value not in own:
        return cst.Call(value)
    return value
