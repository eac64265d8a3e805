"""Selectors of versions, from a name and a version."""

from __future__ import annotations

import re

import libcst as cst

from bridge.migrate.data.zenml.naming import name_of
from bridge.migrate.nodes import code_of, text_of

BROUGHT = (
    "an id of ZenML's means something only once the data is here (`bridge migrate-data zenml`), where versions have it "
    "as the tag `zenml`: `bridge artifacts --tag zenml=<id>` shows the name to write"
)
_ID = re.compile(r"[0-9a-f]{8}(-?[0-9a-f]{4}){3}-?[0-9a-f]{12}", re.IGNORECASE)


def made_up_name(text: str | None) -> str | None:
    """What an artifact is called here that ZenML has named; None if the text is no such name.

    >>> made_up_name("first::make::output"), made_up_name("model")
    ('first/make', None)
    """
    named = name_of(text, False) if text is not None and "::" in text else text
    return named if named != text else None


def is_id(name: cst.Arg | None) -> bool:
    """Whether an artifact is asked for by its id, as a text or as what is called so.

    >>> is_id(cst.Arg(cst.parse_expression("train_dataset_id"))), is_id(cst.Arg(cst.parse_expression("'n'")))
    (True, False)
    """
    text = text_of(name)
    if name is None or text is not None:
        return text is not None and _ID.fullmatch(text) is not None
    return re.search(r"(^|[._])(uu)?id$", code_of(name.value)) is not None


def selector(name: cst.Arg | None, version: cst.Arg | None) -> cst.BaseExpression | None:
    """What means a version: `"churn@3"` of "churn" and "3"; None if that cannot be written.

    >>> made = selector(cst.Arg(cst.parse_expression("NAME")), cst.Arg(cst.parse_expression("'3'")))
    >>> code_of(made)
    'f"{NAME}@3"'
    >>> code_of(selector(cst.Arg(cst.parse_expression("'training::split::output_1'")), None))
    '"training/split.1"'
    """
    if name is None or name.star or (version is not None and version.star):
        return None
    made_up = made_up_name(text_of(name))
    if made_up is not None:
        name = name.with_changes(value=cst.SimpleString(f'"{made_up}"'))
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
