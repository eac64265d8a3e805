"""Steps that are given their context as an argument."""

from __future__ import annotations

import libcst as cst

from bridge.migrate.nodes import has_comment
from bridge.migrate.rule import Pair
from bridge.migrate.rules.zenml.names import ZenRule

KIND = ("zenml.steps.StepContext", "zenml.steps.step_context.StepContext", "zenml.StepContext")


class ContextParameters(ZenRule):
    """`def train(context: StepContext)` becomes `def train():` with `context = get_step_context()` within.

    ZenML's first years gave the context to steps that had a parameter for it; a task's parameters are its caller's.
    What is then read of the context is a matter of the rule for `get_step_context()`.
    """

    name = "zenml/context-parameters"
    words = ("StepContext",)
    pairs = (
        Pair(
            "from zenml.steps import StepContext, step\n\n\n@step\n"
            'def train(context: StepContext, data: list) -> float:\n    """Learn."""\n    print(context.step_name)\n',
            "from zenml.steps import StepContext, step\nfrom zenml import get_step_context\n\n\n@step\n"
            'def train(data: list) -> float:\n    """Learn."""\n    context = get_step_context()\n'
            "    print(context.step_name)\n",
            ("direct",),
        ),
        Pair(
            "from zenml.steps import StepContext, step\n\n\n@step\ndef train(\n    data: list,\n"
            "    context: StepContext,  # ours\n): ...\n",
            None,
            ("manual",),
        ),
        Pair("from zenml.steps import StepContext\n\n\ndef tell(context: StepContext): ...\n"),
    )

    def leave_FunctionDef(  # noqa: N802  LibCST's
        self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef
    ) -> cst.FunctionDef:
        """Ask for the context within."""
        if not any(self.decorates(one) == "step" for one in original_node.decorators):
            return updated_node
        given = [one for one in original_node.params.params if self._is_context(one)]
        if len(given) != 1:
            return updated_node
        (one,), body = given, updated_node.body
        what = f"`{one.name.value}` of `{original_node.name.value}`"
        if has_comment(original_node.params) or not isinstance(body, cst.IndentedBlock):
            self.report("manual", original_node, what, "write `from prefect import runtime`, and what it knows, within")
            return updated_node
        self.report("direct", original_node, what, "is asked for within: a task's parameters are its caller's")
        self.imports.add("zenml", "get_step_context")
        at = 1 if updated_node.get_docstring() is not None else 0
        asked = cst.parse_statement(f"{one.name.value} = get_step_context()")
        lines = [*body.body[:at], asked, *body.body[at:]]
        kept = [each for each in updated_node.params.params if each.name.value != one.name.value]
        if kept:
            kept[-1] = kept[-1].with_changes(comma=original_node.params.params[-1].comma)
        return updated_node.with_changes(
            params=updated_node.params.with_changes(params=kept), body=body.with_changes(body=lines)
        )

    def _is_context(self, one: cst.Param) -> bool:
        return one.annotation is not None and self.means(one.annotation.annotation, *KIND)
