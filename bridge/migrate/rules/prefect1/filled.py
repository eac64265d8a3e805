"""A flow that is filled step by step: its tasks, in the order in which they can be called, as a `with` block."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

import libcst as cst
import libcst.matchers as m

from bridge.migrate.nodes import code_of
from bridge.migrate.rules.prefect1.filling import Step

SPREAD = frozenset({"unmapped", "mapped", "flatten"})
"""Functions that say how a value is mapped over."""


@dataclass(slots=True)
class Called:
    """What is said of one task.

    Args:
        given: What it is given without a name.
        inputs: What it is given by name.
        before: The tasks that it waits for.
        mapped: For each statement that gives it something, whether that is mapped over.
    """

    given: Sequence[cst.BaseExpression] = ()
    inputs: dict[str, cst.BaseExpression] = field(default_factory=dict)
    before: list[str] = field(default_factory=list)
    mapped: list[bool] = field(default_factory=list)

    @property
    def values(self) -> list[cst.BaseExpression]:
        """What it is given."""
        return [*self.given, *self.inputs.values()]


@dataclass(slots=True, eq=False)
class Filled:
    """A flow that is filled step by step.

    Args:
        made: The statement `flow = Flow(…)`.
        name: What it is called.
        lines: The statements that fill it.
        tasks: What is said of each task, and of each parameter that is added.
        functions: What is called for a task that is another's copy.
        copies: The statements that make copies, which nothing needs then.
        guessed: Names that are imported and taken for tasks, of which nothing else says so.
        results: Where results of its tasks are read of the state of a run.
        parameters: Its parameters, with the statement that makes one in the block; None if it is made above.
        taken: Names that the file has.
    """

    made: cst.SimpleStatementLine
    name: str
    taken: Collection[str]
    lines: list[cst.SimpleStatementLine] = field(default_factory=list)
    tasks: dict[str, Called] = field(default_factory=dict)
    functions: dict[str, str] = field(default_factory=dict)
    copies: set[cst.Assign] = field(default_factory=set)
    guessed: list[str] = field(default_factory=list)
    results: set[cst.Name] = field(default_factory=set)
    parameters: dict[str, cst.Assign | None] = field(default_factory=dict)

    def add(self, step: Step, tasks: Collection[str]) -> None:
        """Note what a statement says, if these names are tasks."""
        values = [*step.given, *step.inputs.values()]
        named = [one.value for value in values for one in tasks_in(value) if one.value in tasks]
        for name in (*named, *step.before, step.task, *step.after):
            self.tasks.setdefault(name, Called())
        called = self.tasks[step.task]
        called.given = called.given or step.given
        called.inputs.update(step.inputs)
        called.before += [one for one in step.before if one not in called.before]
        for one in step.after:
            self.tasks[one].before.append(step.task)
        if step.mapped or values:
            called.mapped.append(step.mapped)

    def ordered(self) -> list[str]:
        """The tasks, each after those that it needs; fewer than there are if they need each other in a circle."""
        done: list[str] = []
        while True:
            ready = [one for one in self.tasks if one not in done and self._needed(one) <= set(done)]
            if not ready:
                return done
            done.append(ready[0])

    def result(self, task: str) -> str:
        """What the result of a task is called."""
        found, number = f"{task}_result", 1
        while found in self.taken:
            number += 1
            found = f"{task}_result_{number}"
        return found

    def block(self, call: cst.Call) -> cst.With:
        """The `with` block of a flow that is made by a call."""
        made = [one for one in self.parameters.values() if one is not None]
        lines = [code_of(one.with_changes(semicolon=cst.MaybeSentinel.DEFAULT)) for one in made]
        lines += [self._line(task) for task in self.ordered() if task not in self.parameters]
        text = f"with x as {self.name}:\n" + "".join(f"    {line}\n" for line in lines)
        block = cst.ensure_type(cst.parse_module(text).body[0], cst.With)
        return block.with_changes(items=[block.items[0].with_changes(item=call)])

    def _needed(self, task: str) -> set[str]:
        called = self.tasks[task]
        named = {name.value for value in called.values for name in tasks_in(value)}
        return {one for one in (*called.before, *named) if one in self.tasks}

    def _line(self, task: str) -> str:
        called = self.tasks[task]
        args = [self._code(value) for value in called.given]
        args += [f"{name}={self._code(value)}" for name, value in called.inputs.items()]
        before = [self.result(one) for one in called.before if one not in self.parameters]
        if before:
            args.append(f"upstream_tasks=[{', '.join(before)}]")
        method = ".map" if any(called.mapped) else ""
        return f"{self.result(task)} = {self.functions.get(task, task)}{method}({', '.join(args)})"

    def _code(self, value: cst.BaseExpression) -> str:
        """A value in which each task is its result."""
        names = [one for one in tasks_in(value) if one.value in self.tasks and one.value not in self.parameters]
        changed = value.visit(_Renaming({one: self.result(one.value) for one in names}))
        assert isinstance(changed, cst.BaseExpression)
        return code_of(changed)


def tasks_in(value: cst.BaseExpression) -> Iterator[cst.Name]:
    """The names that stand for a task's result, if they are a task's: the value itself, or what a literal has in it."""
    if isinstance(value, cst.Name):
        yield value
    elif isinstance(value, (cst.List, cst.Tuple, cst.Set)):
        for element in value.elements:
            yield from tasks_in(element.value)
    elif isinstance(value, cst.Dict):
        for pair in value.elements:
            yield from tasks_in(pair.value)
    elif isinstance(value, cst.Call) and code_of(value.func).rpartition(".")[2] in SPREAD:
        for arg in value.args:
            yield from tasks_in(arg.value)


def names_in(value: cst.BaseExpression) -> Iterator[cst.Name]:
    """All names in a value, those of attributes and of arguments left out."""
    other: set[cst.CSTNode | None] = {
        cst.ensure_type(one, cst.Attribute).attr for one in m.findall(value, m.Attribute())
    }
    other |= {cst.ensure_type(one, cst.Arg).keyword for one in m.findall(value, m.Arg(keyword=m.Name()))}
    for one in m.findall(value, m.Name()):
        if one not in other:
            yield cst.ensure_type(one, cst.Name)


class _Renaming(cst.CSTTransformer):
    def __init__(self, names: dict[cst.Name, str]) -> None:
        super().__init__()
        self._names = names

    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.Name:  # noqa: N802  LibCST's
        name = self._names.get(original_node)
        return updated_node if name is None else updated_node.with_changes(value=name)
