"""The task runners of the matrix, by name; clusters are shared by the cells of a column."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

RUNNERS = ("threads", "processes", "dask", "ray")


@contextmanager
def started(name: str, *, workers: int | None = None) -> Iterator[Callable[[], Any]]:
    """Give what makes a task runner, with the cluster that it needs; with so many workers, or as few as do."""
    with {"threads": _threads, "processes": _processes, "dask": _dask, "ray": _ray}[name](workers) as make:
        yield make


@contextmanager
def _threads(workers: int | None) -> Iterator[Callable[[], Any]]:
    from prefect.task_runners import ThreadPoolTaskRunner

    yield lambda: ThreadPoolTaskRunner(max_workers=workers or 4)


@contextmanager
def _processes(workers: int | None) -> Iterator[Callable[[], Any]]:
    from prefect.task_runners import ProcessPoolTaskRunner

    yield lambda: ProcessPoolTaskRunner(max_workers=workers or 1)


@contextmanager
def _dask(workers: int | None) -> Iterator[Callable[[], Any]]:
    from distributed import LocalCluster
    from prefect_dask import DaskTaskRunner

    logging.getLogger("distributed").setLevel(logging.ERROR)
    n = workers or 2
    with LocalCluster(n_workers=n, threads_per_worker=1, processes=True, dashboard_address=None) as cluster:
        yield lambda: DaskTaskRunner(address=cluster.scheduler_address)


@contextmanager
def _ray(workers: int | None) -> Iterator[Callable[[], Any]]:
    os.environ.update(RAY_USAGE_STATS_ENABLED="0", RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO="0")
    import ray
    from prefect_ray import RayTaskRunner

    ray.init(
        num_cpus=workers or 2,
        include_dashboard=False,
        log_to_driver=False,
        object_store_memory=200 << 20,
        configure_logging=False,
        namespace="prefect",
    )
    try:
        yield RayTaskRunner
    finally:
        ray.shutdown()
