"""The ways in which tasks are run, as far as tracking sees them: each a small flow, and what must be in which run.

A way is run in the process of its column. What ends a process (`crash`, `cancel` ...) is in `endings.py`.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.tracking_matrix.work import logged


@dataclass(frozen=True)
class Kit:
    """What a way is run with.

    Args:
        flow: Prefect's decorator, or bridge's.
        task: Prefect's decorator, or bridge's.
        runner: Makes a task runner.
        name: The outermost flow's name; others are `<name>-<suffix>`.
        folder: For files.
    """

    flow: Any
    task: Any
    runner: Callable[[], Any]
    name: str
    folder: Path

    def outer(self, fn: Any, suffix: str = "", **options: Any) -> Any:
        """The way's flow, or another one of it."""
        return self.flow(name=f"{self.name}{suffix}", task_runner=self.runner(), **options)(fn)


@dataclass(frozen=True)
class Way:
    """A way, and what must be found of it.

    Args:
        run: Runs it.
        marks: What is logged in the run of which flow: the marks of `work.logged`, by the suffix of the flow's name.
        statuses: Of the flows' runs, by suffix, where it is not FINISHED; None for any that is an end.
        failed: Marks whose own run ends as FAILED.
        tries: How often a mark is logged, where it is not once.
        others: Names of further runs that may be there, below the flow's.
        not_on: Task runners that cannot do it.
    """

    run: Callable[[Kit], Any]
    marks: Mapping[str, tuple[str, ...]]
    statuses: Mapping[str, str | None] = field(default_factory=dict)
    failed: frozenset[str] = frozenset()
    tries: Mapping[str, int] = field(default_factory=dict)
    others: frozenset[str] = frozenset()
    not_on: tuple[str, ...] = ()


WAYS: dict[str, Way] = {}


def way(*marks: str, **more: Any) -> Callable[[Callable[[Kit], Any]], Callable[[Kit], Any]]:
    """Add a way."""

    def add(run: Callable[[Kit], Any]) -> Callable[[Kit], Any]:
        WAYS[run.__name__] = Way(run, **{"marks": {"": marks}, **more})
        return run

    return add


@way("a", "b")
def direct(kit: Kit) -> None:
    step = kit.task(logged)
    kit.outer(lambda: [step("a"), step("b")])()


@way("a", "b")
def submit(kit: Kit) -> None:
    step = kit.task(logged)
    kit.outer(lambda: [future.result() for future in (step.submit("a"), step.submit("b"))])()


@way("a", "b", "c", "d")
def map(kit: Kit) -> None:
    step = kit.task(logged)
    kit.outer(lambda: step.map(["a", "b", "c", "d"]).result())()


@way("a", "b", "c")
def async_tasks(kit: Kit) -> None:
    @kit.task
    async def step(mark: str) -> None:
        await asyncio.sleep(0)
        logged(mark)

    async def body() -> None:
        submitted = step.submit("c")
        await asyncio.gather(step("a"), step("b"))
        submitted.result()

    asyncio.run(kit.outer(body)())


@way(marks={"": ("a", "c"), "-inner": ("b",)})
def nested_flow(kit: Kit) -> None:
    step = kit.task(logged)
    inner = kit.outer(lambda: step.submit("b").result(), "-inner")

    def body() -> None:
        step.submit("a").result()
        inner()
        step.submit("c").result()

    kit.outer(body)()


@way("a", "b")
def nested_task(kit: Kit) -> None:
    inner = kit.task(logged)

    @kit.task
    def step() -> None:
        inner("b")
        logged("a")

    kit.outer(lambda: step.submit().result())()


@way(marks={"-left": ("a", "b"), "-right": ("c", "d")}, not_on=("ray",))  # the first to end shuts Ray down for both
def side_by_side(kit: Kit) -> None:
    step = kit.task(logged)

    def flow(suffix: str, marks: list[str]) -> Any:
        async def body() -> None:
            await asyncio.to_thread(lambda: None)
            for future in step.map(marks):
                await asyncio.to_thread(future.wait)
                future.result()

        return kit.outer(body, suffix)

    async def both() -> None:
        await asyncio.gather(flow("-left", ["a", "b"])(), flow("-right", ["c", "d"])())

    asyncio.run(both())


@way("a", "b", "c", others=frozenset({"turn-a", "turn-b", "turn-c"}))
def taking_turns(kit: Kit) -> None:
    """Async tasks that wait for each other within runs of their own."""

    @kit.task
    async def step(mark: str) -> None:
        import mlflow

        logged(mark)
        with mlflow.start_run(run_name=f"turn-{mark}", nested=True):
            for _ in range(3):
                await asyncio.sleep(0.01)
                mlflow.log_metric(f"turn-{mark}", 1.0)

    async def body() -> None:
        await asyncio.gather(*(step(mark) for mark in "abc"))

    asyncio.run(kit.outer(body)())


@way("a", tries={"a": 2})
def retry(kit: Kit) -> None:
    marker = kit.folder / "tried"

    @kit.task(retries=1, retry_delay_seconds=0)
    def step() -> None:
        logged("a")
        if not marker.exists():
            marker.touch()
            raise ValueError("the first time")

    kit.outer(lambda: step.submit().result())()


@way("a", "b", tries={"a": 2, "b": 2})
def flow_retry(kit: Kit) -> None:
    marker = kit.folder / "tried"
    step = kit.task(logged)

    def body() -> None:
        step.submit("a").result()
        logged("b")
        if not marker.exists():
            marker.touch()
            raise ValueError("the first time")

    kit.outer(body, retries=1)()


@way("a", "b", statuses={"": "FAILED"}, failed=frozenset({"b"}))
def failure(kit: Kit) -> None:
    step = kit.task(logged)

    @kit.task
    def bad() -> None:
        def raises() -> None:
            raise ValueError("in its own run")

        logged("b", then=raises)

    def body() -> None:
        step.submit("a").result()
        bad.submit().result()

    kit.outer(body)(return_state=True)


@way("a", statuses={"": "FAILED"}, others=frozenset({"timed-out"}))
def timeout(kit: Kit) -> None:
    step = kit.task(logged)

    @kit.task(timeout_seconds=3)
    async def slow() -> None:
        import mlflow

        with mlflow.start_run(run_name="timed-out", nested=True):
            await asyncio.sleep(60)

    def body() -> None:
        step.submit("a").result()
        slow.submit().result()

    kit.outer(body)(return_state=True)


@way("a", "b", others=frozenset({"unended"}))
def unended(kit: Kit) -> None:
    """A user's own run, started without `with` and never ended."""

    @kit.task
    def step() -> None:
        import mlflow

        logged("a")
        mlflow.start_run(run_name="unended", nested=True)
        mlflow.log_metric("unended", 1.0)

    after = kit.task(logged)

    def body() -> None:
        step.submit().result()
        after.submit("b").result()  # on the same thread, if there is one

    kit.outer(body)()


@way("a", not_on=("threads",), statuses={"": None}, others=frozenset({"b", "b-after", "own-b"}))
def worker_killed(kit: Kit) -> None:
    """The process of a task is killed the first time; some runners then try again."""
    marker, step = kit.folder / "killed", kit.task(logged)

    def kill() -> None:
        if not marker.exists():
            marker.touch()
            os.kill(os.getpid(), signal.SIGKILL)

    @kit.task
    def dies() -> None:
        logged("b", fit=False, then=kill)

    def body() -> None:
        step.submit("a").result()
        dies.submit().result()

    kit.outer(body)(return_state=True)
