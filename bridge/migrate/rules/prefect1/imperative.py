"""Flows that are filled by `flow.set_dependencies(…)`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import libcst as cst
import libcst.matchers as m

from bridge.migrate.arguments import argument, names_of
from bridge.migrate.nodes import code_of, has_comment
from bridge.migrate.removing import Removing
from bridge.migrate.rule import Pair
from bridge.migrate.rules.prefect1.blocks import FLOW
from bridge.migrate.rules.prefect1.parameters import PARAMETER
from bridge.migrate.scopes import bindings, parents, reads, scope_of, start

METHODS = ("set_dependencies", "add_task")

POSITIONS = ("task", "upstream_tasks", "downstream_tasks", "keyword_tasks", "mapped")
"""Arguments of `set_dependencies` in their order; of `add_task`, the first."""


@dataclass(slots=True, eq=False)
class Filled:
    """A flow that is filled step by step.

    Args:
        made: The statement `flow = Flow(…)`.
        name: What it is called.
        steps: The statements that fill it.
        inputs: Of each task, what it is given by which name.
        before: Of each task, those that it waits for.
        mapped: The tasks that are mapped.
    """

    made: cst.SimpleStatementLine
    name: str
    steps: list[cst.SimpleStatementLine] = field(default_factory=list)
    inputs: dict[str, dict[str, str]] = field(default_factory=dict)
    before: dict[str, list[str]] = field(default_factory=dict)
    mapped: set[str] = field(default_factory=set)

    def ordered(self) -> list[str]:
        """The tasks, each after those that it needs; fewer than there are if they need each other in a circle."""
        done: list[str] = []
        while True:
            ready = [one for one in self.inputs if one not in done and self.needed(one) <= set(done)]
            if not ready:
                return done
            done.append(ready[0])

    def needed(self, task: str) -> set[str]:
        """The tasks that have to be through before another."""
        return {one for one in [*self.inputs[task].values(), *self.before[task]] if one in self.inputs}


class Imperative(Removing):
    """`flow = Flow("x")`, `flow.set_dependencies(load, keyword_tasks={"data": get})` becomes a `with` block of calls.

    The block has a call of each task, in the order in which they need each other, and stands where the last of those
    statements stood; the other rules make a function of it. What a task is given is another task, by its name, or a
    value. A flow that is filled otherwise, too, in a loop, or with tasks that are made on the way, stays.
    """

    name = "prefect1/imperative"
    words = tuple(f".{name}(" for name in METHODS)
    pairs = (
        Pair(
            'from prefect import Flow\nfrom steps import a, b, c\n\nm = 1\nflow = Flow("x")  # all\n# First.\n'
            "flow.set_dependencies(b, keyword_tasks={'n': a, 'm': m})\n"
            "flow.set_dependencies(task=c, upstream_tasks=[b], keyword_tasks=dict(x=[1]), mapped=True)\nflow.run()\n",
            "from prefect import Flow\nfrom steps import a, b, c\n\nm = 1\n# all\n# First.\n"
            'with Flow("x") as flow:\n    a_result = a()\n    b_result = b(n=a_result, m=m)\n'
            "    c_result = c.map(x=[1], upstream_tasks=[b_result])\nflow.run()\n",
            ("direct",),
        ),
        Pair(
            "from prefect import Flow\nfrom steps import a, b\n\nflow = Flow('x')\n"
            "flow.set_dependencies(a, upstream_tasks=[b])\nflow.set_dependencies(b, upstream_tasks=[a])\n",
        ),
        Pair(
            "from prefect import Flow\nfrom steps import all\n\nflow = Flow('x')\nfor one in all:\n"
            "    flow.add_task(one)\n",
        ),
    )

    def visit_Module(self, node: cst.Module) -> None:  # noqa: N802  LibCST's
        """Find the flows."""
        self._blocks: dict[cst.CSTNode, cst.With] = {}
        for one in m.findall(node, m.SimpleStatementLine(body=[m.Assign(value=m.Call())])):
            filled = self._filled(cst.ensure_type(one, cst.SimpleStatementLine))
            if filled is None or len(filled.ordered()) < len(filled.inputs):
                continue
            last = filled.steps[-1]
            assign = cst.ensure_type(filled.made.body[0], cst.Assign)
            self._blocks[last] = self._block(filled, cst.ensure_type(assign.value, cst.Call))
            self._removed |= {filled.made, *filled.steps[:-1]}
            self.report("direct", filled.made, self.code(assign), "a `with` block that calls its tasks")

    def leave_SimpleStatementLine(  # noqa: N802  LibCST's
        self, original_node: cst.SimpleStatementLine, updated_node: cst.SimpleStatementLine
    ) -> cst.BaseStatement:
        """The block in the place of the last statement."""
        block = self._blocks.get(original_node)
        return updated_node if block is None else block.with_changes(leading_lines=updated_node.leading_lines)

    def _filled(self, made: cst.SimpleStatementLine) -> Filled | None:
        """A flow with all that fills it; None if that is not understood."""
        assign = cst.ensure_type(made.body[0], cst.Assign)
        target, scope = assign.targets[0].target, scope_of(self, made)
        call = cst.ensure_type(assign.value, cst.Call)
        is_plain = isinstance(target, cst.Name) and len(assign.targets) == 1 and len(made.body) == 1
        if not self.means(call.func, *FLOW) or not is_plain or scope is None or has_comment(call):
            return None
        name = cst.ensure_type(target, cst.Name).value
        found = Filled(made, name)
        if len(bindings(scope, name)) != 1 or argument(call, "tasks") is not None:
            return None
        for reader in sorted(reads(scope, name), key=lambda one: start(self, one)):
            step = self._step(reader, made)
            if step is None:
                continue
            if not self._fill(found, step):
                return None
            found.steps.append(step)
        others = [one for one in reads(scope, name) if not any(one is each for each in self._holders(found))]
        is_early = bool(found.steps) and any(start(self, one) < start(self, found.steps[-1]) for one in others)
        return found if found.steps and not is_early else None

    def _step(self, reader: cst.CSTNode, made: cst.SimpleStatementLine) -> cst.SimpleStatementLine | None:
        """The statement `flow.set_dependencies(…)` beside the one that makes the flow."""
        above = list(parents(self, reader))[:5]
        pattern = m.Attribute(attr=m.OneOf(*(m.Name(name) for name in METHODS)))
        if not above or not m.matches(above[0], pattern) or len(above) < 5:
            return None
        attribute, call, expression, line, block = above
        is_call = isinstance(call, cst.Call) and call.func is attribute and isinstance(expression, cst.Expr)
        beside = isinstance(block, (cst.Module, cst.IndentedBlock)) and any(one is made for one in block.body)
        return line if is_call and beside and isinstance(line, cst.SimpleStatementLine) else None

    def _holders(self, found: Filled) -> Iterator[cst.CSTNode]:
        for step in found.steps:
            call = cst.ensure_type(cst.ensure_type(step.body[0], cst.Expr).value, cst.Call)
            yield cst.ensure_type(call.func, cst.Attribute).value

    def _fill(self, found: Filled, step: cst.SimpleStatementLine) -> bool:
        """Add what one statement says; whether it is understood."""
        call = cst.ensure_type(cst.ensure_type(step.body[0], cst.Expr).value, cst.Call)
        if len(step.body) != 1 or has_comment(call) or any(arg.star for arg in call.args):
            return False
        if names_of(call.args) - {*POSITIONS, "validate"}:
            return False
        given = [argument(call, name, at) for at, name in enumerate(POSITIONS)]
        task, upstream, downstream, keywords, mapped = (one.value if one is not None else None for one in given)
        before, after, inputs = _names(upstream), _names(downstream), _pairs(keywords)
        if not isinstance(task, cst.Name) or before is None or after is None or inputs is None:
            return False
        for name in [*inputs.values(), *before, task.value, *after]:
            if self._is_task(name, found.made):
                found.inputs.setdefault(name, {})
                found.before.setdefault(name, [])
        if task.value not in found.inputs or not {*before, *after} <= set(found.inputs):
            return False
        found.inputs[task.value].update(inputs)
        found.before[task.value] += before
        for one in after:
            found.before[one].append(task.value)
        if mapped is not None and code_of(mapped) != "False":
            found.mapped.add(task.value)
        return True

    def _is_task(self, name: str, made: cst.SimpleStatementLine) -> bool:
        """Whether a name is a task's: one that is bound to a literal or a parameter is none, nor is a constant's."""
        if not name.isidentifier() or name in ("None", "True", "False") or name.isupper():
            return False
        scope = scope_of(self, made)
        for bound in bindings(scope, name) if scope is not None else ():
            assign = next((one for one in parents(self, bound) if isinstance(one, cst.Assign)), None)
            value = assign.value if assign is not None else None
            if value is not None and (not isinstance(value, cst.Call) or self.means(value.func, *PARAMETER)):
                return False
        return True

    def _block(self, found: Filled, call: cst.Call) -> cst.With:
        lines = []
        for task in found.ordered():
            given = {
                name: f"{value}_result" if value in found.inputs else value
                for name, value in found.inputs[task].items()
            }
            args = [f"{name}={value}" for name, value in given.items()]
            before = [f"{one}_result" for one in found.before[task]]
            if before:
                args.append(f"upstream_tasks=[{', '.join(before)}]")
            method = ".map" if task in found.mapped else ""
            lines.append(f"    {task}_result = {task}{method}({', '.join(args)})")
        text = f"with x as {found.name}:\n" + "\n".join(lines) + "\n"
        block = cst.ensure_type(cst.parse_module(text).body[0], cst.With)
        return block.with_changes(items=[block.items[0].with_changes(item=call)])


def _names(value: cst.BaseExpression | None) -> list[str] | None:
    """The names in a list; None if there is anything else."""
    if value is None:
        return []
    if not isinstance(value, (cst.List, cst.Tuple, cst.Set)):
        return None
    names = [one.value.value for one in value.elements if isinstance(one.value, cst.Name)]
    return names if len(names) == len(value.elements) else None


def _pairs(value: cst.BaseExpression | None) -> dict[str, str] | None:
    """What is given by name, as code; None if that is not a literal of names."""
    if value is None:
        return {}
    if isinstance(value, cst.Call) and code_of(value.func) == "dict":
        if any(arg.keyword is None for arg in value.args):
            return None
        return {arg.keyword.value: code_of(arg.value) for arg in value.args if arg.keyword is not None}
    if not isinstance(value, cst.Dict):
        return None
    return _of_elements(value.elements)


def _of_elements(elements: Sequence[cst.BaseDictElement]) -> dict[str, str] | None:
    found: dict[str, str] = {}
    for one in elements:
        if not isinstance(one, cst.DictElement) or not isinstance(one.key, cst.SimpleString):
            return None
        key = one.key.evaluated_value
        if not isinstance(key, str) or not key.isidentifier():
            return None
        found[key] = code_of(one.value)
    return found
