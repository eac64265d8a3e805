"""`Parameter(…)` of a flow: which arguments its function gets, and what stands in their place."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import libcst as cst
import libcst.matchers as m

from bridge.migrate.arguments import argument
from bridge.migrate.nodes import code_of, text_of
from bridge.migrate.rule import Rule
from bridge.migrate.rules.prefect1.blocks import Block
from bridge.migrate.scopes import bindings, is_within, names_bound, parents, reads, scope_of, statement_of

PARAMETER = ("prefect.Parameter", "prefect.core.Parameter", "prefect.core.parameter.Parameter")
DATE = ("prefect.core.parameter.DateTimeParameter", "prefect.DateTimeParameter", "prefect.core.DateTimeParameter")


@dataclass(slots=True)
class Parameters:
    """What becomes of the parameters of a flow.

    Args:
        defaults: Of the function's arguments, by their names; those without come first.
        replaced: What a call of `Parameter` becomes.
        removed: Statements that do nothing any more.
        shared: Statements above the block that make a parameter, each with those who read it elsewhere.
        renamed: Names that become an argument's.
        notes: What is not quite the same.
        why_not: Why nothing can be done.
    """

    defaults: dict[str, cst.BaseExpression | None] = field(default_factory=dict)
    replaced: dict[cst.CSTNode, str] = field(default_factory=dict)
    removed: set[cst.CSTNode] = field(default_factory=set)
    shared: dict[cst.CSTNode, set[cst.CSTNode]] = field(default_factory=dict)
    renamed: dict[cst.CSTNode, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    why_not: str = ""

    @property
    def ordered(self) -> list[tuple[str, cst.BaseExpression | None]]:
        """The arguments as Python wants them."""
        return sorted(self.defaults.items(), key=lambda one: one[1] is not None)


def parameters_of(rule: Rule, module: cst.Module, block: Block) -> Parameters:
    """The parameters of a block, those that are made above it included."""
    found = Parameters()
    for call in _calls(rule, module):
        target = _target(rule, call)
        if is_within(rule, call, block.node.body):
            _inside(rule, block, call, target, found)
        elif target is not None:
            _above(rule, block, call, target, found)
    return found


def of_no_use(plans: Iterable[Parameters]) -> set[cst.CSTNode]:
    """Statements that do nothing any more, once every one of the flows has its arguments."""
    several = list(plans)
    found = {one for plan in several for one in plan.removed}
    for statement in {one for plan in several for one in plan.shared}:
        elsewhere = [plan.shared[statement] for plan in several if statement in plan.shared]
        if not set.intersection(*elsewhere):
            found.add(statement)
    return found


def _calls(rule: Rule, module: cst.Module) -> Iterator[cst.Call]:
    for one in m.findall(module, m.Call()):
        call = cst.ensure_type(one, cst.Call)
        if rule.means(call.func, *PARAMETER, *DATE):
            yield call


def _target(rule: Rule, call: cst.Call) -> cst.Name | None:
    """The name that a parameter is assigned to in a statement of its own."""
    statement = statement_of(rule, call)
    if isinstance(statement, cst.SimpleStatementLine) and len(statement.body) == 1:
        assign = statement.body[0]
        if isinstance(assign, cst.Assign) and assign.value is call and len(assign.targets) == 1:
            target = assign.targets[0].target
            return target if isinstance(target, cst.Name) else None
    return None


def _inside(rule: Rule, block: Block, call: cst.Call, target: cst.Name | None, found: Parameters) -> None:
    name = _name(rule, block, call, target, found)
    if name is None:
        return
    default = _default(rule, call)
    if default is not None and _reads_own(rule, block, default):
        found.replaced[call] = f"{code_of(default)} if {name} is None else {name}"
        if target is None:
            found.replaced[call] = f"({found.replaced[call]})"
        return
    found.replaced[call] = name
    if target is not None and target.value == name:
        statement = statement_of(rule, call)
        if len(bindings(block.scope, name)) == 1 and any(one is statement for one in block.node.body.body):
            found.removed.add(statement)


def _above(rule: Rule, block: Block, call: cst.Call, target: cst.Name, found: Parameters) -> None:
    statement = statement_of(rule, call)
    scope = scope_of(rule, call)
    if scope is None or len(bindings(scope, target.value)) != 1:
        return
    everywhere = reads(scope, target.value)
    readers = [one for one in everywhere if is_within(rule, one, block.node.body)]
    if not readers:
        return
    name = _name(rule, block, call, target, found)
    if name is None:
        return
    found.renamed.update(dict.fromkeys(readers, name) if name != target.value else {})
    found.shared[statement] = {*everywhere} - {*readers}


def _name(rule: Rule, block: Block, call: cst.Call, target: cst.Name | None, found: Parameters) -> str | None:
    """The argument's name, once it is among those that the function gets; None if that cannot be."""
    given = argument(call, "name", 0)
    title = text_of(given.value) if given is not None else None
    if title is None:
        found.why_not = f"has a parameter whose name is no literal text: {rule.code(call)}"
        return None
    name = title
    if not title.isidentifier() or keyword.iskeyword(title):
        name = target.value if target is not None else re.sub(r"\W+", "_", title).strip("_").lower()
        found.notes.append(f"the parameter {title!r} is called {name}")
    default = _default(rule, call)
    if rule.means(call.func, *DATE):
        found.notes.append(f"{name} is not parsed: annotate it, `{name}: datetime.datetime`")
    if name in found.defaults:
        return name
    if not name.isidentifier() or _is_other(rule, block, name, target):
        found.why_not = f"has a parameter {title!r} that would hide something else of that name"
        return None
    if default is not None and _reads_own(rule, block, default):
        found.notes.append(f"the default of {name} is made when the flow runs")
        default = cst.Name("None")
    found.defaults[name] = default
    return name


def _default(rule: Rule, call: cst.Call) -> cst.BaseExpression | None:
    is_date = rule.means(call.func, *DATE)
    given = argument(call, "default", None if is_date else 1)
    if given is not None:
        return given.value
    required = argument(call, "required", 1 if is_date else 2)
    if required is not None and isinstance(required.value, cst.Name) and required.value.value == "False":
        return cst.Name("None")
    return None


def _is_other(rule: Rule, block: Block, name: str, target: cst.Name | None) -> bool:
    """Whether the block reads something else of the name, which is not its own."""
    if target is not None and target.value == name:
        return False
    own = names_bound(rule, block.scope, block.node.body)
    return name not in own and any(
        cst.ensure_type(one, cst.Name).value == name and _is_read(rule, one)
        for one in m.findall(block.node.body, m.Name())
    )


def _is_read(rule: Rule, node: cst.CSTNode) -> bool:
    """Whether a name stands for a value: not an argument's name, not an attribute's."""
    above = next(parents(rule, node))
    if isinstance(above, cst.Arg):
        return above.keyword is not node
    return not (isinstance(above, cst.Attribute) and above.attr is node)


def _reads_own(rule: Rule, block: Block, default: cst.BaseExpression) -> bool:
    own = names_bound(rule, block.scope, block.node.body)
    return any(cst.ensure_type(one, cst.Name).value in own for one in m.findall(default, m.Name()))
