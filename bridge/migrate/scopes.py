"""Where names of a file are bound and where they are read; where a node stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, TypeVar

import libcst as cst
from libcst.metadata import Assignment, PositionProvider, Scope, ScopeProvider

from bridge.migrate.kinds import Parents

if TYPE_CHECKING:
    from bridge.migrate.rule import Rule

Place = tuple[int, int]
T = TypeVar("T", bound=cst.CSTNode)


def start(rule: Rule, node: cst.CSTNode) -> Place:
    """Line and column of a node's begin."""
    found = rule.get_metadata(PositionProvider, node).start
    return found.line, found.column


def end(rule: Rule, node: cst.CSTNode) -> Place:
    """Line and column of a node's end."""
    found = rule.get_metadata(PositionProvider, node).end
    return found.line, found.column


def parents(rule: Rule, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """What a node stands in, from the inside."""
    above = rule.get_metadata(Parents, node, None)
    while above is not None:
        yield above
        above = rule.get_metadata(Parents, above, None)


def is_within(rule: Rule, node: cst.CSTNode, outer: cst.CSTNode) -> bool:
    """Whether a node stands in another."""
    return any(one is outer for one in parents(rule, node))


def nearest(rule: Rule, node: cst.CSTNode, kind: type[T] | tuple[type[T], ...]) -> T | None:
    """The nearest node of a kind that a node stands in."""
    return next((one for one in parents(rule, node) if isinstance(one, kind)), None)


def statement_of(rule: Rule, node: cst.CSTNode) -> cst.CSTNode:
    """The statement that a node is a part of, or that it is."""
    above = (one for one in parents(rule, node) if isinstance(one, cst.BaseStatement))
    return node if isinstance(node, cst.BaseStatement) else next(above, node)


def scope_of(rule: Rule, node: cst.CSTNode) -> Scope | None:
    """The scope in which names of a statement are bound."""
    found = rule.get_metadata(ScopeProvider, node, None)
    return found if isinstance(found, Scope) else None


def bindings(scope: Scope, name: str) -> list[cst.CSTNode]:
    """The nodes that bind a name in a scope: names, functions, imports."""
    return [one.node for one in scope.assignments[name] if isinstance(one, Assignment) and one.scope is scope]


def reads(scope: Scope, name: str) -> list[cst.CSTNode]:
    """The nodes that read what a scope binds to a name, in scopes below, too."""
    return [access.node for one in scope.assignments[name] if one.scope is scope for access in one.references]


def names_bound(rule: Rule, scope: Scope, block: cst.CSTNode) -> dict[str, list[cst.CSTNode]]:
    """What a part of a scope binds: its names, with the nodes that do it."""
    found: dict[str, list[cst.CSTNode]] = {}
    for one in scope.assignments:
        if isinstance(one, Assignment) and one.scope is scope and is_within(rule, one.node, block):
            found.setdefault(one.name, []).append(one.node)
    return found


def last_before(rule: Rule, nodes: Sequence[cst.CSTNode], reader: cst.CSTNode, scope: Scope) -> cst.CSTNode | None:
    """Which of the nodes that bind a name has bound it when it is read.

    By lines, as if code ran from the first to the last. A function that reads a name of a scope around it runs later:
    it reads what was bound last.
    """
    ordered = sorted(nodes, key=lambda node: start(rule, node))
    if scope_of(rule, reader) is scope or _is_at_once(rule, reader, scope):
        here = start(rule, reader)
        ordered = [node for node in ordered if bound_at(rule, node) <= here]
    return ordered[-1] if ordered else None


def bound_at(rule: Rule, node: cst.CSTNode) -> Place:
    """From where on a name is bound: the end of its assignment, the begin of anything else."""
    statement = statement_of(rule, node)
    if isinstance(statement, cst.SimpleStatementLine):
        return end(rule, statement)
    return start(rule, node)


def _is_at_once(rule: Rule, node: cst.CSTNode, scope: Scope) -> bool:
    """Whether no function lies between a node and a scope: a comprehension, a class."""
    for one in parents(rule, node):
        if isinstance(one, (cst.FunctionDef, cst.Lambda)):
            return scope_of(rule, one.body) is scope
    return True
