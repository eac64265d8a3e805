"""Arguments of a call: found, renamed, left out, added; laid out as they were."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import libcst as cst
import libcst.matchers as m


def argument(call: cst.Call, name: str, position: int | None = None) -> cst.Arg | None:
    """An argument by its name, or by where it stands if it is given without.

    >>> call = cst.ensure_type(cst.parse_expression("Flow('etl', schedule=daily)"), cst.Call)
    >>> argument(call, "name", 0).value.value
    "'etl'"
    """
    for arg in call.args:
        if arg.keyword is not None and arg.keyword.value == name:
            return arg
    if position is not None and len(call.args) > position:
        arg = call.args[position]
        if arg.keyword is None and not arg.star and not any(one.star for one in call.args[:position]):
            return arg
    return None


def keyword(arg: cst.Arg, name: str, value: cst.BaseExpression | None = None) -> cst.Arg:
    """The same argument under a name, with another value if one is given."""
    equal = arg.equal if isinstance(arg.equal, cst.AssignEqual) else _EQUAL
    return arg.with_changes(keyword=cst.Name(name), equal=equal, value=value or arg.value)


def new(name: str, value: str | cst.BaseExpression) -> cst.Arg:
    """An argument that was not there."""
    expression = cst.parse_expression(value) if isinstance(value, str) else value
    return cst.Arg(value=expression, keyword=cst.Name(name), equal=_EQUAL)


def with_arguments(call: cst.Call, args: Sequence[cst.Arg]) -> cst.Call:
    """The call with these arguments, each some of its own or a new one; between lines and before the bracket as it was.

    >>> call = cst.ensure_type(cst.parse_expression("task(max_retries=1, nout=2)"), cst.Call)
    >>> cst.Module(body=[]).code_for_node(with_arguments(call, call.args[:1]))
    'task(max_retries=1)'
    """
    if not args:
        return call.with_changes(args=[], whitespace_before_args=cst.SimpleWhitespace(""))
    if not call.args:
        return call.with_changes(args=_separated(args, _COMMA))
    commas = [arg.comma for arg in call.args[:-1] if isinstance(arg.comma, cst.Comma)]
    between = commas[0].with_changes(whitespace_after=_bare(commas[0].whitespace_after)) if commas else _COMMA
    return call.with_changes(args=[*_separated(args, between)[:-1], _last(args[-1], call.args[-1])])


def has_comment(node: cst.CSTNode) -> bool:
    """Whether a comment stands somewhere in a node.

    >>> has_comment(cst.parse_statement("x = 1  # one"))
    True
    """
    return bool(m.findall(node, m.Comment()))


def lost_comments(before: cst.CSTNode, after: cst.CSTNode) -> list[cst.EmptyLine]:
    """Comments of a node that another in its place has not, each on a line."""
    kept = [cst.ensure_type(one, cst.Comment).value for one in m.findall(after, m.Comment())]
    lines = []
    for one in m.findall(before, m.Comment()):
        comment = cst.ensure_type(one, cst.Comment)
        if comment.value in kept:
            kept.remove(comment.value)
        else:
            lines.append(cst.EmptyLine(comment=comment))
    return lines


def text_of(node: cst.CSTNode | None) -> str | None:
    """The value of a literal text; None of anything else."""
    if isinstance(node, (cst.SimpleString, cst.ConcatenatedString)):
        value = node.evaluated_value
        return value if isinstance(value, str) else None
    return None


def code_of(node: cst.CSTNode) -> str:
    """A node as it is written."""
    return cst.Module(body=[]).code_for_node(node)


def named(args: Iterable[cst.Arg]) -> set[str]:
    """The names of arguments that have one."""
    return {arg.keyword.value for arg in args if arg.keyword is not None}


_EQUAL = cst.AssignEqual(whitespace_before=cst.SimpleWhitespace(""), whitespace_after=cst.SimpleWhitespace(""))
_COMMA = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))


def _separated(args: Sequence[cst.Arg], between: cst.Comma) -> list[cst.Arg]:
    every = [arg if isinstance(arg.comma, cst.Comma) else arg.with_changes(comma=between) for arg in args[:-1]]
    return [*every, args[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT)]


def _last(arg: cst.Arg, was: cst.Arg) -> cst.Arg:
    """An argument as the last one: with the comma and the line of the one that was, and with its own comment."""
    own = arg.comma.whitespace_after if isinstance(arg.comma, cst.Comma) else None
    if arg is was or not isinstance(own, cst.ParenthesizedWhitespace) or not has_comment(own):
        return arg.with_changes(comma=was.comma, whitespace_after_arg=was.whitespace_after_arg)
    tail = was.comma.whitespace_after if isinstance(was.comma, cst.Comma) else was.whitespace_after_arg
    if isinstance(tail, cst.ParenthesizedWhitespace):
        own = tail.with_changes(first_line=own.first_line, empty_lines=own.empty_lines)
    assert isinstance(arg.comma, cst.Comma)
    return arg.with_changes(comma=arg.comma.with_changes(whitespace_after=own))


def _bare(space: cst.BaseParenthesizableWhitespace) -> cst.BaseParenthesizableWhitespace:
    """Without a comment: it belongs to one argument."""
    if isinstance(space, cst.ParenthesizedWhitespace):
        return space.with_changes(first_line=cst.TrailingWhitespace(), empty_lines=[])
    return space
