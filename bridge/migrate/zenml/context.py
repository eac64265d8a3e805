"""`get_step_context()` and `get_pipeline_context()`: where the running code is."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

from bridge.domain.migration_errors import NotInStandInError
from bridge.flows.host import here
from bridge.flows.values import log_metadata


class Context:
    """What a step or a pipeline knows of its run."""

    def __init__(self, model: Any = None) -> None:
        found = here()
        if found is None:
            raise RuntimeError("There is no context outside of steps and pipelines: call this within one.")
        self._here, self._model = found, model

    @property
    def pipeline(self) -> Any:
        """Its pipeline."""
        from bridge.migrate.zenml.runs import Pipeline

        return Pipeline(self._here.flow)

    @property
    def pipeline_run(self) -> Any:
        """Its run: id and name."""
        return SimpleNamespace(id=self._here.run_id, name=self._here.run_name, pipeline=self.pipeline,
                               config=SimpleNamespace(parameters=self._here.parameters, model=self._model))  # fmt: skip

    @property
    def step_run(self) -> Any:
        """The step's run: id and name."""
        return SimpleNamespace(id=self._here.task_run_id, name=self._here.task)

    @property
    def step_name(self) -> str:
        """The step's name."""
        return self._here.task

    @property
    def name(self) -> str:
        """The pipeline's name."""
        return self._here.flow

    @property
    def model(self) -> Any:
        """The `Model` of the step or its pipeline.

        Raises:
            RuntimeError: If there is none.
        """
        if self._model is None:
            raise RuntimeError("Neither the step nor its pipeline has a model: say model=Model(name=…) there.")
        return self._model

    model_version = model

    def add_output_metadata(self, metadata: Mapping[str, Any], output_name: str | None = None) -> None:
        """Add facts to what the step returns."""
        log_metadata(metadata)

    def add_output_tags(self, tags: Any, output_name: str | None = None) -> None:
        """Add tags to what the step returns, as facts: keys without a value."""
        log_metadata({"tags": list(tags)})

    def get_output_artifact_uri(self, output_name: str | None = None) -> str:
        """Not here: where a value goes is known once it is returned."""
        raise NotInStandInError(
            "get_output_artifact_uri", "Return a pathlib.Path to a file or folder: its content becomes the artifact."
        )

    @property
    def metadata_store(self) -> Any:
        """What the first years asked for pipelines and runs: the client."""
        from bridge.migrate.zenml.client import Client

        return Client()

    @property
    def inputs(self) -> dict[str, Any]:
        """Nothing; `bridge lineage` shows what a step used."""
        return {}


StepContext = PipelineContext = Context


def get_step_context() -> Context:
    """The context of the step that is running.

    Raises:
        RuntimeError: Outside of steps.
    """
    found = Context(_model())
    if not found.step_name:
        raise RuntimeError("There is no step context outside of steps: call this within one.")
    return found


def get_pipeline_context() -> Context:
    """The context of the pipeline that is running.

    Raises:
        RuntimeError: Outside of pipelines.
    """
    return Context(_model())


def _model() -> Any:
    """What `model=` of the running step says, or else that of its pipeline."""
    from bridge.flows.host import running
    from bridge.migrate.zenml.models import Model

    for each in running():
        zen = getattr(each, "zen", {})
        model = zen.get("model") or zen.get("model_version")
        if model is not None:
            return model
        registered = getattr(each, "bridge_model", None)
        if registered is not None:  # of a flow or task that was rewritten
            return Model(registered.name)
    return None
