"""What rules ask of any node of LibCST's tree: its code, its comments, the value of a literal."""

from __future__ import annotations

from collections import Counter

import libcst as cst
import libcst.matchers as m


def code_of(node: cst.CSTNode) -> str:
    """A node as it is written.

    >>> code_of(cst.parse_expression("f( 1 )"))
    'f( 1 )'
    """
    return cst.Module(body=[]).code_for_node(node)


def comments_of(node: cst.CSTNode) -> list[str]:
    """The comments that stand somewhere in a node, in the order of the text.

    >>> comments_of(cst.parse_statement("x = 1  # one"))
    ['# one']
    """
    return [cst.ensure_type(one, cst.Comment).value for one in m.findall(node, m.Comment())]


def has_comment(node: cst.CSTNode) -> bool:
    """Whether a comment stands somewhere in a node, so that it cannot go.

    >>> has_comment(cst.parse_expression("f(  # why" + chr(10) + ")"))
    True
    """
    return bool(comments_of(node))


def lost_comments(before: cst.CSTNode, after: cst.CSTNode) -> list[cst.EmptyLine]:
    """Comments of a node that another in its place has not, each on a line."""
    lost = Counter(comments_of(before)) - Counter(comments_of(after))
    return [cst.EmptyLine(comment=cst.Comment(value)) for value in lost.elements()]


def text_of(node: cst.BaseExpression | cst.Arg | None) -> str | None:
    """The value of a literal text; None of anything else.

    >>> text_of(cst.parse_expression("'a'"))
    'a'
    """
    value = node.value if isinstance(node, cst.Arg) else node
    if isinstance(value, (cst.SimpleString, cst.ConcatenatedString)):
        found = value.evaluated_value
        return found if isinstance(found, str) else None
    return None


def number_of(node: cst.BaseExpression | cst.Arg | None) -> float | None:
    """The value of a literal number; None of anything else."""
    value = node.value if isinstance(node, cst.Arg) else node
    if isinstance(value, (cst.Integer, cst.Float)):
        found: float = value.evaluated_value
        return found
    return None
