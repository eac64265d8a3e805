"""What does nothing but make something that nothing reads."""

from __future__ import annotations

import libcst as cst
import libcst.matchers as m

from bridge.migrate.bindings import Bindings
from bridge.migrate.nodes import has_comment
from bridge.migrate.rules.zenml.context import CONTEXT
from bridge.migrate.rules.zenml.deploying import SCHEDULE
from bridge.migrate.rules.zenml.names import CLIENT, ZenRule

MADE = frozenset({*CLIENT, *CONTEXT, *SCHEDULE})
"""Calls that do nothing but make something."""


def idle(rule: ZenRule, module: cst.Module) -> set[cst.CSTNode]:
    """Values whose assignments can go, and checks of the stack; that one can go may let another go.

    Not what another file of the project imports.
    """
    return _Idle(rule, module).found()


class _Idle:
    def __init__(self, rule: ZenRule, module: cst.Module) -> None:
        self._rule, self._module = rule, module
        self._bindings = Bindings.of_module(module)
        self._gone: set[cst.CSTNode] = set()

    def found(self) -> set[cst.CSTNode]:
        self._checks()
        while True:
            names = [name for name, values in self._bindings.assigned.items() if self._can_go(name, values)]
            if not names:
                return self._gone
            for name in names:
                for value in self._bindings.assigned.pop(name):
                    assert value is not None
                    self._gone.add(value)
                    self._forget(value)

    def _can_go(self, name: str, values: list[cst.BaseExpression | None]) -> bool:
        is_unread = self._bindings.read[name] <= 0 and name not in self._bindings.imported
        is_ours = f"imported:{name}" not in self._rule.place.known
        return is_unread and is_ours and all(map(self._is_idle, values))

    def _checks(self) -> None:
        for one in m.findall(self._module, m.If(orelse=None)):
            assert isinstance(one, cst.If)
            only_raises = all(
                isinstance(line, cst.SimpleStatementLine) and isinstance(line.body[0], cst.Raise)
                for line in one.body.body
            )
            read = Bindings.of(one.test).read
            stack = [name for name in read if all(map(self._is_stack, self._bindings.assigned.get(name, [None])))]
            others = [name for name in read if name not in stack and name not in {"isinstance", "None", "not"}]
            known = all(
                any(one.startswith("zenml.") for one in self._bindings.imported.get(name, ())) for name in others
            )
            if only_raises and stack and known and not has_comment(one):
                self._gone.add(one)
                self._forget(one)

    def _forget(self, node: cst.CSTNode) -> None:
        self._bindings.read.subtract(Bindings.of(node).read)

    def _is_idle(self, value: cst.BaseExpression | None) -> bool:
        if self._rule.asks(value, "get_artifact_version"):
            return True
        if isinstance(value, cst.Call):
            names = self._rule.names(value.func)
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
        clients = self._rule.bindings.assigned.get(value.value, [None]) if isinstance(value, cst.Name) else [value]
        return all(self._rule.calls(one, *CLIENT) for one in clients)
