"""Statements that are taken out of a block; their comments stay."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import libcst as cst

from bridge.migrate.nodes import comments_of


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
        kept.append(_after(new, pending, is_first=not kept))
        pending = []
    return kept, pending if _has_comment(pending) else []


def guarded(line: cst.SimpleStatementLine) -> cst.If:
    """A statement below `if __name__ == "__main__":`, with its comments."""
    inner = line.with_changes(leading_lines=[])
    test = cst.parse_expression('__name__ == "__main__"')
    return cst.If(test, cst.IndentedBlock([inner]), leading_lines=line.leading_lines)


def _comments(statement: cst.CSTNode) -> list[cst.EmptyLine]:
    """The blank lines and comments of a statement, each comment on a line of its own."""
    if not isinstance(statement, cst.SimpleStatementLine):
        return []
    inner = [one for each in (*statement.body, statement.trailing_whitespace) for one in comments_of(each)]
    return [*statement.leading_lines, *(cst.EmptyLine(comment=cst.Comment(one)) for one in inner)]


def _after(statement: cst.CSTNode, pending: Sequence[cst.EmptyLine], *, is_first: bool) -> cst.CSTNode:
    if not isinstance(statement, (cst.SimpleStatementLine, cst.BaseCompoundStatement)):
        return statement
    if not _has_comment(pending) and (is_first or statement.leading_lines):
        return statement
    return statement.with_changes(leading_lines=[*pending, *statement.leading_lines])


def _has_comment(lines: Sequence[cst.EmptyLine]) -> bool:
    return any(line.comment is not None for line in lines)
