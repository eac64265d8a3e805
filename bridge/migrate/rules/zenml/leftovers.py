"""What nothing uses any more once the rest is done."""

from __future__ import annotations

import libcst as cst

from bridge.migrate.nodes import has_comment
from bridge.migrate.removing import Removing
from bridge.migrate.rule import Pair
from bridge.migrate.rules.zenml.idle import idle
from bridge.migrate.rules.zenml.names import ZenRule


class Leftovers(Removing, ZenRule):
    """Settings, clients and contexts that nothing reads any more are taken out, and checks of the stack.

    `docker_settings = DockerSettings(…)` was there for a decorator that does not take it any more. A name that another
    file of the project imports stays, and so does what has a comment within; a comment above stays.
    """

    name = "zenml/leftovers"
    words = ("zenml",)
    pairs = (
        Pair(
            "from zenml.client import Client\nfrom zenml.config import DockerSettings\n\n"
            "docker = DockerSettings(requirements='r.txt')\ntracker = Client().active_stack.experiment_tracker\n"
            "x = 1\n",
            "from zenml.client import Client\nfrom zenml.config import DockerSettings\n\nx = 1\n",
            ("approximate", "approximate"),
            says="nothing reads",
        ),
        Pair(
            "from zenml.client import Client\n\nclient = Client()\ntracker = client.active_stack.experiment_tracker\n"
            "if tracker is None:\n    raise RuntimeError('no tracker')\n",
            "from zenml.client import Client\n",
            ("approximate", "approximate", "approximate"),
        ),
        Pair(
            "from zenml.config import DockerSettings\n\n# for the cluster\ndocker = DockerSettings()\n",
            "from zenml.config import DockerSettings\n\n# for the cluster\n",
            ("approximate",),
        ),
        Pair("from zenml.client import Client\n\nclient = Client()\nclient.get_pipeline('x')\n"),
        Pair("docker = DockerSettings()\n"),
    )

    def visit_Module(self, node: cst.Module) -> None:  # noqa: N802  LibCST's
        """Find what can go."""
        super().visit_Module(node)
        self.gone = idle(self, node)

    def leave_SimpleStatementLine(  # noqa: N802
        self, original_node: cst.SimpleStatementLine, updated_node: cst.SimpleStatementLine
    ) -> cst.SimpleStatementLine:
        """Take an assignment out."""
        statement = original_node.body[0]
        if len(original_node.body) != 1 or not isinstance(statement, (cst.Assign, cst.AnnAssign)):
            return updated_node
        if statement.value is None or statement.value not in self.gone:
            return updated_node
        if has_comment(statement):
            self.report("manual", statement, self.code(statement), "nothing reads it any more: take it out")
            return updated_node
        self.report("approximate", statement, self.code(statement), "taken out: nothing reads it any more")
        self._removed.add(original_node)
        return updated_node

    def leave_If(self, original_node: cst.If, updated_node: cst.If) -> cst.If:  # noqa: N802
        """Take a check of the stack out."""
        if original_node in self.gone:
            self.report(
                "approximate", original_node, self.code(original_node.test), "taken out: there is no stack to check"
            )
            self._removed.add(original_node)
        return updated_node
