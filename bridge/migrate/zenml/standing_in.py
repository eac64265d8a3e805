"""How the package stands in for `zenml` and all of its modules."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

from bridge.migrate.zenml.missing import Missing, error_named

HOMES = {
    "zenml.client": "client",
    "zenml.post_execution": "history",
    "zenml.enums": "kinds",
    "zenml.types": "kinds",
    "zenml.logger": "logger",
    "zenml.io.fileio": "files",
    "zenml.materializers.base_materializer": "materializers",
    "zenml.materializers": "materializers",
    "zenml.artifacts.artifact_config": "artifacts",
    "zenml.artifacts.external_artifact": "artifacts",
    "zenml.artifacts.utils": "artifacts",
    "zenml.model.model": "models",
    "zenml.model": "models",
    "zenml.model.model_version": "models",
    "zenml.model.utils": "artifacts",
    "zenml.metadata.metadata_types": "kinds",
    "zenml.utils.metadata_utils": "artifacts",
    "zenml.steps": "legacy",
    "zenml.steps.base_parameters": "legacy",
    "zenml.steps.step_output": "legacy",
    "zenml.steps.step_context": "context",
    "zenml.steps.step_decorator": "steps",
    "zenml.new.steps.step_context": "context",
    "zenml.pipelines": "legacy",
    "zenml.pipelines.pipeline_context": "context",
    "zenml.pipelines.pipeline_decorator": "pipelines",
    "zenml.new.pipelines.pipeline_context": "context",
    "zenml.config": "kinds",
    "zenml.config.schedule": "kinds",
    "zenml.config.retry_config": "kinds",
    "zenml.integrations.mlflow.mlflow_utils": "integrations",
    "zenml.integrations.mlflow.mlflow_step_decorator": "integrations",
    "zenml.integrations.sklearn.helpers.digits": "digits",
    "zenml.integrations.constants": "kinds",
}
"""Modules of ZenML's, and the modules here that have their names; every other one is empty."""

LIBRARIES = {"mlflow": "mlflow", "sklearn": "sklearn", "pandas": "pandas", "numpy": "numpy", "torch": "torch",
             "pytorch": "torch", "xgboost": "xgboost", "lightgbm": "lightgbm", "wandb": "wandb"}  # fmt: skip
"""What `from zenml.integrations import …` gives: the library itself."""


class StandIn(ModuleType):
    """A module of ZenML's: its names are those of a module here, or say so when they are used."""

    __path__: list[str] = []

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return found(self.__name__, name)


class _Finder(MetaPathFinder, Loader):
    """Finds `zenml.…`."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None, /
    ) -> ModuleSpec | None:
        """Say that every module of ZenML's is here."""
        return ModuleSpec(fullname, self, is_package=True) if fullname.startswith("zenml.") else None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """An empty one; its names come when they are asked for."""
        return StandIn(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Nothing is to be run."""


def install() -> None:
    """Let the stand-in be what `import zenml` gives; once is enough.

    Raises:
        ImportError: If ZenML itself was imported before: its steps would not be ours.
    """
    there = sys.modules.get("zenml")
    if isinstance(there, StandIn):
        return
    if there is not None and not str(getattr(there, "__file__", "")).endswith("on_path/zenml.py"):
        raise ImportError(
            "zenml was imported before bridge.migrate.zenml, so that it cannot stand in for it. Import "
            "bridge.migrate.zenml first, or run the program by: bridge run --as zenml <file>"
        )
    sys.modules["zenml"] = StandIn("zenml")
    sys.meta_path.insert(0, _Finder())


def uninstall() -> None:
    """Take it out again, with every module that stood for one of ZenML's; importing the package puts it back."""
    sys.meta_path[:] = [finder for finder in sys.meta_path if not isinstance(finder, _Finder)]
    for name, module in list(sys.modules.items()):  # a thread may import meanwhile
        if isinstance(module, StandIn):
            del sys.modules[name]
    sys.modules.pop("bridge.migrate.zenml", None)  # its first line installs, and runs once while it is here
    vars(sys.modules["bridge.migrate"]).pop("zenml", None)


def found(module: str, name: str) -> Any:
    """What a name of a module of ZenML's is here.

    >>> found("zenml.integrations.great", "Deployer")
    <zenml.integrations.great.Deployer, which bridge does not have>
    """
    home = HOMES.get(module)
    if home is not None:
        here = importlib.import_module(f"bridge.migrate.zenml.{home}")
        if name in here.__dict__ and not name.startswith("_"):
            return here.__dict__[name]
    if module == "zenml.integrations" and name in LIBRARIES:
        return importlib.import_module(LIBRARIES[name])
    inner = f"{module}.{name}"
    if any(one == inner or one.startswith(f"{inner}.") for one in HOMES):
        return importlib.import_module(inner)
    known = importlib.import_module("bridge.migrate.zenml.kinds").like(name)
    if known is not None:
        return known
    if name in NAMES:
        return getattr(importlib.import_module(f"bridge.migrate.zenml.{NAMES[name]}"), name)
    return error_named(name) if name.endswith(("Error", "Exception")) else Missing(inner)


NAMES = {
    "ArtifactConfig": "artifacts",
    "BaseMaterializer": "materializers",
    "Client": "client",
    "Repository": "client",
    "ExternalArtifact": "artifacts",
    "Model": "models",
    "ModelVersion": "models",
    "StepContext": "context",
    "add_tags": "artifacts",
    "get_logger": "logger",
    "get_pipeline_context": "context",
    "get_step_context": "context",
    "link_artifact_to_model": "artifacts",
    "load_artifact": "artifacts",
    "log_artifact_metadata": "artifacts",
    "log_metadata": "artifacts",
    "log_model_metadata": "artifacts",
    "log_step_metadata": "artifacts",
    "pipeline": "pipelines",
    "save_artifact": "artifacts",
    "show": "artifacts",
    "step": "steps",
}
"""Names that `zenml` itself has, or that ZenML has moved about: found in whichever module they are looked for."""
