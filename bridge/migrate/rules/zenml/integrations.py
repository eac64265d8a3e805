"""What ZenML's integrations bring."""

from __future__ import annotations

import libcst as cst

from bridge.migrate.nodes import code_of, has_comment
from bridge.migrate.rule import Pair
from bridge.migrate.rules.zenml.names import ZenRule

LIBRARIES = {"mlflow": "mlflow", "sklearn": "sklearn", "pandas": "pandas", "numpy": "numpy", "torch": "torch",
             "pytorch": "torch", "tensorflow": "tensorflow", "xgboost": "xgboost", "lightgbm": "lightgbm",
             "wandb": "wandb", "evidently": "evidently"}  # fmt: skip
URIS = ("zenml.integrations.mlflow.mlflow_utils.get_tracking_uri",)
ENABLED = ("zenml.integrations.mlflow.mlflow_step_decorator.enable_mlflow",)
NOTES = {
    "mlflow_model_deployer_step": "a promoted model is an event: a deployment that an automation starts loads "
    "`mlflow.pyfunc.load_model(\"models:/name@champion\")`; `mlflow models serve -m models:/name@champion` serves it",
    "mlflow_register_model_step": "a task with `model=\"name\"` registers what it returns",
    "mlflow_deployer_step": "`mlflow models serve -m models:/name@champion` serves a model",
    "MLFlowModelDeployer": "`mlflow models serve -m models:/name@champion` serves a model",
    "MLFlowDeploymentService": "load the model: `mlflow.pyfunc.load_model(\"models:/name@champion\")`",
}  # fmt: skip


class Integrations(ZenRule):
    """`from zenml.integrations import mlflow` becomes `import mlflow`; its tracking URI is MLflow's own.

    `@enable_mlflow` is taken out: what a task logs is its flow's run's.

    What an integration brings beside the library's own module (deployers, its steps) has no counterpart: the finding
    says what to write.
    """

    name = "zenml/integrations"
    words = ("zenml.integrations",)
    pairs = (
        Pair(
            "from zenml.integrations import mlflow\n\nmlflow.log_metrics({})\n",
            "import mlflow\n\nmlflow.log_metrics({})\n",
            ("direct",),
        ),
        Pair(
            "from zenml.integrations.mlflow.mlflow_utils import get_tracking_uri\n\nprint(get_tracking_uri())\n",
            "from zenml.integrations.mlflow.mlflow_utils import get_tracking_uri\nimport mlflow\n\n"
            "print(mlflow.get_tracking_uri())\n",
            ("direct",),
        ),
        Pair(
            "from zenml.integrations.mlflow.steps import mlflow_model_deployer_step\n\n"
            "mlflow_model_deployer_step(model=m)\n",
            None,
            ("manual",),
            says="mlflow models serve",
        ),
        Pair(
            "from zenml.integrations.mlflow.mlflow_step_decorator import enable_mlflow\n"
            "from zenml.steps import step\n\n\n@enable_mlflow\n@step\ndef train(): ...\n",
            "from zenml.integrations.mlflow.mlflow_step_decorator import enable_mlflow\n"
            "from zenml.steps import step\n\n\n@step\ndef train(): ...\n",
            ("direct",),
        ),
        Pair("from mine.integrations import mlflow\n"),
    )

    def leave_ImportFrom(  # noqa: N802  LibCST's
        self, original_node: cst.ImportFrom, updated_node: cst.ImportFrom
    ) -> cst.ImportFrom | cst.RemovalSentinel | cst.FlattenSentinel[cst.BaseSmallStatement] | cst.Import:
        """Import the library itself."""
        if original_node.relative or original_node.module is None or isinstance(original_node.names, cst.ImportStar):
            return updated_node
        if code_of(original_node.module) != "zenml.integrations" or has_comment(original_node):
            return updated_node
        if not all(alias.evaluated_name in LIBRARIES for alias in original_node.names):
            return updated_node
        self.report("direct", original_node, self.code(original_node), "is the library itself")
        return cst.Import([_library(alias) for alias in original_node.names])

    def leave_Decorator(  # noqa: N802
        self, original_node: cst.Decorator, updated_node: cst.Decorator
    ) -> cst.Decorator | cst.RemovalSentinel:
        """Take out what ties a step to MLflow."""
        node = original_node.decorator
        if not self.means(node.func if isinstance(node, cst.Call) else node, *ENABLED) or has_comment(original_node):
            return updated_node
        self.report("direct", original_node, self.code(original_node), "taken out: the flow's run is an MLflow run")
        return cst.RemoveFromParent()

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:  # noqa: N802
        """Change the tracking URI, and say what there is instead of the rest."""
        if self.means(original_node.func, *URIS):
            self.imports.add("mlflow")
            self.report("direct", original_node, self.code(original_node), "is MLflow's own")
            return updated_node.with_changes(func=cst.parse_expression("mlflow.get_tracking_uri"))
        found = self.names(original_node.func)
        for name in found if len(found) == 1 else ():
            word = name.rpartition(".")[2]
            if name.startswith("zenml.integrations.") and word in NOTES:
                self.report("manual", original_node, self.code(original_node), NOTES[word])
        return updated_node


def _library(alias: cst.ImportAlias) -> cst.ImportAlias:
    called, library = alias.evaluated_alias or alias.evaluated_name, LIBRARIES[alias.evaluated_name]
    name = cst.ImportAlias(cst.Name(library))
    return name if called == library else name.with_changes(asname=_as(called))


def _as(name: str) -> cst.AsName:
    return cst.AsName(cst.Name(name), cst.SimpleWhitespace(" "), cst.SimpleWhitespace(" "))
