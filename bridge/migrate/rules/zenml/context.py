"""What a step knows of its run."""

from __future__ import annotations

import libcst as cst
import libcst.matchers as m

from bridge.migrate.kinds import Parents
from bridge.migrate.nodes import has_comment
from bridge.migrate.rule import Pair
from bridge.migrate.rules.zenml.model_versions import ARTIFACTS
from bridge.migrate.rules.zenml.names import ZenRule

CONTEXT = ("zenml.get_step_context", "zenml.steps.step_context.get_step_context",
           "zenml.new.steps.step_context.get_step_context", "zenml.get_pipeline_context",
           "zenml.pipelines.pipeline_context.get_pipeline_context",
           "zenml.new.pipelines.pipeline_context.get_pipeline_context")  # fmt: skip
KNOWN = {
    "pipeline_run.name": "flow_run.name",
    "pipeline_run.id": "flow_run.id",
    "pipeline.name": "flow_run.flow_name",
    "step_run.name": "task_run.task_name",
    "step_run.id": "task_run.id",
    "step_name": "task_run.task_name",
    "name": "flow_run.flow_name",
}
"""Attributes of the context, and where Prefect has them, in `prefect.runtime`."""

NOTES = {
    "model": 'write `bridge.models.get("name")` for what is known of a model, `bridge.load("name@production")` for it',
    "model_version": 'write `bridge.models.get("name")`',
    "get_output_artifact_uri": "a task returns its value; a file or folder is returned as a `Path`",
    "extra": "give it to the flow as a parameter",
    "inputs": "the versions that a task used are in `bridge lineage`",
    "stack": "there is no stack: `bridge doctor` shows what is in force",
    "pipeline_run": "`prefect.runtime.flow_run` has id, name, parameters, tags and start",
    "step_run": "`prefect.runtime.task_run` has id, name, parameters and tags",
    "metadata_store": 'write `bridge.load("name")`',
}


class Context(ZenRule):
    """Ids and names of the run that `get_step_context()` knows are those of `prefect.runtime`.

    What a pipeline gets of its model for its steps is the value: `get_pipeline_context().model.load_artifact("clf")`.

    Done for `get_step_context().pipeline_run.id` and the like, also by a variable that is used for nothing else. What
    is asked about models, outputs and inputs has a note with what to write.
    """

    name = "zenml/context"
    words = ("_context", "StepContext")
    pairs = (
        Pair(
            "from zenml import get_step_context\n\nrun = get_step_context().pipeline_run.id\n",
            "from zenml import get_step_context\nfrom prefect import runtime\n\nrun = runtime.flow_run.id\n",
            ("direct",),
        ),
        Pair(
            "from zenml import get_step_context\n\n\ndef train():\n    context = get_step_context()\n"
            "    print(context.pipeline.name, context.step_run.name)\n    context.add_output_metadata({'a': 1})\n",
            "from zenml import get_step_context\nfrom bridge import log_metadata\nfrom prefect import runtime\n\n\n"
            "def train():\n    context = get_step_context()\n"
            "    print(runtime.flow_run.flow_name, runtime.task_run.task_name)\n    log_metadata({'a': 1})\n",
            ("direct", "direct", "direct"),
        ),
        Pair(
            "from zenml import get_step_context\n\nmodel = get_step_context().model\n",
            None,
            ("manual",),
            says="bridge.models.get",
        ),
        Pair(
            "from zenml import get_pipeline_context, pipeline\n\n\n@pipeline\ndef main():\n"
            "    model = get_pipeline_context().model.get_artifact('clf')\n    predict(model)\n",
            "from zenml import get_pipeline_context, pipeline\n\n\n@pipeline\ndef main():\n"
            "    model = get_pipeline_context().model.load_artifact('clf')\n    predict(model)\n",
            ("approximate", "manual"),
            says="tasks take values",
        ),
        Pair("context = get_step_context()\nprint(context.pipeline.name)\n"),
    )

    def visit_Module(self, node: cst.Module) -> None:  # noqa: N802  LibCST's
        """Find the variables that hold the context."""
        super().visit_Module(node)
        self.contexts = self.from_call(*CONTEXT)
        self.given = {call for one in self.pipelines(node) for call in _given(one) if self._is_of_model(call)}

    def leave_Attribute(  # noqa: N802
        self, original_node: cst.Attribute, updated_node: cst.Attribute
    ) -> cst.BaseExpression:
        """Change what is read from it."""
        path: list[str] = []
        node: cst.BaseExpression = original_node
        while isinstance(node, cst.Attribute):
            path.insert(0, node.attr.value)
            node = node.value
        if not self._is_context(node) or has_comment(original_node):
            return updated_node
        known = KNOWN.get(".".join(path))
        if known is not None and "runtime" not in self.bindings.assigned:
            self.imports.add("prefect", "runtime")
            self.report("direct", original_node, self.code(original_node), f"is `prefect.runtime.{known}`")
            return cst.parse_expression(f"runtime.{known}")
        if len(path) == 1 and path[0] in NOTES and not self._goes_on(original_node):
            self.report("manual", original_node, self.code(original_node), NOTES[path[0]])
        return updated_node

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:  # noqa: N802
        """Change `add_output_metadata`, and what a pipeline gets of its model."""
        function = original_node.func
        if original_node in self.given and isinstance(function, cst.Attribute) and function.attr.value in ARTIFACTS:
            self.report(
                "approximate", original_node, self.code(original_node), "gives the value, for tasks take values"
            )
            called = cst.ensure_type(updated_node.func, cst.Attribute)
            return updated_node.with_changes(func=called.with_changes(attr=cst.Name("load_artifact")))
        if not (isinstance(function, cst.Attribute) and function.attr.value == "add_output_metadata"):
            return updated_node
        if not self._is_context(function.value) or has_comment(original_node) or not original_node.args:
            return updated_node
        facts = updated_node.args[0]
        is_one = len(updated_node.args) == 1 and (facts.keyword is None or facts.keyword.value == "metadata")
        if not is_one or facts.star:
            self.report("manual", original_node, self.code(original_node), "write `bridge.log_metadata({…})`")
            return updated_node
        self.report("direct", original_node, self.code(original_node), "becomes `log_metadata`")
        return updated_node.with_changes(
            func=cst.parse_expression(self.bridges("log_metadata")), args=[cst.Arg(facts.value)]
        )

    def _is_context(self, node: cst.BaseExpression) -> bool:
        return self.calls(node, *CONTEXT) or (isinstance(node, cst.Name) and node.value in self.contexts)

    def _is_of_model(self, node: cst.Call) -> bool:
        model = node.func.value if isinstance(node.func, cst.Attribute) else None
        return isinstance(model, cst.Attribute) and model.attr.value == "model" and self._is_context(model.value)

    def _goes_on(self, node: cst.Attribute) -> bool:
        """Whether more of it is read, which is known."""
        parent = self.get_metadata(Parents, node)
        return isinstance(parent, cst.Attribute) and f"{node.attr.value}.{parent.attr.value}" in KNOWN


def _given(pipeline: cst.FunctionDef) -> list[cst.Call]:
    """Calls in a pipeline whose value is given to another, itself or by a variable that nothing else is read of."""
    values = [cst.ensure_type(one, cst.Arg).value for one in m.findall(pipeline, m.Arg())]
    for one in m.findall(pipeline, m.Assign(targets=[m.AssignTarget(m.Name())])):
        assign = cst.ensure_type(one, cst.Assign)
        if not m.findall(
            pipeline, m.Attribute(value=m.Name(cst.ensure_type(assign.targets[0].target, cst.Name).value))
        ):
            values.append(assign.value)
    return [one for one in values if isinstance(one, cst.Call)]
