"""What ZenML calls things, in all its years, and which names of a module are steps and pipelines."""

from __future__ import annotations

from typing import Literal

import libcst as cst

from bridge.migrate.bindings import Bindings
from bridge.migrate.kinds import Kinds, Parents
from bridge.migrate.rule import Place, Rule

STEP = frozenset(
    {
        "zenml.step",
        "zenml.steps.step",
        "zenml.steps.step_decorator.step",
        "zenml.new.steps.step_decorator.step",
        "zenml.steps.decorators.step",
    }
)
PIPELINE = frozenset(
    {
        "zenml.pipeline",
        "zenml.pipelines.pipeline",
        "zenml.pipelines.pipeline_decorator.pipeline",
        "zenml.new.pipelines.pipeline_decorator.pipeline",
    }
)
LEGACY_PIPELINE = frozenset({"zenml.pipelines.pipeline", "zenml.pipelines.pipeline_decorator.pipeline"})
CLIENT = frozenset({"zenml.client.Client", "zenml.Client"})
STAGES = frozenset(
    {
        "zenml.enums.ModelStages",
        "zenml.model.ModelStages",
        "zenml.model_registries.base_model_registry.ModelVersionStage",
    }
)
ARTIFACT_CONFIG = frozenset(
    {
        "zenml.ArtifactConfig",
        "zenml.artifacts.artifact_config.ArtifactConfig",
        "zenml.artifacts.artifact_config.DataArtifactConfig",
        "zenml.artifacts.artifact_config.ModelArtifactConfig",
        "zenml.model.ArtifactConfig",
        "zenml.model.DataArtifactConfig",
        "zenml.model.ModelArtifactConfig",
        "zenml.model.artifact_config.DataArtifactConfig",
        "zenml.model.artifact_config.ModelArtifactConfig",
    }
)
MODEL = frozenset(
    {
        "zenml.Model",
        "zenml.model.model.Model",
        "zenml.model.Model",
        "zenml.ModelVersion",
        "zenml.model.ModelVersion",
        "zenml.model.model_version.ModelVersion",
        "zenml.model.ModelConfig",
        "zenml.model.model_config.ModelConfig",
    }
)

Made = Literal["step", "pipeline", "legacy pipeline"]
"""What a decorated function is."""


class ZenRule(Rule):
    """A rule that knows which functions are steps and pipelines: those of the module, and of the project's others."""

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        self.made: dict[str, Made] = {}
        self.bindings = Bindings()

    def visit_Module(self, node: cst.Module) -> None:  # noqa: N802  LibCST's
        """Look at the decorators of all functions, wherever they stand."""
        self.bindings = Bindings.of_module(node)
        kinds = Kinds.of(node)
        decorated: list[cst.FunctionDef | cst.ClassDef] = [
            *kinds.all(cst.FunctionDef),
            *kinds.all(cst.ClassDef),
        ]
        for function in decorated:
            for decorator in function.decorators:
                made = self.decorates(decorator)
                if made is not None:
                    self.made[function.name.value] = made

    def decorates(self, decorator: cst.Decorator) -> Made | None:
        """What a decorator makes of a function."""
        node = decorator.decorator
        function = node.func if isinstance(node, cst.Call) else node
        if self.means(function, *STEP):
            return "step"
        if self.means(function, *LEGACY_PIPELINE):
            return "legacy pipeline"
        return "pipeline" if self.means(function, *PIPELINE) else None

    def pipelines(self, module: cst.Module) -> list[cst.FunctionDef]:
        """The pipelines of the module."""
        functions = Kinds.of(module).all(cst.FunctionDef)
        return [one for one in functions if "pipeline" in (self.made.get(one.name.value) or "")]

    def made_of(self, node: cst.BaseExpression) -> Made | None:
        """What a name is that is called: `train` in `train(x)` and in `train.with_options(...)(x)`."""
        while isinstance(node, cst.Call):
            node = node.func
            if isinstance(node, cst.Attribute) and node.attr.value in {"with_options", "configure"}:
                node = node.value
        imported = self.names(node)
        if imported:
            known = {self.place.known.get(".".join(name.strip(".").split(".")[-2:])) for name in imported}
            return {"zenml.step": "step", "zenml.pipeline": "pipeline", "zenml.legacy": "legacy pipeline"}.get(  # type: ignore[return-value]
                known.pop() or "" if len(known) == 1 else ""
            )
        return self.made.get(node.value) if isinstance(node, cst.Name) else None

    def bridges(self, name: str) -> str:
        """How to write one of bridge's names in this module, which imports it then."""
        if self.bindings.is_free(name, but="zenml"):
            self.imports.add("bridge", name)
            return name
        self.imports.add("bridge")
        return f"bridge.{name}"

    def is_client(self, node: cst.BaseExpression) -> bool:
        """Whether this is `Client()`, or a variable that holds one and nothing else."""
        values = self.bindings.assigned.get(node.value, [None]) if isinstance(node, cst.Name) else [node]
        return all(self.calls(value, *CLIENT) for value in values)

    def asks(self, node: cst.CSTNode | None, *words: str) -> bool:
        """Whether this is a call of one of these methods of a client."""
        return (
            isinstance(node, cst.Call)
            and isinstance(node.func, cst.Attribute)
            and node.func.attr.value in words
            and self.is_client(node.func.value)
        )

    def from_call(self, *names: str) -> set[str]:
        """Variables that hold what one of these returns, and never anything else: `client` of `client = Client()`."""
        found = set()
        for name, values in self.bindings.assigned.items():
            if name not in self.bindings.imported and all(self.calls(value, *names) for value in values):
                found.add(name)
        return found

    def calls(self, node: cst.CSTNode | None, *names: str) -> bool:
        """Whether a node of the tree as it was is a call of one of these."""
        return isinstance(node, cst.Call) and self.means(node.func, *names)

    def arity(self, name: str, node: cst.CSTNode) -> int | None:
        """How many arguments a function of the module takes that is called so; None if it is not there."""
        module = node
        while not isinstance(module, cst.Module):
            module = self.get_metadata(Parents, module)
        found = [one for one in module.body if isinstance(one, cst.FunctionDef) and one.name.value == name]
        if len(found) != 1:
            return None
        parameters = found[0].params
        return len(parameters.params) + len(parameters.posonly_params)
