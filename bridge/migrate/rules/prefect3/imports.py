"""Prefect's decorators come from bridge."""

from __future__ import annotations

import libcst as cst

from bridge.migrate.nodes import code_of
from bridge.migrate.rule import Pair, Rule

MOVED = ("flow", "task")


class Imports(Rule):
    """`flow` and `task` are imported from `bridge` instead of `prefect`.

    They are Prefect's own decorators with the same arguments, and with what bridge adds. Names that Prefect keeps stay
    where they are. `import prefect` stays, too, and `prefect.flow` becomes `bridge.flow`. An import of everything
    (`from prefect import *`) is followed by one of bridge's two, which then count.
    """

    name = "prefect3/imports"
    words = ("prefect",)
    pairs = (
        Pair("from prefect import flow, task\n", "from bridge import flow, task\n", ("direct",)),
        Pair(
            "from prefect import flow as f, get_run_logger  # both\n",
            "from bridge import flow as f\nfrom prefect import get_run_logger  # both\n",
            ("direct",),
        ),
        Pair(
            "import prefect\n\n\n@prefect.flow(name='x')\ndef main(): ...\n\n\nprefect.get_run_logger()\n",
            "import prefect\nimport bridge\n\n\n@bridge.flow(name='x')\n"
            "def main(): ...\n\n\nprefect.get_run_logger()\n",
            ("direct",),
        ),
        Pair(
            "import prefect as p\n\ntask = p.task\n",
            "import prefect as p\nimport bridge\n\ntask = bridge.task\n",
            ("direct",),
        ),
        Pair(
            "try:\n    from prefect import flow\nexcept ImportError:\n    flow = None\n",
            "try:\n    from bridge import flow\nexcept ImportError:\n    flow = None\n",
            ("direct",),
        ),
        Pair(
            "from prefect.flows import flow\nfrom prefect.tasks import task, Task\n",
            "from bridge import flow\nfrom bridge import task\nfrom prefect.tasks import Task\n",
            ("direct", "direct"),
        ),
        Pair("from prefect import *\n", "from prefect import *\nfrom bridge import flow, task\n", ("approximate",)),
        Pair("from bridge import flow, task\nimport prefect\n"),
        Pair("flow = 'prefect'\n"),
    )

    def visit_ImportFrom(self, node: cst.ImportFrom) -> None:  # noqa: N802  LibCST's
        """Move the two names, from wherever Prefect has them."""
        if node.relative or node.module is None:
            return
        module = code_of(node.module)
        if module not in {"prefect", "prefect.flows", "prefect.tasks"}:
            return
        if isinstance(node.names, cst.ImportStar):
            if module == "prefect":
                self.imports.add("bridge", "flow")
                self.imports.add("bridge", "task")
                self.report("approximate", node, self.code(node), "what else it brings stays Prefect's")
            return
        moved = [alias.evaluated_name for alias in node.names if alias.evaluated_name in MOVED]
        for name in moved:
            self.imports.move(module, name, to="bridge")
        if moved:
            self.report("direct", node, self.code(node), f"{' and '.join(moved)} from bridge")

    def leave_Attribute(  # noqa: N802  LibCST's
        self, original_node: cst.Attribute, updated_node: cst.Attribute
    ) -> cst.BaseExpression:
        """Change `prefect.flow`, under whatever name Prefect is imported."""
        if not isinstance(original_node.value, cst.Name) or not self.means(original_node.value, "prefect"):
            return updated_node
        if original_node.attr.value not in MOVED:
            return updated_node
        self.imports.add("bridge")
        self.report("direct", original_node, self.code(original_node), f"bridge.{original_node.attr.value}")
        return updated_node.with_changes(value=cst.Name("bridge"))
