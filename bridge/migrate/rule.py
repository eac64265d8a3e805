"""What a codemod is: one change of a file's syntax tree, with the pairs that show it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

import libcst as cst
from libcst.metadata import (
    MetadataWrapper,
    PositionProvider,
    QualifiedName,
    QualifiedNameProvider,
    QualifiedNameSource,
    ScopeProvider,
)

from bridge.migrate.finding import Finding, Kind
from bridge.migrate.imports import Imports
from bridge.migrate.kinds import Kinds, Parents, asked_for
from bridge.migrate.nodes import code_of


@dataclass(frozen=True, slots=True)
class Pair:
    """A rule's test, and its documentation: what is there before, and after.

    Args:
        before: The file.
        after: The file then; left out, it is not changed.
        kinds: Of the findings, in the order of their lines.
        says: What one of the findings says.
    """

    before: str
    after: str | None = None
    kinds: tuple[Kind, ...] = ()
    says: str = ""


@dataclass(slots=True)
class Place:
    """Where a rule is at work.

    Args:
        path: The file's path, as it is shown.
        text: The file as it was before any rule.
        findings: What was found so far.
        known: What other files of the project define, by qualified name: "steps.train" → "zenml.step".
    """

    path: str = "<text>"
    text: str = ""
    findings: list[Finding] = field(default_factory=list)
    known: dict[str, str] = field(default_factory=dict)


class Rule(cst.CSTTransformer):
    """A change of one kind. A rule's docstring is its page in the documentation.

    A rule changes nothing that it does not understand whole, adds no comments and takes none away. It reports each
    place at which it has done something, or would have to.

    Attributes:
        name: "prefect1/parameter".
        words: Without one of these in a file the rule has nothing to do there.
        pairs: What shows and tests it.
    """

    METADATA_DEPENDENCIES = (QualifiedNameProvider, PositionProvider, Parents, ScopeProvider)

    name: ClassVar[str]
    words: ClassVar[Collection[str]]
    pairs: ClassVar[Sequence[Pair]]

    def __init__(self, place: Place) -> None:
        super().__init__()
        self.place = place
        self.imports = Imports()
        self._kinds: Kinds | None = None
        self._wanted = 0

    def on_visit(self, node: cst.CSTNode) -> bool:
        """Pass over what has nothing that the rule asks for."""
        if isinstance(node, cst.Module):
            self._kinds, self._wanted = Kinds.of(node), asked_for(type(self))
        if self._kinds is not None and self._kinds.may_pass_over(node, self._wanted):
            return False
        return super().on_visit(node)

    def names(self, node: cst.CSTNode) -> set[str]:
        """What a name, an attribute or a call may mean: `{"prefect.task"}`; only what is imported.

        Use it with nodes of the tree as it was (`original_node`).
        """
        found: Collection[QualifiedName] = self.get_metadata(QualifiedNameProvider, node, set())
        return {one.name for one in found if one.source is QualifiedNameSource.IMPORT}

    def means(self, node: cst.CSTNode | None, *names: str) -> bool:
        """Whether a node means one of these names, and nothing else."""
        found = self.names(node) if node is not None else set()
        return bool(found) and found <= set(names)

    def line(self, node: cst.CSTNode) -> int:
        """Where a node of the tree as it was begins."""
        return int(self.get_metadata(PositionProvider, node).start.line)

    def code(self, node: cst.CSTNode) -> str:
        """A node as it is written, for findings: one line, not too long."""
        text = " ".join(code_of(node).split())
        return f"`{text if len(text) <= 80 else text[:77] + '…'}`"

    def report(self, kind: Kind, node: cst.CSTNode, text: str, note: str = "") -> None:
        """Say what was found at a node of the tree as it was."""
        start = self.get_metadata(PositionProvider, node).start
        self.place.findings.append(Finding(start.line, start.column, kind, self.name, text, note))

    def leave_Module(self, original_node: cst.Module, updated_node: cst.Module) -> cst.Module:  # noqa: N802  LibCST's
        """Change the imports as the rest of the rule has asked for."""
        return self.imports.applied(updated_node)


def applied(rule: type[Rule], module: cst.Module, place: Place) -> cst.Module:
    """The module after a rule; its findings are added to the place's."""
    return visited(rule, MetadataWrapper(module), place) or module


def visited(rule: type[Rule], wrapper: MetadataWrapper, place: Place) -> cst.Module | None:
    """As `applied`, of a module whose metadata may be known already; None if the rule has nothing to do there."""
    if not any(word in place.text for word in rule.words):
        return None
    return wrapper.visit(rule(place))
