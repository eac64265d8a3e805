"""Which names a module binds, to what, and how often it reads them; by name alone, whatever the scope."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import lru_cache

import libcst as cst

from bridge.migrate.nodes import code_of


@dataclass(slots=True)
class Bindings:
    """The names of one module.

    Args:
        imported: Where imported names come from: "bridge.load" for `from bridge import load`.
        assigned: Values that are assigned to a name alone; None stands for any other way to bind it.
        read: How often a name is read.
    """

    imported: dict[str, set[str]] = field(default_factory=dict)
    assigned: dict[str, list[cst.BaseExpression | None]] = field(default_factory=dict)
    read: Counter[str] = field(default_factory=Counter)

    @classmethod
    def of(cls, module: cst.CSTNode) -> Bindings:
        r"""Look through a module, or a part of one.

        >>> found = Bindings.of(cst.parse_module("from bridge import load\nx = load('a')"))
        >>> found.imported["load"], list(found.assigned), found.read["load"]
        ({'bridge.load'}, ['x'], 1)
        """
        found = cls()
        module.visit(_Looker(found))
        return found

    @classmethod
    def of_module(cls, module: cst.Module) -> Bindings:
        """As `of`, looked for once in a tree; what is given is the caller's own."""
        found = _of_module(module)
        return cls(dict(found.imported), dict(found.assigned), Counter(found.read))

    def is_free(self, name: str, *, but: str = "") -> bool:
        """Whether a name can be imported: it is bound to nothing, or to what is wanted, or by imports from `but`."""
        if name in self.assigned:
            return False
        return all(one == f"bridge.{name}" or (but and one.split(".")[0] == but) for one in self.imported.get(name, ()))


@lru_cache(maxsize=2)  # nodes are told apart by what they are, not by what they say
def _of_module(module: cst.Module) -> Bindings:
    return Bindings.of(module)


class _Looker(cst.CSTVisitor):
    def __init__(self, found: Bindings) -> None:
        super().__init__()
        self._found = found

    def visit_ImportFrom(self, node: cst.ImportFrom) -> bool:  # noqa: N802  LibCST's
        module = code_of(node.module) if node.module is not None else ""
        prefix = "." * len(node.relative) + module
        if not isinstance(node.names, cst.ImportStar):
            for alias in node.names:
                called = alias.evaluated_alias or alias.evaluated_name
                self._found.imported.setdefault(called, set()).add(f"{prefix}.{alias.evaluated_name}")
        return False

    def visit_Import(self, node: cst.Import) -> bool:  # noqa: N802
        for alias in node.names:
            called = alias.evaluated_alias or alias.evaluated_name.split(".")[0]
            real = alias.evaluated_name if alias.evaluated_alias else called
            self._found.imported.setdefault(called, set()).add(real)
        return False

    def visit_Assign(self, node: cst.Assign) -> bool:  # noqa: N802
        for target in node.targets:
            self._target(target.target, node.value if len(node.targets) == 1 else None)
        node.value.visit(self)
        return False

    def visit_AnnAssign(self, node: cst.AnnAssign) -> bool:  # noqa: N802
        self._target(node.target, node.value)
        node.annotation.visit(self)
        if node.value is not None:
            node.value.visit(self)
        return False

    def visit_For(self, node: cst.For) -> None:  # noqa: N802
        self._target(node.target, None)

    def visit_CompFor(self, node: cst.CompFor) -> None:  # noqa: N802
        self._target(node.target, None)

    def visit_AsName(self, node: cst.AsName) -> None:  # noqa: N802
        self._target(node.name, None)

    def visit_NamedExpr(self, node: cst.NamedExpr) -> None:  # noqa: N802
        self._target(node.target, None)

    def visit_Param(self, node: cst.Param) -> bool:  # noqa: N802
        self._bind(node.name.value, None)
        for part in (node.annotation, node.default):
            if part is not None:
                part.visit(self)
        return False

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:  # noqa: N802
        self._bind(node.name.value, None)
        self._found.read[node.name.value] -= 1

    def visit_ClassDef(self, node: cst.ClassDef) -> None:  # noqa: N802
        self._bind(node.name.value, None)
        self._found.read[node.name.value] -= 1

    def visit_Attribute(self, node: cst.Attribute) -> bool:  # noqa: N802
        node.value.visit(self)
        return False

    def visit_Arg(self, node: cst.Arg) -> bool:  # noqa: N802
        node.value.visit(self)
        return False

    def visit_Name(self, node: cst.Name) -> None:  # noqa: N802
        self._found.read[node.value] += 1

    def _target(self, target: cst.BaseExpression, value: cst.BaseExpression | None) -> None:
        if isinstance(target, cst.Name):
            self._bind(target.value, value)
        elif isinstance(target, (cst.Tuple, cst.List)):
            for element in target.elements:
                self._target(element.value, None)
        elif isinstance(target, cst.StarredElement):
            self._target(target.value, None)
        else:
            target.visit(self)

    def _bind(self, name: str, value: cst.BaseExpression | None) -> None:
        self._found.assigned.setdefault(name, []).append(value)
