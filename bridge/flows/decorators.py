"""`flow` and `task`: Prefect's decorators, plus what bridge adds."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar, overload

from prefect import Flow, Task, flows, tasks

from bridge.domain.annotations import Model
from bridge.flows import beforehand
from bridge.flows.activation import prefects
from bridge.flows.marked import mark_flow, mark_task
from bridge.flows.outputs import OutputOption
from bridge.workspace.switch import enabled

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from bridge.domain.choices import Cache, RunScope
    from bridge.flows.options import FlowOptions, TaskOptions

P = ParamSpec("P")
R = TypeVar("R")

prefect_flow = prefects(flows.flow)
prefect_task = prefects(tasks.task)


@overload
def task(fn: Callable[P, R], /) -> Task[P, R]: ...


@overload
def task(
    fn: None = None,
    /,
    *,
    output: OutputOption = ...,
    model: Model | str | None = None,
    **options: Unpack[TaskOptions],
) -> Callable[[Callable[P, R]], Task[P, R]]: ...


def task(fn: Any = None, /, *, output: Any = ..., model: Any = None, **options: Any) -> Any:
    """Prefect's `task`, whose results become versioned artifacts with their lineage.

    Args:
        fn: The function.
        output: Name of the result's artifact; `Artifact(...)`, `Model(...)` or `Metrics()`; a sequence of these for
            the elements of a returned tuple; None for no artifact. Left out, the return annotation says it
            (`-> Annotated[DataFrame, Artifact("training-data")]`), else the result is `<flow>/<task>`.
        model: The result, or the model in a returned tuple, becomes the next version of this registered model: a name
            or `Model(...)`. A `Model(...)` on an output counts more.
        options: Everything that `prefect.task` takes.

    Returns:
        A Prefect `Task`. With `BRIDGE_ENABLED=false` it is exactly what `prefect.task` returns.

    >>> @task(retries=2, output="training-data")
    ... def load_data() -> list: return [1, 2, 3]
    >>> load_data.retries
    2
    """
    if fn is None:
        return lambda function: task(function, output=output, model=model, **options)
    made = prefect_task(fn, **options)
    beforehand.check()
    return mark_task(made, output=output, model=model) if enabled() else made


class FlowDecorator:
    """The type of `flow`: callable like Prefect's, with `flow.from_source`."""

    from_source = staticmethod(Flow.from_source)
    afrom_source = staticmethod(Flow.afrom_source)

    @overload
    def __call__(self, fn: Callable[P, R], /) -> Flow[P, R]: ...

    @overload
    def __call__(
        self,
        fn: None = None,
        /,
        *,
        output: OutputOption = ...,
        model: Model | str | None = None,
        experiment: str | None = None,
        run_scope: RunScope | None = None,
        autolog: bool | None = None,
        cache: Cache | None = None,
        **options: Unpack[FlowOptions],
    ) -> Callable[[Callable[P, R]], Flow[P, R]]: ...

    def __call__(
        self,
        fn: Any = None,
        /,
        *,
        output: Any = ...,
        model: Any = None,
        experiment: str | None = None,
        run_scope: Any = None,
        autolog: bool | None = None,
        cache: Cache | None = None,
        **options: Any,
    ) -> Any:
        """Prefect's `flow`, whose runs are recorded with their artifacts and tracked as MLflow runs.

        Args:
            fn: The function.
            output: As for `task`, for the flow's own result.
            model: The models in the flow's result, or else those that its tasks return, become versions of this
                registered model: a name or `Model(...)`. A `Model(...)` on an output counts more.
            experiment: MLflow experiment of the runs; left out, the setting, else the one that MLflow is set to, else
                the flow's name.
            run_scope: `task` gives each task run an MLflow run of its own, below the flow's; left out, as the flow that
                calls this one, else the setting.
            autolog: True turns MLflow's autologging on while the flow runs, in whichever process its tasks run, without
                its logging of models and data sets; left out, as the flow that calls this one.
            cache: `content` makes `CONTENT` the cache policy of its tasks whose user chose none; left out, as the flow
                that calls this one, else the setting.
            options: Everything that `prefect.flow` takes.

        Returns:
            A Prefect `Flow`. With `BRIDGE_ENABLED=false` it is exactly what `prefect.flow` returns.

        Raises:
            ValueError: If `run_scope` is neither `flow` nor `task`, or `cache` neither `content` nor `off`.
        """
        if fn is None:
            return lambda function: self(
                function,
                output=output,
                model=model,
                experiment=experiment,
                run_scope=run_scope,
                autolog=autolog,
                cache=cache,
                **options,
            )
        made = prefect_flow(fn, **options)
        beforehand.check()
        if not enabled():
            return made
        return mark_flow(
            made,
            output=output,
            model=model,
            experiment=experiment,
            run_scope=run_scope,
            autolog=autolog,
            cache=cache,
        )


flow = FlowDecorator()
flow.__doc__ = FlowDecorator.__call__.__doc__


# Tools that ask for the signature are shown Prefect's; what bridge adds is in the overloads above.
task.__signature__ = inspect.signature(prefect_task)  # type: ignore[attr-defined]
FlowDecorator.__signature__ = inspect.signature(prefect_flow)  # type: ignore[attr-defined]
