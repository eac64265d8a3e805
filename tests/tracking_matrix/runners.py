"""The task runners of the matrix, for processes that share a cluster: its address is in their environment."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

RUNNERS = ("threads", "processes", "dask", "ray")
ADDRESS = "TRACKING_MATRIX_CLUSTER"


def made(name: str) -> Any:
    """A task runner, on the cluster that is there."""
    if name == "threads":
        from prefect.task_runners import ThreadPoolTaskRunner

        return ThreadPoolTaskRunner(max_workers=4)
    if name == "processes":
        from prefect.task_runners import ProcessPoolTaskRunner

        return ProcessPoolTaskRunner(max_workers=2)
    if name == "dask":
        from prefect_dask import DaskTaskRunner

        return DaskTaskRunner(address=os.environ[ADDRESS])
    from prefect_ray import RayTaskRunner

    return RayTaskRunner(address=os.environ[ADDRESS])


@contextmanager
def cluster(name: str) -> Iterator[str]:
    """Run the cluster that a runner needs; its workers have the environment of this process. Gives its address."""
    if name == "dask":
        from distributed import LocalCluster

        logging.getLogger("distributed").setLevel(logging.CRITICAL)
        with LocalCluster(n_workers=3, threads_per_worker=2, processes=True, dashboard_address=None) as dask:
            yield dask.scheduler_address
    elif name == "ray":
        with _ray() as address:
            yield address
    else:
        yield ""


@contextmanager
def _ray() -> Iterator[str]:
    os.environ.update(RAY_USAGE_STATS_ENABLED="0", RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO="0")
    import ray

    here = ray.init(
        num_cpus=5,
        include_dashboard=False,
        log_to_driver=False,
        object_store_memory=200 << 20,
        configure_logging=False,
    )
    try:
        yield here.address_info["address"]
    finally:
        ray.shutdown()
