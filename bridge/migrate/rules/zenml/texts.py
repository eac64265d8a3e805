"""Texts that ZenML's pages show."""

from __future__ import annotations

import libcst as cst

from bridge.migrate.kinds import Parents
from bridge.migrate.rule import Pair
from bridge.migrate.rules.zenml.names import ZenRule

TEXTS = tuple(f"zenml.types.{kind}String" for kind in ("HTML", "Markdown", "CSV", "JSON"))


class Texts(ZenRule):
    """`HTMLString`, `MarkdownString`, `CSVString` and `JSONString` become `str`, which they are.

    The text is kept as an artifact with a preview. To show Markdown on the run's page in Prefect, say
    `prefect.artifacts.create_markdown_artifact(text)`.
    """

    name = "zenml/texts"
    words = ("HTMLString", "MarkdownString", "CSVString", "JSONString")
    pairs = (
        Pair(
            "from zenml.types import HTMLString\n\n\ndef report(x) -> HTMLString:\n    return HTMLString(x)\n",
            "from zenml.types import HTMLString\n\n\ndef report(x) -> str:\n    return str(x)\n",
            ("approximate", "approximate"),
        ),
        Pair("HTMLString = str\n"),
    )

    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.BaseExpression:  # noqa: N802
        """Make it `str`, where it is not imported."""
        if not self.means(original_node, *TEXTS) or "str" in self.bindings.assigned:
            return updated_node
        parent = self.get_metadata(Parents, original_node)
        if isinstance(parent, (cst.ImportAlias, cst.Attribute)):
            return updated_node
        self.report("approximate", original_node, self.code(original_node), "is a text; it is not shown as a page")
        return updated_node.with_changes(value="str")
