"""Quotes in f-strings: before Python 3.12 what stands in the braces cannot have those of the string around it."""

from __future__ import annotations

import re
from typing import Any

import libcst as cst

_F_STRING = re.compile(r"""\b(?:f|rf|fr)["']""", re.IGNORECASE)
"""What is in every text that has an f-string; most files have none, and are not walked through."""

_OTHER = {'"': "'", "'": '"'}


def with_other_quotes(module: cst.Module, before: str) -> cst.Module:
    r"""A module that a rule has made, with texts in the braces of its new f-strings in the quotes that are free there.

    Args:
        module: What the rule has made.
        before: The text that it was given; f-strings that stood there are left as they are.

    >>> new = cst.FormattedStringExpression(cst.parse_expression('get("day")'))
    >>> module = cst.Module([cst.SimpleStatementLine([cst.Expr(cst.FormattedString([new]))])])
    >>> with_other_quotes(module, "").code
    'f"{get(\'day\')}"\n'
    """
    if not _F_STRING.search(module.code):
        return module
    made = module.visit(_FStrings(module, before))
    return made if isinstance(made, cst.Module) else module


class _FStrings(cst.CSTTransformer):
    def __init__(self, module: cst.Module, before: str) -> None:
        super().__init__()
        self._module, self._before = module, before

    def leave_FormattedString(  # noqa: N802  LibCST's
        self, original_node: cst.FormattedString, updated_node: cst.FormattedString
    ) -> cst.FormattedString:
        quote = updated_node.start.lstrip("fFrR")
        if quote not in _OTHER or self._module.code_for_node(original_node) in self._before:
            return updated_node
        inside: Any = [part.visit(_Texts(quote)) for part in updated_node.parts]
        return updated_node.with_changes(parts=inside)


class _Texts(cst.CSTTransformer):
    def __init__(self, taken: str) -> None:
        super().__init__()
        self._taken = taken

    def leave_SimpleString(  # noqa: N802  LibCST's
        self, original_node: cst.SimpleString, updated_node: cst.SimpleString
    ) -> cst.SimpleString:
        free = _OTHER[self._taken]
        text = updated_node.raw_value
        if updated_node.quote != self._taken or free in text or "\\" in text:
            return updated_node
        return updated_node.with_changes(value=f"{updated_node.prefix}{free}{text}{free}")
