"""Prefect's `Task` and `Flow`, marked as bridge's.

Importing this module extends Prefect's engines for marked tasks and flows: a worker that unpickles a task imports just
this module.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ParamSpec, TypeVar, cast

from prefect import Flow, Task

from bridge.domain.annotations import Model
from bridge.flows import engine
from bridge.flows.carrying import Luggage
from bridge.flows.outputs import Declared, OutputOption, declared, model_option
from bridge.tracking import fluent
from bridge.workspace.bootstrap import tracking_default

P = ParamSpec("P")
R = TypeVar("R")

engine.install()
fluent.arm(tracking_default)


class BridgeTask(Task[P, R]):
    """A Prefect task whose runs are recorded.

    Made from a `Task` by `mark`, so that every option of every version of Prefect is Prefect's own business.
    """

    is_bridge = True
    bridge_output: Any = ...
    bridge_model: Model | None = None
    bridge_luggage: Luggage | None = None

    @property
    def bridge_declared(self) -> Declared:
        """What the task says about its outputs; read when first needed, as annotations may name later classes."""
        known = self.__dict__.get("_bridge_declared")
        if known is None:
            known = self.__dict__["_bridge_declared"] = replace(
                declared(self.fn, self.bridge_output), model=self.bridge_model
            )
        return cast(Declared, known)

    def with_options(
        self, *, output: OutputOption | Any = ..., model: Model | str | Any = ..., **options: Any
    ) -> BridgeTask[P, R]:
        """Prefect's `with_options`, plus `output=` and `model=`; the task stays bridge's."""
        chosen = self.bridge_output if output is ... else output
        named = self.bridge_model if model is ... else model
        return mark_task(super().with_options(**options), output=chosen, model=named)


class BridgeFlow(Flow[P, R]):
    """A Prefect flow whose runs are recorded, and tracked as MLflow runs."""

    is_bridge = True
    bridge_output: Any = ...
    bridge_model: Model | None = None
    bridge_experiment: str | None = None

    @property
    def bridge_declared(self) -> Declared:
        """What the flow says about its result."""
        return declared(self.fn, self.bridge_output)

    def with_options(
        self,
        *,
        output: OutputOption | Any = ...,
        model: Model | str | Any = ...,
        experiment: str | None = None,
        **options: Any,
    ) -> BridgeFlow[P, R]:
        """Prefect's `with_options`, plus `output=`, `model=` and `experiment=`; the flow stays bridge's."""
        chosen = self.bridge_output if output is ... else output
        return mark_flow(
            super().with_options(**options),
            output=chosen,
            model=self.bridge_model if model is ... else model,
            experiment=experiment or self.bridge_experiment,
        )


def mark_task(task: Task[P, R], *, output: Any = ..., model: Any = None) -> BridgeTask[P, R]:
    """Make a Prefect task bridge's, in place.

    Raises:
        TypeError: If `output` or `model` is not one that bridge knows.

    >>> from prefect import task
    >>> @task
    ... def double(x): return 2 * x
    >>> type(mark_task(double)).__name__
    'BridgeTask'
    """
    if output is not ... and output is not None:
        declared(task.fn, output)
    task.__class__ = BridgeTask
    task.bridge_output = output  # type: ignore[attr-defined]
    task.bridge_model = model_option(model)  # type: ignore[attr-defined]
    task.__dict__.pop("_bridge_declared", None)
    return task  # type: ignore[return-value]


def mark_flow(
    flow: Flow[P, R], *, output: Any = ..., model: Any = None, experiment: str | None = None
) -> BridgeFlow[P, R]:
    """Make a Prefect flow bridge's, in place.

    Raises:
        TypeError: If `output` or `model` is not one that bridge knows.
    """
    if output is not ... and output is not None:
        declared(flow.fn, output)
    flow.__class__ = BridgeFlow
    flow.bridge_output = output  # type: ignore[attr-defined]
    flow.bridge_model = model_option(model)  # type: ignore[attr-defined]
    flow.bridge_experiment = experiment  # type: ignore[attr-defined]
    return flow  # type: ignore[return-value]
