"""What nothing uses any more once the rest is done."""

from __future__ import annotations

import libcst as cst

from bridge.migrate.bindings import Bindings
from bridge.migrate.nodes import has_comment
from bridge.migrate.rule import Pair
from bridge.migrate.rules.zenml.context import CONTEXT
from bridge.migrate.rules.zenml.deploying import SCHEDULE
from bridge.migrate.rules.zenml.names import CLIENT, ZenRule

MADE = frozenset({*CLIENT, *CONTEXT, *SCHEDULE})
"""Calls that do nothing but make something."""


class Leftovers(ZenRule):
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
            "from zenml.client import Client\nfrom zenml.config import DockerSettings\nx = 1\n",
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
            "from zenml.config import DockerSettings\n\n# for the cluster\npass\n",
            ("approximate",),
        ),
        Pair("from zenml.client import Client\n\nclient = Client()\nclient.get_pipeline('x')\n"),
        Pair("docker = DockerSettings()\n"),
    )

    def visit_Module(self, node: cst.Module) -> None:  # noqa: N802  LibCST's
        """Find what can go: that may let more go."""
        super().visit_Module(node)
        self.gone: set[cst.CSTNode] = set()
        self._checks(node)
        before = -1
        while before != len(self.gone):
            before = len(self.gone)
            for name, values in self.bindings.assigned.items():
                if not self._is_unread(name) or f"imported:{name}" in self.place.known:
                    continue
                if all(self._is_idle(value) for value in values):
                    for value in values:
                        assert value is not None
                        self.gone.add(value)
                    del self.bindings.assigned[name]
                    for value in values:
                        self._forget(value)
                    break

    def leave_SimpleStatementLine(  # noqa: N802
        self, original_node: cst.SimpleStatementLine, updated_node: cst.SimpleStatementLine
    ) -> cst.BaseStatement | cst.RemovalSentinel:
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
        return _removed(updated_node)

    def leave_If(  # noqa: N802
        self, original_node: cst.If, updated_node: cst.If
    ) -> cst.BaseStatement | cst.RemovalSentinel:
        """Take a check of the stack out."""
        if original_node not in self.gone:
            return updated_node
        self.report(
            "approximate", original_node, self.code(original_node.test), "taken out: there is no stack to check"
        )
        return cst.RemoveFromParent()

    def _checks(self, module: cst.Module) -> None:
        import libcst.matchers as m

        for one in m.findall(module, m.If(orelse=None)):
            assert isinstance(one, cst.If)
            only_raises = all(
                isinstance(line, cst.SimpleStatementLine) and isinstance(line.body[0], cst.Raise)
                for line in one.body.body
            )
            read = Bindings.of(one.test).read
            stack = [name for name in read if all(map(self._is_stack, self.bindings.assigned.get(name, [None])))]
            others = [name for name in read if name not in stack and name not in {"isinstance", "None", "not"}]
            known = all(
                any(one.startswith("zenml.") for one in self.bindings.imported.get(name, ())) for name in others
            )
            if only_raises and stack and known and not has_comment(one):
                self.gone.add(one)
                self._forget(one)

    def _forget(self, node: cst.CSTNode | None) -> None:
        if node is not None:
            self.bindings.read.subtract(Bindings.of(node).read)

    def _is_unread(self, name: str) -> bool:
        return self.bindings.read[name] <= 0 and name not in self.bindings.imported

    def _is_idle(self, value: cst.BaseExpression | None) -> bool:
        if self.asks(value, "get_artifact_version"):
            return True
        if isinstance(value, cst.Call):
            names = self.names(value.func)
            if names and all(one in MADE or (one.startswith("zenml.") and one.endswith("Settings")) for one in names):
                return True
            return bool(names) and all(one.endswith("StepRetryConfig") for one in names)
        return self._is_stack(value)

    def _is_stack(self, value: cst.CSTNode | None) -> bool:
        """Whether this is `client.active_stack…`."""
        path = []
        while isinstance(value, cst.Attribute):
            path.append(value.attr.value)
            value = value.value
        if "active_stack" not in path:
            return False
        clients = self.bindings.assigned.get(value.value, [None]) if isinstance(value, cst.Name) else [value]
        return all(self.calls(one, *CLIENT) for one in clients)


def _removed(line: cst.SimpleStatementLine) -> cst.BaseStatement | cst.RemovalSentinel:
    """Nothing in the place of a statement; a comment at it stays."""
    if not any(each.comment for each in line.leading_lines) and line.trailing_whitespace.comment is None:
        return cst.RemoveFromParent()
    return line.with_changes(body=[cst.Pass()])
