"""`Client()`: what is asked of ZenML's server, answered by bridge's catalog."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from bridge.domain.errors import BridgeError
from bridge.domain.migration_errors import AttributeNotInStandInError, NotInStandInError
from bridge.flows.host import api, secret
from bridge.migrate.zenml.artifacts import selector
from bridge.migrate.zenml.kinds import ExperimentTracker
from bridge.migrate.zenml.models import Model
from bridge.migrate.zenml.runs import ArtifactVersion, Pipeline, PipelineRun
from bridge.workspace import current


class Client:
    """Answers what most pipelines ask; for the rest, says that it is not here."""

    def get_artifact_version(self, name_id_or_prefix: Any = None, version: Any = None, **said: Any) -> ArtifactVersion:
        """A version of an artifact, the latest if none is said.

        Raises:
            KeyError: If there is none.
        """
        name = name_id_or_prefix if name_id_or_prefix is not None else said.get("name")
        try:
            return ArtifactVersion(current().resolve(selector(name, version)))
        except LookupError as error:
            raise KeyError(str(error)) from error

    get_artifact = get_artifact_version

    def list_artifact_versions(self, name: str | None = None, size: int = 50, **said: Any) -> list[ArtifactVersion]:
        """Versions of an artifact, the latest first."""
        asked = name or said.get("artifact")
        if asked is None:
            raise NotInStandInError("list_artifact_versions without a name", "Say name=…, or run: bridge artifacts")
        return [ArtifactVersion(one) for one in current().catalog.versions(selector(asked), limit=size)]

    def get_pipeline(self, name_id_or_prefix: Any = None, *_: Any, **said: Any) -> Pipeline:
        """A pipeline by its name, or by itself."""
        asked = name_id_or_prefix if name_id_or_prefix is not None else said.get("pipeline_name") or said["pipeline"]
        return Pipeline(getattr(asked, "name", asked))

    def get_pipeline_run(self, name_id_or_prefix: Any, *_: Any, **__: Any) -> PipelineRun:
        """A run by its id or name.

        Raises:
            KeyError: If there is none.
        """
        return PipelineRun.of(str(name_id_or_prefix))

    def list_pipeline_runs(self, size: int = 50, **said: Any) -> list[PipelineRun]:
        """Runs, the latest first."""
        flow = said.get("pipeline_name") or said.get("pipeline")
        return [PipelineRun(run) for run in current().catalog.runs(limit=size, flow=flow)]

    def get_model_version(
        self, model_name_or_id: str, model_version_name_or_number_or_id: Any = None, **_: Any
    ) -> Model:
        """A version of a model, the latest if none is said.

        Raises:
            KeyError: If there is none.
        """
        wanted = getattr(model_version_name_or_number_or_id, "value", model_version_name_or_number_or_id)
        found = Model(model_name_or_id, wanted or "latest").found()
        if found is None:
            raise KeyError(f"No version {wanted or 'latest'} of the model {model_name_or_id!r} is registered.")
        return Model.of(found)

    def list_model_versions(self, model_name_or_id: str | None = None, **said: Any) -> list[Model]:
        """Every version of a model, the first one first."""
        asked = model_name_or_id or said.get("model")
        if asked is None:
            raise NotInStandInError("list_model_versions without a model", "Say model=…, or run: bridge models")
        return Model(getattr(asked, "name", asked)).versions

    def get_model(self, model_name_or_id: str, **_: Any) -> Model:
        """A model by its name."""
        return self.get_model_version(model_name_or_id)

    def get_secret(self, name_id_or_prefix: str, **_: Any) -> Any:
        """A Secret block of Prefect's, whose value is a dictionary.

        Raises:
            KeyError: If there is none.
        """
        try:
            value = secret(name_id_or_prefix)
        except ValueError as error:
            raise KeyError(
                f"There is no secret {name_id_or_prefix!r}. Save a Secret block of Prefect's with that name."
            ) from error
        values = dict(value) if isinstance(value, dict) else {"value": value}
        return SimpleNamespace(name=name_id_or_prefix, secret_values=values, values=values)

    @property
    def active_stack(self) -> Any:
        """What stands for the stack: MLflow as the tracker, the store's address; no other component."""
        try:
            store = str(current().settings.store)
        except BridgeError:
            store = ""
        return SimpleNamespace(
            name="bridge", id="bridge", experiment_tracker=ExperimentTracker(), alerter=None, model_deployer=None,
            step_operator=None, model_registry=None, data_validator=None, container_registry=None, image_builder=None,
            feature_store=None, annotator=None, orchestrator=SimpleNamespace(name="prefect", flavor="prefect",
            config=SimpleNamespace(is_local=True, is_remote=False)),
            artifact_store=SimpleNamespace(name="store", flavor="bridge", path=store), components={},
        )  # fmt: skip

    active_stack_model = active_stack

    @property
    def zen_store(self) -> Any:
        """What stands for ZenML's server: the address of Prefect's."""
        return SimpleNamespace(url=api(), type="rest" if api() else "sql")

    @property
    def active_project(self) -> Any:
        """There is one."""
        return SimpleNamespace(name="default", id="default")

    active_workspace = active_project

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        raise AttributeNotInStandInError(f"Client().{name}")


Repository = Client
"""What it was called at first."""
