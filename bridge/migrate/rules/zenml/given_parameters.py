"""Parameters that `with_options` gives a step or a pipeline."""

from __future__ import annotations

from typing import Any

import libcst as cst

from bridge.migrate.arguments import keyword, named, names_of, with_arguments, without
from bridge.migrate.kinds import Parents
from bridge.migrate.nodes import code_of, has_comment, text_of
from bridge.migrate.rule import Pair
from bridge.migrate.rules.zenml.names import ZenRule

_HERE = "from zenml import step\n\n\n@step\ndef train(x, c): ...\n\n\n"


class GivenParameters(ZenRule):
    """`train.with_options(parameters={"c": 0.5})(x)` becomes `train(x, c=0.5)`.

    What the call says itself counts, as in ZenML. Where a variable holds what `with_options` gives, it stays, with
    what to write.
    """

    name = "zenml/given_parameters"
    words = ("parameters",)
    pairs = (
        Pair(
            f'{_HERE}train.with_options(parameters={{"c": 0.5}})(x)\n',
            f"{_HERE}train(x, c=0.5)\n",
            ("direct",),
            "`c=0.5`",
        ),
        Pair(
            f"{_HERE}train.with_options(parameters=dict(c=1, x=2), name='t')(x=3)\n",
            f"{_HERE}train.with_options(name='t')(x=3, c=1)\n",
            ("direct",),
        ),
        Pair(f"{_HERE}train.with_options(parameters=found)(x)\n", kinds=("manual",), says="`**found`"),
        Pair(
            f"{_HERE}later = train.with_options(parameters={{'c': 1}})\n", kinds=("manual",), says="where it is called"
        ),
        Pair("train.with_options(parameters={'c': 1})(x)\n"),
    )

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:  # noqa: N802  LibCST's
        """Give them where the step is called."""
        if self._is_options(original_node):
            parent = self.get_metadata(Parents, original_node)
            is_called = isinstance(parent, cst.Call) and parent.func is original_node
            if not is_called or _said(original_node) is None:
                self.report("manual", original_node, self.code(original_node), self._instead(original_node))
            return updated_node
        options = original_node.func
        if not (isinstance(options, cst.Call) and self._is_options(options)):
            return updated_node
        said = _said(options)
        now = cst.ensure_type(updated_node.func, cst.Call)
        if said is None:
            return updated_node
        there = names_of(original_node.args)
        given = [named(name, value) for name, value in said.items() if name not in there]
        left = without(now, ["parameters"])
        func = left if left.args else cst.ensure_type(left.func, cst.Attribute).value
        words = ", ".join(map(code_of, given)) or "nothing"
        self.report("direct", original_node, self.code(options), f"`{words}` where it is called")
        stars = [arg for arg in updated_node.args if arg.star == "**"]
        plain = [arg for arg in updated_node.args if arg.star != "**"]
        return with_arguments(updated_node.with_changes(func=func), [*plain, *given, *stars])

    def _is_options(self, node: cst.Call) -> bool:
        function = node.func
        if not (isinstance(function, cst.Attribute) and function.attr.value in {"with_options", "configure"}):
            return False
        return keyword(node, "parameters") is not None and self.made_of(function.value) in {"step", "pipeline"}

    def _instead(self, options: cst.Call) -> str:
        arg = keyword(options, "parameters")
        said = _said(options)
        words = [f"{name}={code_of(value)}" for name, value in (said or {}).items()]
        if said is None and arg is not None:
            words = [f"**{code_of(arg.value)}"]
        return f"Prefect has no such option; give them where it is called: `{', '.join(words)}`"


def _said(options: cst.Call) -> dict[str, cst.BaseExpression] | None:
    """Names and values of the parameters, if they are written out, and no comment is lost with them."""
    arg = keyword(options, "parameters") if not has_comment(options) else None
    value: Any = arg.value if arg is not None else None
    if isinstance(value, cst.Dict):
        pairs = [(text_of(one.key), one.value) for one in value.elements if isinstance(one, cst.DictElement)]
        said = {name: each for name, each in pairs if name is not None and name.isidentifier()}
        return said if len(said) == len(value.elements) else None
    if isinstance(value, cst.Call) and isinstance(value.func, cst.Name) and value.func.value == "dict":
        said = {one.keyword.value: one.value for one in value.args if one.keyword is not None}
        return said if len(said) == len(value.args) else None
    return None
