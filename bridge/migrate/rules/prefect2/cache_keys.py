"""Functions that make a cache key."""

from __future__ import annotations

import libcst as cst
import libcst.matchers as m

from bridge.migrate.arguments import keyword
from bridge.migrate.rule import Pair, Rule
from bridge.migrate.scopes import nearest

NUMBERS = frozenset({"abs", "float", "hash", "id", "int", "len", "max", "min", "round", "sum"})
"""Builtin functions that give no text."""


class CacheKeys(Rule):
    """A function that is given as `cache_key_fn` returns a text: `return sum(n)` becomes `return str(sum(n))`.

    Prefect 2 made a text of a number, Prefect 3 refuses it. Looked at are functions of the same file, and what they
    return by one of Python's own functions for numbers, or as one.
    """

    name = "prefect2/cache_keys"
    words = ("cache_key_fn",)
    pairs = (
        Pair(
            "from prefect import task\n\ndef key(context, parameters):\n    return hash(parameters['n'])\n\n"
            "def other():\n    return sum([1])\n\n@task(cache_key_fn=key)\ndef a(n): ...\n",
            "from prefect import task\n\ndef key(context, parameters):\n    return str(hash(parameters['n']))\n\n"
            "def other():\n    return sum([1])\n\n@task(cache_key_fn=key)\ndef a(n): ...\n",
            ("direct",),
        ),
        Pair(
            "from prefect import task\n\ndef key(context, parameters):\n    return f\"{parameters['n']}\"\n\n"
            "@task(cache_key_fn=key)\ndef a(n): ...\n"
        ),
    )

    def visit_Module(self, node: cst.Module) -> None:  # noqa: N802  LibCST's
        """Which functions make keys."""
        calls = [cst.ensure_type(one, cst.Call) for one in m.findall(node, m.Call())]
        given = [arg.value for call in calls if (arg := keyword(call, "cache_key_fn")) is not None]
        self._keys = {value.value for value in given if isinstance(value, cst.Name)}

    def leave_Return(self, original_node: cst.Return, updated_node: cst.Return) -> cst.Return:  # noqa: N802
        """A number as a text."""
        function = nearest(self, original_node, (cst.FunctionDef, cst.Lambda))
        if not isinstance(function, cst.FunctionDef) or function.name.value not in self._keys:
            return updated_node
        value = updated_node.value
        is_call = isinstance(value, cst.Call) and isinstance(value.func, cst.Name) and value.func.value in NUMBERS
        if value is None or not (is_call or isinstance(value, (cst.Integer, cst.Float))):
            return updated_node
        self.report("direct", original_node, self.code(original_node), "`str(…)`: a cache key is a text")
        return updated_node.with_changes(value=cst.Call(cst.Name("str"), [cst.Arg(value)]))
