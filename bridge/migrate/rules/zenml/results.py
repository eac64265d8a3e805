"""What a pipeline gives when it is called."""

from __future__ import annotations

import libcst as cst

from bridge.migrate.rule import Pair
from bridge.migrate.rules.zenml.names import ZenRule

READ = {"steps", "get_step", "status", "id", "name", "get_runs", "config", "run_metadata", "settings", "pipeline"}


class Results(ZenRule):
    """A pipeline gives its run; a flow gives what its function returns. Where the run is read, that has to change.

    Let the function return what is wanted, or load it: `bridge.load("training/evaluate")`. The run's id is
    `prefect.runtime.flow_run.id` within it.
    """

    name = "zenml/results"
    words = ("zenml", ".steps", ".get_step", ".status")
    pairs = (
        Pair(
            "from zenml import pipeline\n\n\n@pipeline\ndef main(): ...\n\n\nrun = main()\nprint(run.steps['a'])\n"
            "main().id\n",
            None,
            ("manual", "manual"),
            says="what its function returns",
        ),
        Pair("from zenml import pipeline\n\n\n@pipeline\ndef main(): ...\n\n\nmain()\nother().steps\n"),
    )

    def visit_Module(self, node: cst.Module) -> None:  # noqa: N802  LibCST's
        """Find the variables that hold runs."""
        super().visit_Module(node)
        self.runs = {
            name
            for name, values in self.bindings.assigned.items()
            if name not in self.made and all(self._is_run(value) for value in values)
        }

    def leave_Attribute(  # noqa: N802
        self, original_node: cst.Attribute, updated_node: cst.Attribute
    ) -> cst.BaseExpression:
        """Say what to do where a run is read."""
        value = original_node.value
        held = isinstance(value, cst.Name) and value.value in self.runs
        if original_node.attr.value in READ and (held or self._is_run(value)):
            self.report(
                "manual",
                original_node,
                self.code(original_node),
                'a flow gives what its function returns: return it there, or load it, `bridge.load("flow/task")`',
            )
        return updated_node

    def _is_run(self, node: cst.CSTNode | None) -> bool:
        return isinstance(node, cst.Call) and self.made_of(node.func) == "pipeline"
