"""Arguments of calls in LibCST's tree: found, taken out, put in, with the formatting of those around them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

import libcst as cst

from bridge.migrate.nodes import has_comment


def keyword(call: cst.Call, name: str) -> cst.Arg | None:
    """The argument that is given by this name.

    >>> keyword(cst.ensure_type(cst.parse_expression("f(1, a=2)"), cst.Call), "a").value.value
    '2'
    """
    return next((arg for arg in call.args if arg.keyword is not None and arg.keyword.value == name), None)


def argument(call: cst.Call, name: str, position: int | None = None) -> cst.Arg | None:
    """The argument that is given by this name, or else at this position; None too if a star may bring it.

    >>> argument(cst.ensure_type(cst.parse_expression("f(1, a=2)"), cst.Call), "x", 0).value.value
    '1'
    """
    given = keyword(call, name)
    if given is not None or position is None or position >= len(call.args):
        return given
    if any(arg.star or arg.keyword is not None for arg in call.args[: position + 1]):
        return None
    return call.args[position]


def only(call: cst.Call, *names: str, positions: int = 0) -> bool:
    """Whether a call has no arguments but these names, and at most so many by position; and no stars.

    >>> only(cst.ensure_type(cst.parse_expression("f(1, a=2)"), cst.Call), "a", positions=1)
    True
    """
    bare = [arg for arg in call.args if arg.keyword is None]
    if any(arg.star for arg in call.args) or len(bare) > positions:
        return False
    return all(arg.keyword is None or arg.keyword.value in names for arg in call.args)


def with_arguments(call: cst.Call, arguments: Sequence[cst.Arg]) -> cst.Call:
    """A call with other arguments, some of them its own; ended as it ended before."""
    if not arguments:
        return call.with_changes(args=[], whitespace_before_args=cst.SimpleWhitespace(""))
    return call.with_changes(args=_laid_out(call.args, arguments))


def without(call: cst.Call, names: Collection[str]) -> cst.Call:
    """A call without some of its named arguments.

    >>> call = cst.ensure_type(cst.parse_expression("f(1, a=2, b=3)"), cst.Call)
    >>> from bridge.migrate.nodes import code_of
    >>> code_of(without(call, ["b"]))
    'f(1, a=2)'
    """
    return with_arguments(call, [arg for arg in call.args if arg.keyword is None or arg.keyword.value not in names])


def named(name: str, value: cst.BaseExpression | str) -> cst.Arg:
    """An argument by name, written as is usual.

    >>> from bridge.migrate.nodes import code_of
    >>> code_of(named("a", "1 + 2"))
    'a=1 + 2'
    """
    return cst.Arg(
        value=cst.parse_expression(value) if isinstance(value, str) else value,
        keyword=cst.Name(name),
        equal=_EQUAL,
    )


def renamed(arg: cst.Arg, name: str, value: cst.BaseExpression | None = None) -> cst.Arg:
    """An argument under a name, and with another value if one is given.

    >>> from bridge.migrate.nodes import code_of
    >>> code_of(renamed(cst.Arg(cst.Name("x")), "a"))
    'a=x'
    """
    equal = arg.equal if isinstance(arg.equal, cst.AssignEqual) else _EQUAL
    return arg.with_changes(keyword=cst.Name(name), equal=equal, value=value or arg.value)


def names_of(args: Iterable[cst.Arg]) -> set[str]:
    """The names of arguments that have one."""
    return {arg.keyword.value for arg in args if arg.keyword is not None}


def call_of(name: str, arguments: Sequence[cst.Arg] = ()) -> cst.Call:
    """A call on one line: `name(...)`, of arguments without what stood around them.

    >>> from bridge.migrate.nodes import code_of
    >>> code_of(call_of("load", [cst.Arg(cst.Name("x")), named("a", "1")]))
    'load(x, a=1)'
    """
    function = cst.parse_expression(name)
    nothing = cst.SimpleWhitespace("")
    bare = [arg.with_changes(comma=cst.MaybeSentinel.DEFAULT, whitespace_after_arg=nothing) for arg in arguments]
    return cst.Call(func=function, args=bare)


def bare_decorator(decorator: cst.Decorator) -> cst.Decorator:
    """`@name` instead of `@name()`."""
    call = decorator.decorator
    if isinstance(call, cst.Call) and not call.args and not has_comment(call) and not call.lpar:
        return decorator.with_changes(decorator=call.func)
    return decorator


_EQUAL = cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace(""))


def _laid_out(before: Sequence[cst.Arg], after: Sequence[cst.Arg]) -> list[cst.Arg]:
    """Arguments with commas between them like those of the call, and the end that it had."""
    last = before[-1] if before else None
    between = next((arg.comma for arg in before if isinstance(arg.comma, cst.Comma) and not has_comment(arg)), None)
    if last is not None and between is last.comma:
        between = None
    made: list[cst.Arg] = []
    for arg in after[:-1]:
        if arg is last or not isinstance(arg.comma, cst.Comma):
            arg = arg.with_changes(
                comma=between or cst.Comma(whitespace_after=cst.SimpleWhitespace(" ")),
                whitespace_after_arg=cst.SimpleWhitespace(""),
            )
        made.append(arg)
    end = after[-1]
    if last is not None and end is not last:
        end = end.with_changes(comma=_end_of(end, last), whitespace_after_arg=last.whitespace_after_arg)
    return [*made, end]


def _end_of(end: cst.Arg, last: cst.Arg) -> cst.Comma | cst.MaybeSentinel:
    """The comma of the last argument, where another was last; a comment behind it stays."""
    if not isinstance(end.comma, cst.Comma) or not has_comment(end.comma):
        return last.comma
    space = cst.ensure_type(end.comma.whitespace_after, cst.ParenthesizedWhitespace)
    closing = last.comma.whitespace_after if isinstance(last.comma, cst.Comma) else last.whitespace_after_arg
    line = closing.last_line if isinstance(closing, cst.ParenthesizedWhitespace) else cst.SimpleWhitespace("")
    return end.comma.with_changes(whitespace_after=space.with_changes(last_line=line))
