"""Rules that take statements out."""

from __future__ import annotations

import libcst as cst

from bridge.migrate.rule import Place, Rule
from bridge.migrate.statements import without


class Removing(Rule):
    """A rule that notes statements in `_removed`, as they were, and which are then left out; their comments stay."""

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        self._removed: set[cst.CSTNode] = set()

    def leave_IndentedBlock(  # noqa: N802  LibCST's
        self, original_node: cst.IndentedBlock, updated_node: cst.IndentedBlock
    ) -> cst.IndentedBlock:
        """Leave out statements."""
        if not any(one in self._removed for one in original_node.body):
            return updated_node
        body, rest = without(original_node.body, updated_node.body, self._removed)
        if not body:
            body = [cst.SimpleStatementLine(body=[cst.Pass()])]
        return updated_node.with_changes(body=body, footer=[*rest, *updated_node.footer])

    def leave_Module(self, original_node: cst.Module, updated_node: cst.Module) -> cst.Module:  # noqa: N802  LibCST's
        """Leave out statements."""
        body, rest = without(original_node.body, updated_node.body, self._removed)
        updated_node = updated_node.with_changes(body=body, footer=[*rest, *updated_node.footer])
        return super().leave_Module(original_node, updated_node)
