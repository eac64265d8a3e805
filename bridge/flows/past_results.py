"""Results that Prefect has kept in a folder, and which task runs of a server they are of."""

from __future__ import annotations

import base64
import importlib
import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bridge.domain.errors import BridgeError, UnreadableError
from bridge.domain.run import Run

_COMPRESSION = frozenset({"lzma", "gzip", "bz2", "zlib"})
_CLASSES = '"__class__"'
_PAGE = 200


@dataclass(frozen=True, slots=True)
class PastResult:
    """A result as it lies there.

    Args:
        serializer: Prefect's name of what wrote it: `pickle`, `json`, `compressed/pickle` …
        payload: What that wrote, not compressed.
        key: Prefect's key of it, by which its server knows it.
        prefect_version: Of the Prefect that wrote it.
    """

    serializer: str
    payload: bytes
    key: str
    prefect_version: str = ""

    @property
    def pickle(self) -> bytes | None:
        """The pickle that it is; None if it is none."""
        return base64.decodebytes(self.payload) if self.serializer.rpartition("/")[2] == "pickle" else None

    @property
    def names_classes(self) -> bool:
        """Whether reading it imports what it names."""
        return self.pickle is not None or _CLASSES in self.payload.decode("utf-8", "replace")

    def value(self) -> Any:
        """The value, as Prefect reads it, which runs what it names."""
        if not self.names_classes:
            return json.loads(self.payload)
        from prefect.serializers import Serializer

        return Serializer(type=self.serializer.rpartition("/")[2]).loads(self.payload)


@dataclass(frozen=True, slots=True)
class ResultOf:
    """The task run that a result is of, by its key in the storage, with the flow run that it belongs to."""

    key: str
    task_run_id: str
    task: str
    task_run: str
    started: datetime
    ended: datetime
    run: Run | None = None


def parse_result(data: bytes) -> PastResult:
    """Read a record that Prefect has written, without what it holds.

    Raises:
        UnreadableError: If it is none.

    >>> parse_result(b'{"metadata": {"serializer": {"type": "json"}}, "result": "[1, 2]"}').value()
    [1, 2]
    """
    try:
        told = json.loads(data)
        serializer, payload = told["metadata"]["serializer"], told["result"].encode()
        kind = str(serializer["type"])
        if kind.startswith("compressed"):
            inner = serializer.get("serializer")
            library = str(serializer.get("compressionlib", "lzma"))
            if library not in _COMPRESSION:
                raise UnreadableError("Prefect's result", f"it is compressed by {library}")
            payload = importlib.import_module(library).decompress(base64.decodebytes(payload))
            kind = f"compressed/{inner['type'] if inner else kind.rpartition('/')[2]}"
        if kind.rpartition("/")[2] not in ("json", "pickle"):
            raise UnreadableError("Prefect's result", f"the serializer {kind!r} is not known here")
        key, version = (str(told["metadata"].get(name) or "") for name in ("storage_key", "prefect_version"))
        return PastResult(kind, payload, key, version)
    except UnreadableError:
        raise
    except Exception as error:
        raise UnreadableError("Prefect's result", f"it is no record of Prefect 3 ({error})") from error


def results_of(flows: Collection[str]) -> Mapping[str, ResultOf]:
    """Which task runs results are of, by their keys, asked of the server that Prefect is set to.

    Args:
        flows: Names of flows; none for all.

    Raises:
        BridgeError: If the server does not answer.
    """
    from prefect.client.orchestration import get_client

    try:
        with get_client(sync_client=True) as client:
            # One that was found in the cache has the key of the run that made it, which is the earliest.
            found = sorted(_asked(client, flows), key=lambda one: one.started, reverse=True)
            return {one.key: one for one in found}
    except Exception as error:
        raise BridgeError(f"Prefect's server cannot be asked for its task runs: {error}.") from error


def _asked(client: Any, flows: Collection[str]) -> Iterator[ResultOf]:
    from prefect.client.schemas.filters import FlowFilter, FlowFilterName

    wanted = FlowFilter(name=FlowFilterName(any_=list(flows))) if flows else None
    runs: dict[Any, Run] = {}
    offset = 0
    while found := client.read_task_runs(flow_filter=wanted, limit=_PAGE, offset=offset):
        offset += len(found)
        for run in found:
            key = _key(run.state)
            if key is None or run.start_time is None:
                continue
            if run.flow_run_id is not None and run.flow_run_id not in runs:
                runs[run.flow_run_id] = _run(client, client.read_flow_run(run.flow_run_id))
            yield ResultOf(
                key=key,
                task_run_id=str(run.id),
                task=run.task_key.rpartition(".")[2].rpartition("-")[0] or run.task_key,
                task_run=run.name,
                started=_plain(run.start_time),
                ended=_plain(run.end_time or run.start_time),
                run=runs.get(run.flow_run_id),
            )


def _run(client: Any, run: Any) -> Run:
    started = _plain(run.start_time or run.expected_start_time or run.created)
    return Run(
        id=str(run.id),
        flow=client.read_flow(run.flow_id).name,
        name=str(run.name),
        state=str(run.state_name or "Unknown"),
        started=started,
        ended=started if run.end_time is None else _plain(run.end_time),
        parameters={name: value if _is_plain(value) else str(value)[:200] for name, value in run.parameters.items()},
    )


def _plain(moment: datetime) -> datetime:
    """Prefect's times are of a class whose differences are no plain ones."""
    return datetime.fromisoformat(moment.isoformat().replace("Z", "+00:00"))


def _is_plain(value: Any) -> bool:
    return value is None or isinstance(value, (bool, int, float, str))


def _key(state: Any) -> str | None:
    data = getattr(state, "data", None)
    key = data.get("storage_key") if isinstance(data, dict) else getattr(data, "storage_key", None)
    return str(key) if key else None


def default_storage() -> str:
    """The folder in which Prefect keeps results unless it is told otherwise."""
    from prefect.settings import PREFECT_LOCAL_STORAGE_PATH

    return str(PREFECT_LOCAL_STORAGE_PATH.value())
