"""Steps and pipelines as ZenML had them at first: a pipeline is given its steps, and is run by `.run()`."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, ConfigDict

from bridge.flows.host import here
from bridge.migrate.zenml import pipelines, steps
from bridge.migrate.zenml.context import StepContext as StepContext  # it was here


class _Annotating(type(BaseModel)):  # type: ignore[misc]  # pydantic's own metaclass
    """Gives fields that have only a default its type, as pydantic did when ZenML had these classes."""

    def __new__(mcs, name: str, bases: tuple[type, ...], namespace: dict[str, Any], **options: Any) -> Any:
        known = namespace.get("__annotations__", {})
        plain = (dict, list, tuple, set, str, int, float, bool)
        found = {
            word: type(value)
            for word, value in namespace.items()
            if not word.startswith("_") and word not in {*known, "model_config"} and isinstance(value, plain)
        }
        if found and "__annotate_func__" not in namespace:  # Python 3.14 keeps annotations elsewhere
            namespace["__annotations__"] = {**known, **found}
        return super().__new__(mcs, name, bases, namespace, **options)


class BaseParameters(BaseModel, metaclass=_Annotating):
    """Parameters of a step, with their defaults."""

    model_config = ConfigDict(arbitrary_types_allowed=True, protected_namespaces=())
    is_zen_parameters: ClassVar[bool] = True


BaseStepConfig = BaseParameters


def Output(**types: Any) -> Any:  # noqa: N802  ZenML's name
    """The type of outputs with names.

    >>> Output(train=list)
    typing.Annotated[list, 'train']
    """
    named = tuple(Annotated[kind, name] for name, kind in types.items())
    return named[0] if len(named) == 1 else tuple.__class_getitem__(named)


class LegacyStep(steps.Step):
    """A step that is made ready outside of pipelines, `train(params=…)`, and runs within them."""

    def __call__(self, *args: Any, **given: Any) -> Any:
        """Run it, within a pipeline; outside, give it with these arguments."""
        if here() is not None:
            return super().__call__(*args, **given)
        return Ready(self, args, given)


class Ready:
    """A step with the arguments that it was made ready with."""

    def __init__(self, step: LegacyStep, args: tuple[Any, ...], given: dict[str, Any]) -> None:
        self.step, self.args, self.given = step, args, given
        self.name = step.name

    def __call__(self, *args: Any, **given: Any) -> Any:
        """Run the step, within a pipeline."""
        return self.step(**self._named([*self.args, *args], {**self.given, **given}))

    def _named(self, args: list[Any], given: dict[str, Any]) -> dict[str, Any]:
        """Every argument by its name: parameters by their class, the others in the order of the signature.

        Raises:
            TypeError: If there are more than the step takes.
        """
        takes = steps.signature_of(self.step.fn).parameters.values()
        of_class = {one.annotation: one.name for one in takes if steps.is_filled(one)}
        by_class = {of_class[type(value)]: value for value in args if type(value) in of_class}
        others = [value for value in args if type(value) not in of_class]
        free = [one.name for one in takes if one.name not in given and not steps.is_filled(one)]
        if len(others) > len(free):
            raise TypeError(
                f"{self.name} takes {', '.join(free) or 'nothing'} by position, not {len(others)} arguments"
            )
        return {**by_class, **dict(zip(free, others, strict=False)), **given}

    def with_options(self, **changed: Any) -> Ready:
        """The same, with other options."""
        return Ready(self.step.with_options(**changed), self.args, self.given)

    def configure(self, **changed: Any) -> Ready:
        """Itself, with other options from now on."""
        self.step = self.step.with_options(**changed)
        return self

    def with_return_materializers(self, *_: Any, **__: Any) -> Ready:
        """The same: how a value is stored goes by its type."""
        return self

    def after(self, *_: Any) -> None:
        """Nothing: steps run in the order in which they are called."""


def step(fn: Any = None, /, **chosen: Any) -> Any:
    """Make a function a step of a pipeline that is given its steps."""
    if fn is None:
        return lambda function: step(function, **chosen)
    made = steps.step(fn, **chosen)
    if isinstance(made, steps.Step):
        made.__class__ = LegacyStep
    return made


class LegacyPipeline(pipelines.Pipeline):
    """A pipeline that is called with its steps, and then run."""

    def __call__(self, *args: Any, **given: Any) -> Any:
        """Give it its steps; within a pipeline, run it."""
        return super().__call__(*args, **given) if here() is not None else Assembled(self, args, given)


class Assembled:
    """A pipeline with its steps."""

    def __init__(self, pipeline: LegacyPipeline, args: tuple[Any, ...], given: dict[str, Any]) -> None:
        self.pipeline, self.args, self.given = pipeline, args, given
        self.name = pipeline.name

    def run(self, **options: Any) -> Any:
        """Run it; gives the run."""
        chosen = self.pipeline.with_options(**options) if options else self.pipeline
        return pipelines.Pipeline.__call__(chosen, *self.args, **self.given)

    def with_options(self, **options: Any) -> Assembled:
        """The same, with other options."""
        return Assembled(self.pipeline.with_options(**options), self.args, self.given)

    def configure(self, **options: Any) -> Assembled:
        """Itself, with other options from now on."""
        self.pipeline = self.pipeline.with_options(**options)
        return self

    def with_config(self, config_path: str, **_: Any) -> Assembled:
        """Itself, with what a file says from now on."""
        return self.configure(config_path=config_path)


def pipeline(fn: Any = None, /, **chosen: Any) -> Any:
    """Make a function a pipeline that is given its steps."""
    if fn is None:
        return lambda function: pipeline(function, **chosen)
    made = pipelines.pipeline(fn, **chosen)
    if isinstance(made, pipelines.Pipeline):
        made.__class__ = LegacyPipeline
    return made
