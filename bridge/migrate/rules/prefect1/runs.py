"""`flow.run(…)` of Prefect 1: what it is given, as arguments of a call, and who reads the state that it gives."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst
import libcst.matchers as m

from bridge.migrate.arguments import argument, named, names_of
from bridge.migrate.nodes import text_of
from bridge.migrate.rule import Rule
from bridge.migrate.scopes import bindings, last_before, parents, reads, scope_of

NOT_THERE = frozenset({"state", "task_states", "context", "runner_cls"})
"""Arguments of `run` that a call cannot have."""

DROPPED = frozenset({"executor", "run_on_schedule"})
"""Arguments of `run` that are no parameters, and of which its rule takes care."""


def arguments_of_run(rule: Rule, call: cst.Call) -> list[cst.Arg] | None:
    """The arguments of the call in its place; None if they are not understood, which is reported then."""
    given = argument(call, "parameters", 0)
    others = [arg for arg in call.args if arg is not given]
    if names_of(others) & NOT_THERE or any(arg.keyword is None and arg.star != "**" for arg in others):
        rule.report("manual", call, rule.code(call), "call the flow: `flow(name=value)`; the rest it cannot be told")
        return None
    parameters: list[cst.Arg] = []
    if given is not None:
        found = _unpacked(given.value)
        if found is None:
            rule.report("manual", call, rule.code(call), "some parameters are no names in Python; give them new ones")
            return None
        parameters = found
    return [*parameters, *(arg for arg in others if arg.keyword is None or arg.keyword.value not in DROPPED)]


def is_off_schedule(call: cst.Call) -> bool:
    """Whether a flow is run at once, although it has a schedule."""
    given = argument(call, "run_on_schedule", 1)
    return given is not None and m.matches(given.value, m.Name("False"))


def readers_of_state(rule: Rule, call: cst.Call) -> Iterator[cst.CSTNode]:
    """The places that read the variable to which the state of a run is bound."""
    above = next(parents(rule, call))
    if not (isinstance(above, cst.Assign) and len(above.targets) == 1):
        return
    target, scope = above.targets[0].target, scope_of(rule, call)
    if not isinstance(target, cst.Name) or scope is None:
        return
    bound = bindings(scope, target.value)
    for reader in reads(scope, target.value):
        if last_before(rule, bound, reader, scope) is target:
            yield reader


def _unpacked(parameters: cst.BaseExpression) -> list[cst.Arg] | None:
    """Parameters as arguments; None if some have no names that Python takes."""
    if not isinstance(parameters, cst.Dict):
        return [cst.Arg(value=parameters, star="**")]
    found = []
    for element in parameters.elements:
        if isinstance(element, cst.StarredDictElement):
            found.append(cst.Arg(value=element.value, star="**"))
            continue
        name = text_of(cst.ensure_type(element, cst.DictElement).key)
        if name is None or not name.isidentifier():
            return None
        found.append(named(name, element.value))
    return found
