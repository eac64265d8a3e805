"""`step`: a task of bridge's that takes ZenML's arguments."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import replace
from typing import Any

from bridge.domain.annotations import Artifact
from bridge.flows import BridgeTask, task
from bridge.flows.outputs import Declared, Spec
from bridge.migrate.zenml import options
from bridge.migrate.zenml.artifacts import ExternalArtifact
from bridge.migrate.zenml.context import Context
from bridge.migrate.zenml.kinds import Bag
from bridge.migrate.zenml.runs import ArtifactVersion

said_of_steps: ContextVar[Mapping[str, Any] | None] = ContextVar("bridge_zenml_configured", default=None)
"""What a pipeline's file of configuration says of its steps, by their names."""

with_models: ContextVar[dict[str, Declared] | None] = ContextVar("bridge_zenml_with_models", default=None)
"""What those steps say that have a model of their own and were called in this run, by their names."""


class Step(BridgeTask[..., Any]):
    """A task with ZenML's ways of being called: `after=`, `id=`, external artifacts, parameters from a file."""

    zen: Mapping[str, Any] = {}

    def __call__(self, *args: Any, after: Any = None, id: Any = None, **given: Any) -> Any:
        """Run it, here and now, as a task run."""
        args = tuple(map(_value, args))
        given = {name: _value(value) for name, value in given.items()}
        of_file = (said_of_steps.get() or {}).get(self.name) or {}
        named = self.with_options(**_from_file(of_file)) if _from_file(of_file) else self
        if isinstance(id, str):
            named = named.with_options(task_run_name=id)
        models = with_models.get()
        if models is not None and named.bridge_model is not None:
            models[named.name] = named.bridge_declared
        said = {**(self.zen.get("parameters") or {}), **(of_file.get("parameters") or {})}
        given = {**self._missing(args, given, said), **given}
        return BridgeTask.__call__(named, *args, **given)

    @property
    def entrypoint(self) -> Callable[..., Any]:
        """The function itself."""
        return self.fn

    @property
    def configuration(self) -> Any:
        """What is said of it: name, parameters and the rest."""
        return Bag(**{"parameters": {}, "settings": {}, "extra": {}, **self.zen, "name": self.name})

    def with_options(self, **changed: Any) -> Any:
        """The step with other options, of ZenML's or Prefect's."""
        ours = {name: value for name, value in changed.items() if name in _ZEN}
        rest = {name: value for name, value in changed.items() if name not in _ZEN}
        if ours.get("parameters"):
            ours["parameters"] = {**(self.zen.get("parameters") or {}), **ours["parameters"]}
        words = ours.get("substitutions")
        named = {"output": _substituted(self.bridge_declared, words)} if words else {}
        return _made(super().with_options(**named, **options.of_step(ours), **rest), {**self.zen, **ours})

    def configure(self, **changed: Any) -> Any:
        """The step itself, which has the other options from now on."""
        return become(self, self.with_options(**changed))

    def after(self, *steps: Any) -> None:
        """Nothing: steps run in the order in which they are called."""

    def _missing(self, args: tuple[Any, ...], given: Mapping[str, Any], of_file: Mapping[str, Any]) -> dict[str, Any]:
        """Arguments that the call leaves out, and a file, an option or a class of parameters has."""
        made = {}
        parameters = list(signature_of(self.fn).parameters.values())
        for parameter in parameters[len(args) :]:
            if parameter.name in given:
                continue
            if parameter.name in of_file:
                made[parameter.name] = of_file[parameter.name]
            elif not is_filled(parameter) or parameter.default is not parameter.empty:
                continue
            elif parameter.annotation is Context:
                made[parameter.name] = Context()
            else:
                fields = parameter.annotation.model_fields
                made[parameter.name] = parameter.annotation(
                    **{name: value for name, value in of_file.items() if name in fields}
                )
        return made


_ZEN = {"name", "enable_cache", "experiment_tracker", "step_operator", "settings", "extra", "model", "retry",
        "output_materializers", "on_failure", "on_success", "parameters", "enable_artifact_metadata",
        "enable_artifact_visualization", "enable_step_logs", "substitutions", "model_version"}  # fmt: skip


def step(fn: Any = None, /, **chosen: Any) -> Any:
    """Make a function a step: a task whose results are artifacts.

    >>> @step
    ... def load() -> list: return [1]
    >>> load.entrypoint()
    [1]
    """
    if fn is None:
        return lambda function: step(function, **chosen)
    return _made(task(fn, **options.of_step(chosen)), chosen)


def _substituted(declared: Declared, words: Mapping[str, str]) -> Any:
    """The outputs with their names' placeholders filled: `clf{suffix}`."""

    def filled(spec: Spec) -> Artifact | None:
        name = spec.artifact.name if spec.artifact is not None else ""
        for word, text in words.items():
            name = name.replace(f"{{{word}}}", text)
        return replace(spec.artifact, name=name) if spec.artifact is not None else None

    return [filled(one) for one in declared.elements] if declared.elements else filled(declared.whole) or ...


def _value(given: Any) -> Any:
    """What a step gets of an artifact that the pipeline was given, or has asked for."""
    if isinstance(given, ExternalArtifact):
        return given.get()
    return given.load() if isinstance(given, ArtifactVersion) else given


def signature_of(function: Callable[..., Any]) -> inspect.Signature:
    """A step's signature, with the annotations themselves as far as they can be read."""
    try:
        return inspect.signature(function, eval_str=True)
    except Exception:  # noqa: BLE001  names that exist only for type checkers
        return inspect.signature(function)


def become(one: Any, other: Any) -> Any:
    """A step or pipeline, made what another one is: ZenML's `configure` gives no new one."""
    vars(one).clear()
    vars(one).update(vars(other))
    return one


def is_filled(parameter: inspect.Parameter) -> bool:
    """Whether a step is given something for it by itself: its context, or its class of parameters."""
    return parameter.annotation is Context or getattr(parameter.annotation, "is_zen_parameters", False)


def _from_file(said: Mapping[str, Any]) -> dict[str, Any]:
    return {"enable_cache": said["enable_cache"]} if "enable_cache" in said else {}


def _made(made: Any, zen: Mapping[str, Any]) -> Any:
    if isinstance(made, BridgeTask):  # with BRIDGE_ENABLED=false it is plain Prefect's
        made.__class__ = Step
        made.zen = zen  # type: ignore[attr-defined]
    return made
