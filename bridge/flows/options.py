"""The options of Prefect's decorators, for type checkers only: nothing here is imported when code runs."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from typing import Any, TypedDict

from prefect.assets import Asset
from prefect.cache_policies import CachePolicy
from prefect.context import TaskRunContext
from prefect.futures import PrefectFuture
from prefect.results import ResultSerializer, ResultStorage
from prefect.task_runners import TaskRunner
from prefect.utilities.annotations import NotSet


class TaskOptions(TypedDict, total=False):
    """What `prefect.task` takes."""

    name: str | None
    description: str | None
    tags: Iterable[str] | None
    version: str | None
    cache_policy: CachePolicy | type[NotSet]
    cache_key_fn: Callable[[TaskRunContext, dict[str, Any]], str | None] | None
    cache_expiration: datetime.timedelta | None
    task_run_name: str | Callable[..., str] | None
    retries: int | None
    retry_delay_seconds: float | int | list[float] | Callable[[int], list[float]] | None
    retry_jitter_factor: float | None
    persist_result: bool | None
    result_storage: ResultStorage | None
    result_storage_key: str | None
    result_serializer: ResultSerializer | None
    cache_result_in_memory: bool
    timeout_seconds: int | float | None
    log_prints: bool | None
    refresh_cache: bool | None
    on_completion: list[Callable[..., Any]] | None
    on_failure: list[Callable[..., Any]] | None
    on_running: list[Callable[..., Any]] | None
    retry_condition_fn: Callable[..., Any] | None
    viz_return_value: Any
    asset_deps: list[str | Asset] | None


class FlowOptions(TypedDict, total=False):
    """What `prefect.flow` takes."""

    name: str | None
    version: str | None
    flow_run_name: Callable[[], str] | str | None
    retries: int | None
    retry_delay_seconds: int | float | None
    task_runner: TaskRunner[PrefectFuture[Any]] | None
    description: str | None
    timeout_seconds: int | float | None
    validate_parameters: bool
    persist_result: bool | None
    result_storage: ResultStorage | None
    result_serializer: ResultSerializer | None
    cache_result_in_memory: bool
    log_prints: bool | None
    on_completion: list[Callable[..., Any]] | None
    on_failure: list[Callable[..., Any]] | None
    on_cancellation: list[Callable[..., Any]] | None
    on_crashed: list[Callable[..., Any]] | None
    on_running: list[Callable[..., Any]] | None
