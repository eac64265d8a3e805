"""What names mean where a flow of Prefect 1 is filled: tasks, copies of them, parameters, values."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal

import libcst as cst
import libcst.matchers as m
from libcst.metadata import Assignment, ImportAssignment

from bridge.migrate.rule import Rule
from bridge.migrate.rules.prefect1.filled import tasks_in
from bridge.migrate.rules.prefect1.parameters import DATE, PARAMETER
from bridge.migrate.rules.prefect1.task_arguments import TASK
from bridge.migrate.rules.prefect1.task_classes import task_classes
from bridge.migrate.scopes import Place, is_within, parents, reads, scope_of, start, statement_of

Kind = Literal["task", "copy", "parameter", "value", "unknown"]

_MADE = m.Assign(targets=[m.AssignTarget(target=m.Name())], value=m.Call())
_COPY = m.Call(func=m.Attribute(attr=m.Name("copy")))


class TaskNames:
    """The names that a place of a file reads.

    Args:
        rule: Which asks; its metadata are those of the file.
        module: The file.
    """

    def __init__(self, rule: Rule, module: cst.Module) -> None:
        self._rule = rule
        self._classes = set(task_classes(rule, module))

    def bound(self, name: str, at: cst.CSTNode) -> list[Assignment]:
        """Where what a place reads under a name is bound."""
        scope = scope_of(self._rule, at)
        return [one for one in scope[name] if isinstance(one, Assignment)] if scope is not None else []

    def begin(self, name: str, at: cst.CSTNode) -> Place:
        """Where a name is bound first."""
        return min(start(self._rule, one.node) for one in self.bound(name, at))

    def is_late(self, name: str, at: cst.CSTNode) -> bool:
        """Whether a name is bound, too, after a place in the same scope has read it."""
        own = scope_of(self._rule, at)
        bound = [one.node for one in self.bound(name, at) if one.scope is own]
        return any(start(self._rule, one) > start(self._rule, at) for one in bound)

    def is_imported(self, name: str, at: cst.CSTNode) -> bool:
        """Whether a name comes from another file."""
        return any(isinstance(one, ImportAssignment) for one in self.bound(name, at))

    def kind(self, name: str, at: cst.CSTNode) -> Kind:
        """What a name is; an imported one is taken for a task's, unless it is written like a constant's."""
        kinds = {self._kind_of(one) for one in self.bound(name, at)}
        return kinds.pop() if len(kinds) == 1 else "unknown"

    def made(self, name: str, at: cst.CSTNode) -> cst.Assign | None:
        """The only assignment of a call to a name, in a statement that can be left out."""
        bound = self.bound(name, at)
        if len(bound) != 1:
            return None
        assign = next((one for one in parents(self._rule, bound[0].node) if isinstance(one, cst.Assign)), None)
        is_plain = assign is not None and m.matches(assign, _MADE)
        return (
            assign
            if is_plain and isinstance(statement_of(self._rule, bound[0].node), cst.SimpleStatementLine)
            else None
        )

    def original(self, name: str, at: cst.CSTNode, tasks: Collection[str]) -> str | None:
        """The task of which another is a copy that is like it; None if that is not plain."""
        assign = self.made(name, at)
        copied = assign.value if assign is not None else None
        if not isinstance(copied, cst.Call) or copied.args:
            return None
        source = cst.ensure_type(copied.func, cst.Attribute).value
        if not isinstance(source, cst.Name) or source.value == name:
            return None
        kind = self.kind(source.value, at)
        if kind == "copy":
            return self.original(source.value, at, tasks)
        return source.value if kind == "task" or (kind == "unknown" and source.value in tasks) else None

    def only_in(self, name: str, at: cst.CSTNode, places: Collection[cst.CSTNode]) -> bool:
        """Whether a name is read in some statements alone, or is one of these places."""
        (bound,) = self.bound(name, at)
        return all(
            reader in places or any(is_within(self._rule, reader, one) for one in places)
            for reader in reads(bound.scope, name)
        )

    def is_task(self, func: cst.BaseExpression) -> bool:
        """Whether what is called is a task of this file."""
        return isinstance(func, cst.Name) and not self._rule.names(func) and self.kind(func.value, func) == "task"

    def is_function(self, name: cst.Name) -> bool:
        """Whether what a name stands for there is a function below `@task`."""
        bound = self.bound(name.value, name)
        return bool(bound) and all(
            isinstance(one.node, cst.FunctionDef) and self._kind_of(one) == "task" for one in bound
        )

    def _kind_of(self, bound: Assignment) -> Kind:
        if isinstance(bound, ImportAssignment):
            return "value" if bound.name.isupper() else "task"
        if isinstance(bound.node, cst.FunctionDef):
            decorators = [one.decorator for one in bound.node.decorators]
            funcs = [one.func if isinstance(one, cst.Call) else one for one in decorators]
            return "task" if any(self._rule.means(one, *TASK) for one in funcs) else "unknown"
        assign = next(iter(list(parents(self._rule, bound.node))[1:2]), None)
        if not isinstance(assign, cst.Assign):
            return "unknown"
        value = assign.value
        if isinstance(value, cst.Call):
            return self._kind_of_call(value)
        is_other = isinstance(value, (cst.Attribute, cst.Subscript)) or any(tasks_in(value))
        return "unknown" if is_other else "value"

    def _kind_of_call(self, call: cst.Call) -> Kind:
        if m.matches(call, _COPY):
            return "copy"
        if self._rule.means(call.func, *PARAMETER, *DATE):
            return "parameter"
        own = isinstance(call.func, cst.Name) and call.func.value in self._classes
        names = self._rule.names(call.func)
        is_task = own or self._rule.means(call.func, *TASK) or any(n.startswith("prefect.tasks.") for n in names)
        return "task" if is_task or any(n.endswith("Task") for n in names) else "unknown"
