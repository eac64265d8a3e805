"""The ways in which people run Prefect tasks: each a small flow, with what must come of it.

A way is written once and run with Prefect's decorators and with bridge's, on every task runner.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from prefect import allow_failure, unmapped
from prefect.cache_policies import DEFAULT, INPUTS, NO_CACHE, TASK_SOURCE
from prefect.transactions import transaction
from prefect.utilities.annotations import quote


def note(name: str, value: float = 1.0) -> None:
    """Log a metric as users do."""
    import mlflow

    mlflow.log_metric(name, value)


def note_nothing(name: str, value: float = 1.0) -> None:
    """In plain Prefect there is no run to log to."""


@dataclass(frozen=True)
class Kit:
    """What a way is run with.

    Args:
        flow: Prefect's decorator, or bridge's.
        task: Prefect's decorator, or bridge's.
        runner: Makes a task runner.
        note: Logs a metric, or nothing.
        name: The outermost flow's name.
        folder: For files.
    """

    flow: Any
    task: Any
    runner: Callable[[], Any]
    note: Callable[..., None]
    name: str
    folder: Path

    def outer(self, fn: Any, **options: Any) -> Any:
        """The way's flow."""
        return self.flow(name=self.name, task_runner=self.runner(), **options)(fn)


@dataclass(frozen=True)
class Way:
    """A way, and what is recorded of it.

    Args:
        run: Runs it; gives what the flow gives.
        made: Artifacts with how many versions of each.
        used: Edges: task, parameter, artifact.
        metrics: Metrics that are in the outer flow's MLflow run.
        states: How many runs of the outer flow ended in which state.
        threads_only: Prefect's other runners do not do it.
    """

    run: Callable[[Kit], Any]
    made: dict[str, int] = field(default_factory=dict)
    used: set[tuple[str, str, str]] = field(default_factory=set)
    metrics: set[str] = field(default_factory=set)
    states: dict[str, int] = field(default_factory=lambda: {"Completed": 1})
    threads_only: str = ""


WAYS: dict[str, Way] = {}


def way(**expected: Any) -> Callable[[Callable[[Kit], Any]], Callable[[Kit], Any]]:
    """Add a way; artifacts are named without the flow's name."""

    def add(run: Callable[[Kit], Any]) -> Callable[[Kit], Any]:
        WAYS[run.__name__] = Way(run, **expected)
        return run

    return add


CHAIN: dict[str, Any] = {
    "made": {"load": 1, "total": 1},
    "used": {("total", "rows", "load")},
    "metrics": {"load", "total"},
}


def chain(kit: Kit) -> tuple[Any, Any]:
    """Two tasks of which one takes what the other makes."""
    note = kit.note

    @kit.task
    def load(n: int) -> list[float]:
        note("load")
        return [i + 0.5 for i in range(n)]

    @kit.task
    def total(rows: list[float]) -> float:
        note("total")
        return sum(rows) * 1.125

    return load, total


@way(**CHAIN)
def direct(kit: Kit) -> Any:
    load, total = chain(kit)
    return kit.outer(lambda: total(load(5)))()


@way(**CHAIN)
def submit(kit: Kit) -> Any:
    load, total = chain(kit)
    return kit.outer(lambda: total.submit(load.submit(5)).result())()


@way(**CHAIN)
def submit_values(kit: Kit) -> Any:
    load, total = chain(kit)
    return kit.outer(lambda: total.submit(load.submit(5).result()).result())()


@way(**CHAIN)
def submit_states(kit: Kit) -> Any:
    load, total = chain(kit)
    return kit.outer(lambda: total.submit(load.submit(5, return_state=True)).result())()


@way(**CHAIN)
def values_of_states(kit: Kit) -> Any:
    load, total = chain(kit)
    return kit.outer(lambda: total(load(5, return_state=True).result()))()


@way(made={"load": 1, "total": 1}, used={("total", "rows", "load")}, metrics={"load", "total"})
def members(kit: Kit) -> Any:
    note = kit.note

    @kit.task
    def load() -> dict[str, Any]:
        note("load")
        return {"a": {"b": [1.5, 2.5, 3.5]}, "c": [7.5] * 50}

    @kit.task
    def total(rows: list[float]) -> float:
        note("total")
        return sum(rows) * 1.125

    def body() -> Any:
        loaded = load.submit().result()
        return total.submit(loaded["a"]["b"]).result()

    return kit.outer(body)()


@way(
    made={"load.0": 1, "load.1": 1, "total": 1},
    used={("total", "rows", "load.1")},
    metrics={"load", "total"},
)
def elements(kit: Kit) -> Any:
    note = kit.note

    @kit.task
    def load() -> tuple[list[float], list[float]]:
        note("load")
        return [1.5, 2.5], [3.5, 4.5]

    @kit.task
    def total(rows: list[float]) -> float:
        note("total")
        return sum(rows) * 1.125

    def body() -> Any:
        _train, test = load.submit().result()
        return total.submit(test).result()

    return kit.outer(body)()


@way(
    made={"load": 1, "scaled": 3, "total": 1},
    used={("scaled", "row", "load"), ("total", "rows", "scaled")},
    metrics={"load", "total"},
)
def mapped(kit: Kit) -> Any:
    note = kit.note

    @kit.task
    def load() -> list[list[float]]:
        note("load")
        return [[1.5], [2.5], [3.5]]

    @kit.task
    def scaled(row: list[float], factor: list[float]) -> list[float]:
        return [x * factor[0] for x in row]

    @kit.task
    def total(rows: list[list[float]]) -> float:
        note("total")
        return sum(row[0] for row in rows) * 1.125

    return kit.outer(lambda: total.submit(scaled.map(load.submit(), unmapped([2.0]))).result())()


@way(made={"load": 3, "total": 3}, used={("total", "rows", "load")}, metrics={"load", "total"})
def mapped_futures(kit: Kit) -> Any:
    load, total = chain(kit)
    return kit.outer(lambda: total.map(load.map([3, 4, 5])).result())()


@way(**CHAIN)
def waits_for(kit: Kit) -> Any:
    load, total = chain(kit)

    def body() -> Any:
        rows = load.submit(5)
        return total.submit([1.5, 2.5], wait_for=[rows]).result() + total_of(rows)

    def total_of(rows: Any) -> float:
        return float(sum(rows.result()))

    return kit.outer(body)()


WAYS["waits_for"] = Way(WAYS["waits_for"].run, made=CHAIN["made"], metrics=CHAIN["metrics"])


@way(made={"load": 1, "total": 1, "grow": 1}, used={("grow", "value", "total"), ("total", "rows", "load")})
def gathered(kit: Kit) -> Any:
    @kit.task
    async def load(n: int) -> list[float]:
        return [i + 0.5 for i in range(n)]

    @kit.task
    async def total(rows: list[float]) -> float:
        await asyncio.sleep(0)
        return sum(rows) * 1.125

    @kit.task
    async def grow(value: float) -> float:
        return value * 1.375

    async def body() -> Any:
        rows = await load(5)
        first, _ = await asyncio.gather(total(rows), asyncio.sleep(0))
        return grow.submit(first).result()

    return asyncio.run(kit.outer(body)())


@way(made={"load": 1, "total": 1}, used={("total", "rows", "load")}, metrics={"inner"})
def nested_flows(kit: Kit) -> Any:
    load, _ = chain(kit)
    note = kit.note

    @kit.task
    def total(rows: list[float]) -> float:
        return sum(rows) * 1.125

    @kit.flow(name=f"{kit.name}-inner", task_runner=kit.runner())
    def inner(rows: list[float]) -> float:
        note("inner")
        return float(total.submit(rows).result())

    return kit.outer(lambda: inner(load.submit(5).result()))()


@way(
    made={"load": 1, "total": 1, "outer_task": 1},
    used={("total", "rows", "load"), ("outer_task", "rows", "load")},
    metrics={"load", "total", "outer_task"},
)
def nested_tasks(kit: Kit) -> Any:
    load, total = chain(kit)
    note = kit.note

    @kit.task
    def outer_task(rows: list[float]) -> float:
        note("outer_task")
        return float(total(rows)) + 0.0625

    return kit.outer(lambda: outer_task.submit(load.submit(5)).result())()


@way(made={"load": 1, "total": 1}, used={("total", "rows", "load")})
def methods(kit: Kit) -> Any:
    runner = kit.runner()

    class Job:
        def __init__(self, n: int) -> None:
            self.n = n

        @kit.flow(name=kit.name, task_runner=runner)
        def run(self) -> float:
            return float(self.total.submit(self.load.submit(self.n)).result())

        @staticmethod
        @kit.task
        def load(n: int) -> list[float]:
            return [i + 0.5 for i in range(n)]

        @classmethod
        @kit.task
        def total(cls, rows: list[float]) -> float:
            return sum(rows) * 1.125

    return Job(5).run()


@way(made={"load": 1, "total": 1}, used={("total", "rows", "load")}, metrics={"try"})
def retries(kit: Kit) -> Any:
    _, total_ = chain(kit)
    note, marker = kit.note, kit.folder / "tried"

    @kit.task(retries=2, retry_delay_seconds=0)
    def load(n: int) -> list[float]:
        note("try")
        if not marker.exists():
            marker.touch()
            raise ValueError("the first time")
        return [i + 0.5 for i in range(n)]

    def body() -> Any:
        return total_.submit(load.submit(5)).result()

    return kit.outer(body)()


@way(made={"load": 1}, used={("slow", "rows", "load")}, metrics={"load"})
def timeouts(kit: Kit) -> Any:
    load, _ = chain(kit)

    @kit.task(timeout_seconds=0.3)
    async def slow(rows: list[float]) -> float:
        await asyncio.sleep(30)
        return 1.5

    def body() -> Any:
        state = slow.submit(load.submit(5), return_state=True)
        return state.name

    return kit.outer(body)()


@way(made={"load": 1}, states={"Cancelled": 1})
def cancelled(kit: Kit) -> Any:
    load, _ = chain(kit)

    def body() -> Any:
        from prefect.states import Cancelled

        load.submit(5).result()
        return Cancelled(message="enough")

    return kit.outer(body)(return_state=True).name


@way(made={"repair": 1, "load": 1}, used={("repair", "rows", "load")}, metrics={"load"})
def failures_allowed(kit: Kit) -> Any:
    load, _ = chain(kit)

    @kit.task
    def bad() -> float:
        raise ValueError("bad")

    @kit.task
    def repair(value: Any, rows: list[float]) -> float:
        return 2.25 if isinstance(value, BaseException) else 1.125

    return kit.outer(lambda: repair.submit(allow_failure(bad.submit()), load.submit(5)).result())()


@way(made={"load": 1, "total": 1}, used=set(), metrics={"load", "total"})
def quoted(kit: Kit) -> Any:
    load, total = chain(kit)

    def body() -> Any:
        load.submit(4).wait()
        return total.submit(quote([1.5, 2.5, 3.5])).result()

    return kit.outer(body)()


@way(made={"load": 1}, used={("bad", "rows", "load")}, states={"Failed": 1}, metrics={"load"})
def failed(kit: Kit) -> Any:
    load, _ = chain(kit)

    @kit.task
    def bad(rows: list[float]) -> float:
        raise ValueError("bad")

    return kit.outer(lambda: bad.submit(load.submit(5)).result())(return_state=True).name


@way(made={"load": 1, "total": 1}, used={("total", "rows", "load")}, metrics={"load", "total"})
def committed(kit: Kit) -> Any:
    load, total = chain(kit)

    def body() -> Any:
        with transaction():
            return total(load(5))

    return kit.outer(body)()


@way(made={"load": 0, "total": 1}, used=set(), metrics={"load", "total"})
def rolled_back(kit: Kit) -> Any:
    load, total = chain(kit)

    def body() -> Any:
        try:
            with transaction():
                load(5)
                raise ValueError("no")
        except ValueError:
            return total([1.5, 2.5])

    return kit.outer(body)()


def cached(kit: Kit, **options: Any) -> Any:
    note = kit.note

    @kit.task(persist_result=True, **options)
    def load(n: int) -> list[float]:
        return [i + 0.5 for i in range(n)]

    @kit.task
    def total(rows: list[float]) -> float:
        note("total")
        return sum(rows) * 1.125

    def body() -> Any:
        first = load.submit(5, return_state=True)
        second = load.submit(5, return_state=True)
        return first.name, second.name, total.submit(second).result()

    return kit.outer(body)()


CACHED: dict[str, Any] = {"made": {"load": 1, "total": 1}, "used": {("total", "rows", "load")}, "metrics": {"total"}}


@way(**CACHED)
def cached_by_inputs(kit: Kit) -> Any:
    return cached(kit, cache_policy=INPUTS + kit_policy(kit))


@way(**CACHED)
def cached_by_default(kit: Kit) -> Any:
    return cached(kit)


@way(**CACHED)
def cached_by_chosen_default(kit: Kit) -> Any:
    return cached(kit, cache_policy=DEFAULT)


@way(**CACHED)
def cached_by_source(kit: Kit) -> Any:
    return cached(kit, cache_policy=TASK_SOURCE + kit_policy(kit))


@way(**CACHED)
def cached_by_function(kit: Kit) -> Any:
    key = f"{kit.name}-{time.time_ns()}"
    return cached(kit, cache_key_fn=lambda context, parameters: key, cache_expiration=timedelta(hours=1))


@way(**CACHED)
def cached_never(kit: Kit) -> Any:
    return cached(kit, cache_policy=NO_CACHE)


def kit_policy(kit: Kit) -> Any:
    """A key of this cell's own: what an earlier run or another runner kept is not found."""
    from prefect.cache_policies import CachePolicy

    key = f"{kit.name}-{time.time_ns()}"
    return CachePolicy.from_cache_key_fn(lambda context, parameters: key)


@way(**CHAIN)
def persisted(kit: Kit) -> Any:
    load, total = chain(kit)
    load, total = load.with_options(persist_result=True), total.with_options(persist_result=True)
    return kit.outer(lambda: total.submit(load.submit(5)).result(), persist_result=True)()


@way(**CHAIN)
def not_persisted(kit: Kit) -> Any:
    load, total = chain(kit)
    load, total = load.with_options(persist_result=False), total.with_options(persist_result=False)
    return kit.outer(lambda: total.submit(load.submit(5)).result())()


@way(
    made={"batches": 3, "total": 3},
    used={("total", "rows", "batches")},
    metrics={"batches"},
)
def generated(kit: Kit) -> Any:
    note = kit.note

    @kit.task
    def batches(n: int) -> Any:
        note("batches")
        for i in range(n):
            yield [i + 0.5, i + 1.5]

    @kit.task
    def total(rows: list[float]) -> float:
        return sum(rows) * 1.125

    return kit.outer(lambda: [total.submit(batch).result() for batch in batches(3)])()


@way(made={"batches": 3, "total": 3}, used={("total", "rows", "batches")})
def generated_async(kit: Kit) -> Any:
    @kit.task
    async def batches(n: int) -> Any:
        for i in range(n):
            yield [i + 0.5, i + 1.5]

    @kit.task
    def total(rows: list[float]) -> float:
        return sum(rows) * 1.125

    async def body() -> Any:
        return [total.submit(batch).result() async for batch in batches(3)]

    return asyncio.run(kit.outer(body)())
