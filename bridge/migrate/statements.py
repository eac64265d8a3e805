"""Statements that are taken out of a block; their comments stay."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import libcst as cst


def without(
    before: Sequence[cst.CSTNode], now: Sequence[cst.CSTNode], removed: Collection[cst.CSTNode]
) -> tuple[list[cst.CSTNode], list[cst.EmptyLine]]:
    """The statements of a block without some of them.

    Args:
        before: The block's statements as they were.
        now: What has become of each.
        removed: Those to take out, as they were.

    Returns:
        The rest, each with the comments of what stood before it; and what is left of those at the end.
    """
    kept: list[cst.CSTNode] = []
    pending: list[cst.EmptyLine] = []
    for old, new in zip(before, now, strict=True):
        if old in removed:
            pending.extend(_comments(new))
            continue
        kept.append(_after(new, pending))
        pending = []
    return kept, pending


def _comments(statement: cst.CSTNode) -> list[cst.EmptyLine]:
    """The comments of a statement, each on a line of its own; blank lines above them, too."""
    if not isinstance(statement, cst.SimpleStatementLine):
        return []
    lines = list(statement.leading_lines)
    comment = statement.trailing_whitespace.comment
    if comment is not None:
        lines.append(cst.EmptyLine(comment=comment))
    return lines if any(line.comment is not None for line in lines) else []


def _after(statement: cst.CSTNode, pending: Sequence[cst.EmptyLine]) -> cst.CSTNode:
    if not pending or not isinstance(statement, (cst.SimpleStatementLine, cst.BaseCompoundStatement)):
        return statement
    return statement.with_changes(leading_lines=[*pending, *statement.leading_lines])
