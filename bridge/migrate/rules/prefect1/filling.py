"""Statements that fill a flow of Prefect 1 step by step: `flow.add_task(a)`, `b.set_upstream(a, flow=flow)`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import libcst as cst

from bridge.migrate.arguments import argument, names_of
from bridge.migrate.nodes import code_of, has_comment, text_of
from bridge.migrate.rule import Rule
from bridge.migrate.scopes import parents

_EACH = ("upstream_tasks", "downstream_tasks", "keyword_tasks", "mapped", "validate")

OF_FLOWS: Mapping[str, tuple[str, ...]] = {
    "add_task": ("task",),
    "add_edge": ("upstream_task", "downstream_task", "key", "mapped", "flattened", "validate"),
    "chain": (),
    "set_dependencies": ("task", *_EACH),
}
"""Methods of a flow that fill it, with their arguments in order; `chain` takes tasks."""

OF_TASKS: Mapping[str, tuple[str, ...]] = {
    "bind": (),
    "set_dependencies": ("flow", *_EACH),
    "set_downstream": ("task", "flow", "key", "mapped"),
    "set_upstream": ("task", "flow", "key", "mapped"),
}
"""Methods of a task that fill the flow that they are given; `bind` takes what the task takes."""


@dataclass(frozen=True, slots=True)
class Step:
    """What a statement says of a task.

    Args:
        task: Its name.
        given: What it is given without a name.
        inputs: What it is given by name.
        before: The tasks that it waits for.
        after: The tasks that wait for it.
        mapped: Whether what it is given is mapped over.
    """

    task: str
    given: Sequence[cst.BaseExpression] = ()
    inputs: Mapping[str, cst.BaseExpression] = field(default_factory=dict)
    before: Sequence[str] = ()
    after: Sequence[str] = ()
    mapped: bool = False


def filling(rule: Rule, reader: cst.CSTNode) -> cst.Call | None:
    """The call that fills a flow, which a name in it means; None if the name is there for something else."""
    above = list(parents(rule, reader))[:2]
    if len(above) < 2 or not isinstance(above[1], cst.Call):
        return None
    part, call = above[0], above[1]
    if isinstance(part, cst.Attribute):
        return call if call.func is part and part.attr.value in OF_FLOWS else None
    if not isinstance(part, cst.Arg) or not isinstance(call.func, cst.Attribute):
        return None
    names = OF_TASKS.get(call.func.attr.value)
    if names is None:
        return None
    at = names.index("flow") if "flow" in names else None
    return call if argument(call, "flow", at) is part else None


def steps_of(call: cst.Call, *, is_flows: bool) -> list[Step]:
    """What a call says that fills a flow; nothing if it is not understood.

    Args:
        call: As `filling` gives it.
        is_flows: Whether it calls a method of the flow, not of a task.
    """
    func = cst.ensure_type(call.func, cst.Attribute)
    method = func.attr.value
    if has_comment(call) or any(arg.star for arg in call.args):
        return []
    if method == "chain":
        names = _names([arg.value for arg in call.args]) if not names_of(call.args) else None
        return [Step(name, before=names[at - 1 : at]) for at, name in enumerate(names or ())] if names else []
    receiver = "" if is_flows else _name(func.value)
    if method == "bind":
        return _bound(call, receiver)
    arguments = _by_name(call, (OF_FLOWS if is_flows else OF_TASKS)[method])
    if arguments is None or receiver is None:
        return []
    mapped = _is_true(arguments.get("mapped"))
    if method == "add_edge":
        first, then = (_name(arguments.get(name)) for name in ("upstream_task", "downstream_task"))
        return [] if _is_true(arguments.get("flattened")) else _edge(first, then, arguments.get("key"), mapped=mapped)
    if method in ("set_upstream", "set_downstream"):
        other = _name(arguments.get("task"))
        first, then = (other, receiver) if method == "set_upstream" else (receiver, other)
        return _edge(first, then, arguments.get("key"), mapped=mapped)
    task = _name(arguments.get("task")) if is_flows else receiver
    before, after = listed(arguments.get("upstream_tasks")), listed(arguments.get("downstream_tasks"))
    inputs = _pairs(arguments.get("keyword_tasks"))
    if not task or before is None or after is None or inputs is None:
        return []
    return [Step(task, (), inputs, before, after, mapped)]


def listed(value: cst.BaseExpression | None) -> list[str] | None:
    """The names in a list; None if there is anything else."""
    if value is None or code_of(value) == "None":
        return []
    if not isinstance(value, (cst.List, cst.Tuple, cst.Set)):
        return None
    return _names([one.value for one in value.elements])


def _by_name(call: cst.Call, names: Sequence[str]) -> dict[str, cst.BaseExpression] | None:
    """The arguments by their names; None if there are others."""
    if names_of(call.args) - set(names) or len(call.args) > len(names):
        return None
    found = {name: argument(call, name, at) for at, name in enumerate(names)}
    return {name: one.value for name, one in found.items() if one is not None and code_of(one.value) != "None"}


def _bound(call: cst.Call, receiver: str | None) -> list[Step]:
    """`task.bind(1, x=2, flow=flow)`."""
    given = [arg.value for arg in call.args if arg.keyword is None]
    before: list[str] = []
    mapped, inputs = False, dict[str, cst.BaseExpression]()
    for arg in call.args:
        name = arg.keyword.value if arg.keyword is not None else "flow"
        if name == "upstream_tasks":
            names = listed(arg.value)
            if names is None:
                return []
            before = names
        elif name == "mapped":
            mapped = _is_true(arg.value)
        elif name != "flow":
            inputs[name] = arg.value
    return [Step(receiver, given, inputs, before, (), mapped)] if receiver else []


def _edge(first: str | None, then: str | None, key: cst.BaseExpression | None, *, mapped: bool) -> list[Step]:
    """One task before another; under a key, it gives its result."""
    if not first or not then:
        return []
    if key is None:
        return [Step(then, before=(first,), mapped=mapped)]
    name = text_of(key) or ""
    given = Step(then, inputs={name: cst.Name(first)}, mapped=mapped)
    return [Step(first), given] if name.isidentifier() else []


def _is_true(value: cst.BaseExpression | None) -> bool:
    return value is not None and code_of(value) != "False"


def _name(value: cst.BaseExpression | None) -> str | None:
    return value.value if isinstance(value, cst.Name) else None


def _names(values: Sequence[cst.BaseExpression]) -> list[str] | None:
    """The names that values are; None if one is something else."""
    found = [value.value for value in values if isinstance(value, cst.Name)]
    return found if len(found) == len(values) else None


def _pairs(value: cst.BaseExpression | None) -> dict[str, cst.BaseExpression] | None:
    """What is given by name; None if that is not a literal of names."""
    if value is None:
        return {}
    if isinstance(value, cst.Call) and code_of(value.func) == "dict":
        named = {arg.keyword.value: arg.value for arg in value.args if arg.keyword is not None}
        return named if len(named) == len(value.args) else None
    if not isinstance(value, cst.Dict):
        return None
    found: dict[str, cst.BaseExpression] = {}
    for one in value.elements:
        key = text_of(one.key) if isinstance(one, cst.DictElement) else None
        if key is None or not key.isidentifier():
            return None
        found[key] = one.value
    return found
