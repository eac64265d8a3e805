"""The key of Prefect's default cache policy, computed without a copy of the inputs.

Prefect pickles every input of a task into memory and hashes that with MD5, also where nothing is persisted: 1.5 s for
a task that receives 500 MB. The key holds the run's id, so it never matches another run's, and may be computed another
way as long as it tells apart what Prefect's tells apart. Here the same pickle is hashed while it is written, and
buffers are hashed where they lie. A policy that the user chose keeps its keys.
"""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from typing import Any

import cloudpickle
from blake3 import blake3
from prefect.cache_policies import DEFAULT, INPUTS, RUN_ID, STABLE_TRANSFORMS, TASK_SOURCE, CachePolicy
from prefect.context import TaskRunContext
from prefect.serializers import JSONSerializer
from prefect.utilities.annotations import NotSet

_JSON = JSONSerializer(dumps_kwargs={"sort_keys": True})


def is_by_default(task: Any) -> bool:
    """Whether a task has Prefect's default policy because the user chose none.

    >>> from prefect import task
    >>> is_by_default(task(abs)), is_by_default(task(abs, cache_policy=DEFAULT)), is_by_default(task(abs, retries=1))
    (True, False, True)
    """
    return task.cache_policy is DEFAULT and getattr(task, "_user_cache_policy", None) is NotSet


def default_key(context: TaskRunContext, inputs: Mapping[str, Any]) -> str | None:
    """A key that is equal where Prefect's default key is.

    Args:
        context: Of the task run.
        inputs: The task's parameters, resolved.

    Raises:
        Exception: Whatever keeps an input from being hashed; Prefect's own key then says it in Prefect's words.
    """
    return _POLICY.compute_key(task_ctx=context, inputs=dict(inputs), flow_parameters={})


class StreamedInputs(CachePolicy):
    """Prefect's `INPUTS`: hashed as JSON if they are, else as they are pickled."""

    def compute_key(
        self, task_ctx: TaskRunContext, inputs: dict[str, Any], flow_parameters: dict[str, Any], **kwargs: Any
    ) -> str | None:
        """A key for these inputs; None if there are none."""
        if not inputs:
            return None
        as_json = _json_digest(inputs)
        if as_json is not None:
            return as_json
        INPUTS.compute_key(task_ctx, {"": None}, flow_parameters)  # fills the table with what is imported by now
        stable = {name: STABLE_TRANSFORMS.get(type(value), _itself)(value) for name, value in inputs.items()}
        return streamed_digest(stable)


def _json_digest(inputs: Mapping[str, Any]) -> str | None:
    """Prefect tells a tuple from a list, or a dataclass from its dictionary, only where it has to pickle them."""
    try:
        return "json:" + blake3(_JSON.dumps(inputs)).hexdigest()
    except Exception:  # noqa: BLE001 - as Prefect asks it
        return None


def streamed_digest(value: Any) -> str:
    """BLAKE3 of a value's pickle, of which no more than a frame is in memory at a time.

    Buffers that a type hands out (numpy, pandas, Arrow) are not copied. As in any pickle, the same object twice is not
    the same as two equal ones.

    Raises:
        Exception: What pickling the value raises.

    >>> streamed_digest({"a": [1, 2]}) == streamed_digest({"a": [1, 2]}) != streamed_digest({"a": (1, 2)})
    True
    """
    sink = _Hashing()
    buffers: list[pickle.PickleBuffer] = []
    cloudpickle.Pickler(sink, protocol=5, buffer_callback=buffers.append).dump(value)
    for buffer in buffers:
        raw = buffer.raw()
        sink.write(raw.nbytes.to_bytes(8, "little"))
        sink.write(raw)
    return sink.hash.hexdigest()


class _Hashing:
    """A file that only hashes."""

    def __init__(self) -> None:
        self.hash = blake3()

    def write(self, data: Any) -> int:
        self.hash.update(data)
        return len(data)


def _itself(value: Any) -> Any:
    return value


_POLICY = StreamedInputs() + TASK_SOURCE + RUN_ID
