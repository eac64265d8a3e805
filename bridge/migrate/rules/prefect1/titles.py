"""Names of flows, which Prefect 3 allows fewer letters in."""

from __future__ import annotations

import libcst as cst

from bridge.migrate.nodes import text_of

REFUSED = "/%&><"
"""Letters that names of flows and deployments must not have in Prefect 3."""


def allowed(title: str) -> str:
    """A name without what Prefect 3 refuses in one.

    >>> allowed("Map / Reduce")
    'Map - Reduce'
    """
    return "".join("-" if letter in REFUSED else letter for letter in title)


def rightly(value: cst.BaseExpression) -> cst.BaseExpression:
    """An expression that names a flow, as Prefect 3 takes it."""
    title = text_of(value)
    return value if title is None or allowed(title) == title else cst.SimpleString(repr(allowed(title)))
