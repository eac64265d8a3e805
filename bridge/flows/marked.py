"""Prefect's `Task` and `Flow`, marked as bridge's.

Importing this module extends Prefect's engines for marked tasks and flows: a worker that unpickles a task imports just
this module.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar, cast, get_args

from prefect import Flow, Task

from bridge.domain.annotations import Model
from bridge.domain.choices import Cache, RunScope
from bridge.flows import arming
from bridge.flows.caching import serializer as serializer  # Prefect knows it by name then
from bridge.flows.outputs import METRICS, Declared, OutputOption, declared, model_option
from bridge.tracking import arming as tracking

if TYPE_CHECKING:
    from bridge.flows.carrying import Luggage
    from bridge.flows.current import TrialOf

P = ParamSpec("P")
R = TypeVar("R")


def _tracking_default() -> tuple[str, str] | None:
    from bridge.workspace.bootstrap import tracking_default

    return tracking_default()


arming.arm()
tracking.arm(_tracking_default)


class BridgeTask(Task[P, R]):
    """A Prefect task whose runs are recorded.

    Made from a `Task` by `mark`, so that every option of every version of Prefect is Prefect's own business.
    """

    is_bridge = True
    bridge_output: Any = ...
    bridge_model: Model | None = None
    bridge_luggage: Luggage | None = None
    bridge_trial: TrialOf | None = None
    bridge_written: Callable[..., Any] | None = None

    @property
    def bridge_declared(self) -> Declared:
        """What the task says about its outputs; read when first needed, as annotations may name later classes."""
        known = self.__dict__.get("_bridge_declared")
        if known is None:
            known = replace(declared(self.fn, self.bridge_output), model=self.bridge_model)
            if METRICS in (self.name, getattr(self.fn, "__name__", "")):
                known = replace(known, measures=True)
            self.__dict__["_bridge_declared"] = known
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
    bridge_run_scope: RunScope | None = None
    bridge_autolog: bool | None = None
    bridge_cache: Cache | None = None

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
        run_scope: RunScope | None = None,
        autolog: bool | None = None,
        cache: Cache | None = None,
        **options: Any,
    ) -> BridgeFlow[P, R]:
        """Prefect's `with_options`, plus what bridge's `flow` takes; the flow stays bridge's."""
        return mark_flow(
            super().with_options(**options),
            output=self.bridge_output if output is ... else output,
            model=self.bridge_model if model is ... else model,
            experiment=experiment or self.bridge_experiment,
            run_scope=run_scope or self.bridge_run_scope,
            autolog=self.bridge_autolog if autolog is None else autolog,
            cache=cache or self.bridge_cache,
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
    flow: Flow[P, R],
    *,
    output: Any = ...,
    model: Any = None,
    experiment: str | None = None,
    run_scope: RunScope | None = None,
    autolog: bool | None = None,
    cache: Cache | None = None,
) -> BridgeFlow[P, R]:
    """Make a Prefect flow bridge's, in place.

    Raises:
        TypeError: If `output` or `model` is not one that bridge knows.
        ValueError: If `run_scope` is neither `flow` nor `task`, or `cache` neither `content` nor `off`.
    """
    if cache not in (None, *get_args(Cache)):
        raise ValueError(f"cache={cache!r}: it is 'content', or 'off'")
    if run_scope not in (None, *get_args(RunScope)):
        raise ValueError(
            f"run_scope={run_scope!r}: it is 'flow', one MLflow run for all tasks, or 'task', one for each"
        )
    if output is not ... and output is not None:
        declared(flow.fn, output)
    flow.__class__ = BridgeFlow
    flow.bridge_output = output  # type: ignore[attr-defined]
    flow.bridge_model = model_option(model)  # type: ignore[attr-defined]
    flow.bridge_experiment = experiment  # type: ignore[attr-defined]
    flow.bridge_run_scope = run_scope  # type: ignore[attr-defined]
    flow.bridge_autolog = autolog  # type: ignore[attr-defined]
    flow.bridge_cache = cache  # type: ignore[attr-defined]
    return flow  # type: ignore[return-value]
