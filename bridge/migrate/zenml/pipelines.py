"""`pipeline`: a flow of bridge's that takes ZenML's arguments, and gives its run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from bridge.flows import BridgeFlow, flow
from bridge.flows.host import here, kept
from bridge.flows.outputs import Declared
from bridge.migrate.zenml import options
from bridge.migrate.zenml.kinds import Bag
from bridge.migrate.zenml.models import Model
from bridge.migrate.zenml.registering import register_found
from bridge.migrate.zenml.runs import PipelineRun
from bridge.migrate.zenml.steps import become, said_of_steps, with_models
from bridge.workspace import current


class Pipeline(BridgeFlow[..., Any]):
    """A flow that gives its run when it is called; within another pipeline its steps are that one's."""

    zen: Mapping[str, Any] = {}

    def __call__(self, *args: Any, **given: Any) -> Any:
        """Run it.

        Returns:
            The run, with `steps`; within a pipeline what the function returns.
        """
        if here() is not None:
            return self.fn(*args, **given)
        said = self.zen.get("config") or {}
        models: dict[str, Declared] = {}
        tokens = said_of_steps.set(said.get("steps") or {}), with_models.set(models)
        try:
            args = tuple(map(kept, args))  # it is the steps that get the values
            given = {**self.configuration.parameters, **{name: kept(value) for name, value in given.items()}}
            state: Any = super().__call__(*args, return_state=True, **given)
            state.result()
            run_id = str(state.state_details.flow_run_id)
            register_found(current(), run_id, model=self.bridge_model, of_steps=models)
            return PipelineRun.of(run_id)
        finally:
            said_of_steps.reset(tokens[0])
            with_models.reset(tokens[1])

    @property
    def entrypoint(self) -> Callable[..., Any]:
        """The function itself."""
        return self.fn

    @property
    def configuration(self) -> Any:
        """What is said of it: name, parameters and the rest."""
        of_file = (self.zen.get("config") or {}).get("parameters") or {}
        parameters = {**of_file, **(self.zen.get("parameters") or {})}
        return Bag(**{"settings": {}, "extra": {}, **self.zen, "name": self.name, "parameters": parameters})

    @property
    def model(self) -> Any:
        """The pipeline's `Model`."""
        return self.zen.get("model")

    def with_options(self, **changed: Any) -> Any:
        """The pipeline with other options, of ZenML's or Prefect's, or with what a file says."""
        ours = {name: value for name, value in changed.items() if name in _ZEN}
        rest = {name: value for name, value in changed.items() if name not in _ZEN}
        path = ours.pop("config_path", None)
        if path is not None:
            said = _read(path)
            ours = {**{name: said[name] for name in ("enable_cache", "run_name") if name in said}, **ours}
            if isinstance(said.get("model"), dict):
                ours.setdefault("model", Model(**said["model"]))
            ours["config"] = said
        if ours.get("steps"):
            ours["config"] = {**(ours.get("config") or {}), "steps": ours.pop("steps")}
        words = {**(self.zen.get("substitutions") or {}), **(ours.get("substitutions") or {})}
        chosen = options.of_pipeline({**ours, "substitutions": words})
        return _made(super().with_options(**chosen, **rest), {**self.zen, **ours})

    def configure(self, **changed: Any) -> Any:
        """The pipeline itself, which has the other options from now on."""
        return become(self, self.with_options(**changed))


_ZEN = {"name", "enable_cache", "settings", "extra", "model", "on_failure", "on_success", "config_path", "run_name",
        "schedule", "steps", "unlisted", "build", "prevent_build_reuse", "tags", "enable_artifact_metadata",
        "enable_artifact_visualization", "enable_step_logs", "enable_pipeline_logs", "substitutions", "model_version",
        "merge", "parameters"}  # fmt: skip


def pipeline(fn: Any = None, /, **chosen: Any) -> Any:
    """Make a function a pipeline: a flow, whose unchanged steps are found.

    >>> @pipeline(enable_cache=False)
    ... def training(): ...
    >>> training.name
    'training'
    """
    if fn is None:
        return lambda function: pipeline(function, **chosen)
    named = {"name": fn.__name__, "enable_cache": True, **{k: v for k, v in chosen.items() if v is not None}}
    return _made(flow(fn, **options.of_pipeline(named)), chosen)


def configured(flow: Any, **options: Any) -> Any:
    """A flow with options as ZenML names them, whatever they are; its call gives the run, as ZenML's does.

    What `bridge migrate` writes for `main.with_options(**options)`, whose keys are known only when it runs.

    >>> from bridge import flow
    >>> @flow
    ... def main(): ...
    >>> configured(main, run_name="first").flow_run_name
    'first'
    """
    made = _made(flow.with_options(), {})
    return made.with_options(**options) if isinstance(made, Pipeline) else made


def _read(path: str | Path) -> dict[str, Any]:
    import yaml  # type: ignore[import-untyped]  # Prefect brings it, without types

    said: dict[str, Any] = yaml.safe_load(Path(path).read_text(encoding="utf-8")) or {}
    return said


def _made(made: Any, zen: Mapping[str, Any]) -> Any:
    if isinstance(made, BridgeFlow):  # with BRIDGE_ENABLED=false it is plain Prefect's
        made.__class__ = Pipeline
        made.zen = zen  # type: ignore[attr-defined]
    return made
