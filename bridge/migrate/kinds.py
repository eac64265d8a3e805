"""Which kinds of nodes a tree has, and where: what a rule does not ask for it need not walk through.

LibCST walks in Python, ten microseconds a node and visitor. Each tree is looked through once here, and each of some
thirty rules then passes over the parts in which there is nothing for it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import fields
from functools import cache, lru_cache
from typing import TypeVar, cast

import libcst as cst
from libcst.metadata import BaseMetadataProvider

N = TypeVar("N", bound=cst.CSTNode)

_PASSED_OVER = frozenset(
    {
        cst.AssignEqual,
        cst.Colon,
        cst.Comma,
        cst.Comment,
        cst.Dot,
        cst.EmptyLine,
        cst.LeftParen,
        cst.LeftSquareBracket,
        cst.Newline,
        cst.ParenthesizedWhitespace,
        cst.RightParen,
        cst.RightSquareBracket,
        cst.Semicolon,
        cst.SimpleWhitespace,
        cst.TrailingWhitespace,
    }
)
"""Spaces and punctuation, a third of a tree: no rule asks for them."""

_bits: dict[type[cst.CSTNode], int] = {}


class Kinds:
    r"""The kinds of a tree's nodes.

    Args:
        module: The tree; nothing may be changed in it.

    >>> tree = cst.parse_module("def f():\n    def g(): pass")
    >>> kinds = Kinds(tree)
    >>> [one.name.value for one in kinds.all(cst.FunctionDef)]
    ['f', 'g']
    >>> kinds.may_pass_over(tree.body[0], mask_of({cst.Call})), kinds.may_pass_over(tree, mask_of({cst.Name}))
    (True, False)
    """

    def __init__(self, module: cst.Module) -> None:
        self._below: dict[cst.CSTNode, int] = {}
        self._nodes: dict[type[cst.CSTNode], list[cst.CSTNode]] = {}
        self.parents: dict[cst.CSTNode, cst.CSTNode] = {}
        self._look(module)

    @classmethod
    def of(cls, module: cst.Module) -> Kinds:
        """Those of a tree; found out once."""
        return _of(module)

    def all(self, kind: type[N]) -> list[N]:
        """The nodes of a kind, an outer one before those in it."""
        return list(cast("list[N]", self._nodes.get(kind, [])))

    def may_pass_over(self, node: cst.CSTNode, wanted: int) -> bool:
        """Whether neither a node nor anything below it is of some kinds; not known of nodes of another tree."""
        return type(node) in _PASSED_OVER or not self._below.get(node, -1) & wanted

    def _look(self, node: cst.CSTNode) -> int:
        kind = type(node)
        self._nodes.setdefault(kind, []).append(node)
        found = _bit(kind)
        for part in _parts(node):
            self.parents[part] = node
            found |= self._look(part)
        self._below[node] = found
        return found


class Parents(BaseMetadataProvider[cst.CSTNode]):
    """LibCST's `ParentNodeProvider`, without spaces and punctuation, in a fifth of the time."""

    def _gen_impl(self, module: cst.Module) -> None:
        for node, parent in Kinds.of(module).parents.items():
            self.set_metadata(node, parent)


@lru_cache(maxsize=2)  # nodes are told apart by what they are, not by what they say
def _of(module: cst.Module) -> Kinds:
    return Kinds(module)


def mask_of(kinds: Collection[type[cst.CSTNode]]) -> int:
    """Some kinds as one number."""
    found = 0
    for kind in kinds:
        found |= _bit(kind)
    return found


@cache
def asked_for(visitor: type[cst.CSTTransformer]) -> int:
    """The kinds that a visitor has methods for, as one number."""
    names = {name for name in dir(visitor) if name.startswith(("visit_", "leave_"))}
    own = {name for name in names if getattr(visitor, name) is not getattr(cst.CSTTransformer, name, None)}
    kinds = (getattr(cst, name.split("_")[1], None) for name in own)
    return mask_of({kind for kind in kinds if isinstance(kind, type)})


def _parts(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    for name in _fields(type(node)):
        value = getattr(node, name)
        for one in value if isinstance(value, (list, tuple)) else (value,):
            if isinstance(one, cst.CSTNode) and type(one) not in _PASSED_OVER:
                yield one


def _bit(kind: type[cst.CSTNode]) -> int:
    return _bits.setdefault(kind, 1 << len(_bits))


@cache
def _fields(kind: type[cst.CSTNode]) -> tuple[str, ...]:
    names = (one.name for one in fields(kind))
    return tuple(name for name in names if not name.startswith(("whitespace", "leading_lines", "lines_after")))
