"""Values that come from outside the pipeline."""

from __future__ import annotations

import libcst as cst

from bridge.migrate.arguments import argument, call_of, only
from bridge.migrate.nodes import has_comment
from bridge.migrate.rule import Pair
from bridge.migrate.rules.zenml.names import ZenRule
from bridge.migrate.rules.zenml.selectors import selector

EXTERNAL = ("zenml.ExternalArtifact", "zenml.artifacts.external_artifact.ExternalArtifact",
            "zenml.steps.external_artifact.ExternalArtifact")  # fmt: skip


class ExternalArtifacts(ZenRule):
    """`ExternalArtifact(value=x)` becomes `x`, and `ExternalArtifact(name="n", version="3")` `load("n@3")`.

    A task takes values as they are. Such a value is no version of its own; `save(x, "name")` makes it one.
    """

    name = "zenml/external-artifact"
    words = ("ExternalArtifact",)
    pairs = (
        Pair(
            "from zenml import ExternalArtifact\n\ntrain(ExternalArtifact(value=x))\n",
            "from zenml import ExternalArtifact\n\ntrain(x)\n",
            ("approximate",),
        ),
        Pair(
            "from zenml import ExternalArtifact\n\ntrain(ExternalArtifact(name='n', version='3'))\n",
            'from zenml import ExternalArtifact\nfrom bridge import load\n\ntrain(load("n@3"))\n',
            ("direct",),
        ),
        Pair("from zenml import ExternalArtifact\n\ntrain(ExternalArtifact(id=some))\n", None, ("manual",)),
        Pair("train(ExternalArtifact(value=x))\n"),
    )

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:  # noqa: N802
        """Make it the value."""
        if not self.means(original_node.func, *EXTERNAL):
            return updated_node
        value, name = argument(updated_node, "value", 0), argument(updated_node, "name", 9)
        if not has_comment(original_node):
            takes = ("value", "materializer", "store_artifact_metadata", "store_artifact_visualizations")
            if value is not None and only(updated_node, *takes, positions=1):
                self.report("approximate", original_node, self.code(original_node),
                            "is the value itself; `bridge.save(value, \"name\")` makes it a version")  # fmt: skip
                return value.value
            wanted = selector(name, argument(updated_node, "version", 9))
            if wanted is not None and only(updated_node, "name", "version"):
                self.report("direct", original_node, self.code(original_node), "becomes `load`")
                return call_of(self.bridges("load"), [cst.Arg(wanted)])
        self.report(
            "manual", original_node, self.code(original_node), 'ids are not kept: `bridge.load("name@3")` loads by name'
        )
        return updated_node
