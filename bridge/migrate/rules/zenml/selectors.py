"""Selectors of versions, from a name and a version."""

from __future__ import annotations

import libcst as cst

from bridge.migrate.nodes import code_of, text_of


def selector(name: cst.Arg | None, version: cst.Arg | None) -> cst.BaseExpression | None:
    """What means a version: `"churn@3"` of "churn" and "3"; None if that cannot be written.

    >>> made = selector(cst.Arg(cst.parse_expression("NAME")), cst.Arg(cst.parse_expression("'3'")))
    >>> code_of(made)
    'f"{NAME}@3"'
    """
    if name is None or name.star or (version is not None and version.star):
        return None
    if version is None or (isinstance(version.value, cst.Name) and version.value.value == "None"):
        return name.value
    parts = [_part(name.value), _part(version.value)]
    if None in parts:
        return None
    if text_of(name) is not None and text_of(version) is not None:
        return cst.parse_expression(f'"{text_of(name)}@{text_of(version)}"')
    return cst.parse_expression(f'f"{parts[0]}@{parts[1]}"')


def _part(value: cst.BaseExpression) -> str | None:
    """How a value is written within an f-string."""
    text = text_of(value)
    if text is not None:
        return text if not set(text) & set('{}"\\\n@') else None
    if isinstance(value, cst.Integer):
        return value.value
    code = code_of(value)
    return None if set(code) & set("\"'\\{}\n#") else f"{{{code}}}"
