"""Stages of models are aliases: texts."""

from __future__ import annotations

import libcst as cst

from bridge.migrate.rule import Pair
from bridge.migrate.rules.zenml.names import STAGES, ZenRule


class Stages(ZenRule):
    """`ModelStages.PRODUCTION` becomes `"production"`: stages are aliases of a model, and aliases are texts.

    With `.value` and in `str(...)` too. What is computed (`ModelStages(name)`) is left.
    """

    name = "zenml/stages"
    words = ("ModelStages", "ModelVersionStage")
    pairs = (
        Pair(
            "from zenml.enums import ModelStages\n\nstage = ModelStages.PRODUCTION\nname = ModelStages.STAGING.value\n",
            'from zenml.enums import ModelStages\n\nstage = "production"\nname = "staging"\n',
            ("direct", "direct"),
        ),
        Pair("from zenml.enums import ModelStages\n\nstage = ModelStages(name)\n", None, ("manual",)),
        Pair("ModelStages = {}\n"),
    )

    def leave_Attribute(  # noqa: N802  LibCST's
        self, original_node: cst.Attribute, updated_node: cst.Attribute
    ) -> cst.BaseExpression:
        """Change the member of the enumeration."""
        if self.means(original_node.value, *STAGES) and original_node.attr.value.isupper():
            self.report("direct", original_node, self.code(original_node), "is the alias's name")
            return cst.parse_expression(f'"{original_node.attr.value.lower()}"')
        inside = original_node.value
        if (
            isinstance(inside, cst.Attribute)
            and self.means(inside.value, *STAGES)
            and original_node.attr.value == "value"
        ):
            return updated_node.value
        return updated_node

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:  # noqa: N802
        """Say what is left."""
        if self.means(original_node.func, *STAGES):
            self.report("manual", original_node, self.code(original_node), "an alias is a text: use it as it is")
        return updated_node
