"""Prefect's result store for one task run whose results are found by content.

A result that is said to exist is one whose value has been read: with Prefect's own store, a value that cannot be read
after all fails the task. Here a forgotten version, a missing or damaged blob or junk in the record mean that the task
runs.
"""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import anyio.to_thread
from prefect.filesystems import NullFileSystem
from prefect.locking.filesystem import FileSystemLockManager
from prefect.results import ResultRecord, ResultRecordMetadata, ResultStore  # type: ignore[attr-defined]
from pydantic import PrivateAttr

from bridge.cache.pointer import Pointer
from bridge.domain.errors import BridgeError, CatalogError
from bridge.flows.caching.decision import Caching
from bridge.flows.caching.leases import leases
from bridge.flows.caching.serializer import BridgeSerializer, keepers
from bridge.flows.caching.waiting import computing
from bridge.workspace.guard import warn_once


class FoundByContent(ResultStore):
    """The result store of one task run: made from Prefect's, which goes on to serve what the task itself calls."""

    _outer: ResultStore = PrivateAttr()
    _run: str = PrivateAttr()
    _task: str = PrivateAttr()
    _caching: Caching = PrivateAttr()
    _found: ResultRecord[Any] | None = PrivateAttr(default=None)

    @classmethod
    def around(cls, outer: ResultStore, caching: Caching, *, run: str, task: str, **changed: Any) -> FoundByContent:
        """The same store for one task run.

        Args:
            outer: Prefect's.
            caching: What is known of the run's key; is told what is decided.
            run: The task run's id.
            task: The task's name.
            changed: Fields that are another's than Prefect's.
        """
        fields = {name: getattr(outer, name) for name in ResultStore.model_fields}
        # Prefect keeps values in memory under their keys; one that is changed in place there would be found changed.
        fields |= {"cache_result_in_memory": False, **changed}
        made = cls.model_construct(**fields)
        made._outer, made._caching, made._run, made._task = outer, caching, run, task
        return made

    def exists(self, key: str) -> bool:
        """Whether there is a result under a key that can be used."""
        while not self._look(key):
            if self._run not in keepers:
                return False
            if computing.claim(key, self._run):
                if not self._look(key):  # the one before may have ended in between
                    return False
                computing.end(self._run)
                return True
            computing.wait(key)
        return True

    async def aexists(self, key: str) -> bool:
        """The same for async tasks: read in a thread."""
        while not await anyio.to_thread.run_sync(self._look, key):
            if self._run not in keepers:
                return False
            if computing.claim(key, self._run):
                if not await anyio.to_thread.run_sync(self._look, key):
                    return False
                computing.end(self._run)
                return True
            await computing.wait_async(key)
        return True

    def read(self, key: str, holder: str | None = None) -> ResultRecord[Any]:
        """What `exists` has found."""
        return self._found if self._found is not None else super().read(key, holder)

    async def aread(self, key: str, holder: str | None = None) -> ResultRecord[Any]:
        """What `aexists` has found."""
        return self._found if self._found is not None else await super().aread(key, holder)

    def _look(self, key: str) -> bool:
        caching = self._caching
        try:
            metadata, result = self._record(key)
        except CatalogError as error:
            warn_once("cache", f"bridge: the cache could not be asked, so tasks run: {error}")
            caching.decision, caching.why = "miss", str(error)
            return False
        except Exception:  # noqa: BLE001 - each of Prefect's file systems says in its own way that nothing is there
            caching.decision = "miss"
            return False
        try:
            return self._use(metadata, result)
        except Exception as error:  # noqa: BLE001 - whatever cannot be read is computed anew
            caching.decision, caching.why = "damaged", str(error)
            warn_once(
                f"cache {self._task}",
                f"bridge: a kept result of task {self._task!r} cannot be used, so the task runs: {error}",
            )
            return False

    def _record(self, key: str) -> tuple[bytes, bytes | None]:
        """The record under a key; in two parts if its user keeps keys and results apart."""
        storage: Any = self.result_storage
        if self.metadata_storage is None or isinstance(self.metadata_storage, NullFileSystem):
            return storage.read_path(key, _sync=True), None
        metadata: bytes = self.metadata_storage.read_path(key, _sync=True)  # type: ignore[call-arg,assignment]
        place = ResultRecordMetadata.load_bytes(metadata).storage_key
        return metadata, storage.read_path(place, _sync=True)

    def _use(self, metadata: bytes, result: bytes | None) -> bool:
        record: Any = _Unread.model_validate_json(metadata) if result is None else None
        facts = record.metadata if result is None else ResultRecordMetadata.load_bytes(metadata)
        blob = record.result.encode() if result is None else result
        if facts.expiration is not None and facts.expiration <= datetime.now(timezone.utc):
            self._caching.decision = "expired"
            return False
        if isinstance(facts.serializer, BridgeSerializer):
            pointer = Pointer.read(blob)
            self._caching.computed_by = pointer.step
            self._caching.found = tuple((part.slot, part.ref) for part in pointer.parts)
        value = facts.serializer.loads(blob)
        self._found = ResultRecord(metadata=facts, result=value)
        self._found.mark_persisted()
        self._caching.decision, self._caching.why = "hit", None
        return True

    def persist_result_record(self, result_record: ResultRecord[Any], holder: str | None = None) -> None:
        """Keep a record; what keeps it from being kept is told once, and the task goes on."""
        try:
            if self._is_to_be_kept(result_record):
                super().persist_result_record(result_record, holder)
        except Exception as error:  # noqa: BLE001 - Prefect would roll the task back
            self._say(error)

    async def apersist_result_record(self, result_record: ResultRecord[Any], holder: str | None = None) -> None:
        """The same for async tasks."""
        try:
            if self._is_to_be_kept(result_record):
                await super().apersist_result_record(result_record, holder)
        except Exception as error:  # noqa: BLE001 - as above
            self._say(error)

    def _is_to_be_kept(self, record: ResultRecord[Any]) -> bool:
        """Not of a failure, and not None where a setting asks for caching: such tasks are there for what they do."""
        return not self._caching.failed and (record.result is not None or not self._caching.implied)

    def _say(self, error: Exception) -> None:
        cause = error if isinstance(error, BridgeError) or error.__cause__ is None else error.__cause__
        warn_once(
            f"keeping {self._task}",
            f"bridge: the result of task {self._task!r} is not found again, so it will be computed again: {cause}",
        )

    def acquire_lock(self, key: str, holder: str | None = None, timeout: float | None = None) -> bool:
        """Take a lock, which ends with this process."""
        if isinstance(self.lock_manager, FileSystemLockManager) and holder is not None:
            return leases.acquire(self.lock_manager, key, holder, timeout)
        return super().acquire_lock(key, holder, timeout)

    async def aacquire_lock(self, key: str, holder: str | None = None, timeout: float | None = None) -> bool:
        """The same for async tasks."""
        if isinstance(self.lock_manager, FileSystemLockManager) and holder is not None:
            return await leases.aacquire(self.lock_manager, key, holder, timeout)
        return await super().aacquire_lock(key, holder, timeout)

    def release_lock(self, key: str, holder: str | None = None) -> None:
        """Let go of a lock."""
        if isinstance(self.lock_manager, FileSystemLockManager) and holder is not None:
            leases.release(self.lock_manager, key, holder)
        else:
            super().release_lock(key, holder)

    def update_for_task(self, task: Any, *arguments: Any, **options: Any) -> Any:
        """For a task that this one calls: as if this were Prefect's own."""
        return self._outer.update_for_task(task, *arguments, **options)

    async def aupdate_for_task(self, task: Any) -> Any:
        """The same."""
        return await self._outer.aupdate_for_task(task)

    def update_for_flow(self, flow: Any, *arguments: Any, **options: Any) -> Any:
        """For a flow that this task calls."""
        return self._outer.update_for_flow(flow, *arguments, **options)

    async def aupdate_for_flow(self, flow: Any) -> Any:
        """The same."""
        return await self._outer.aupdate_for_flow(flow)

    def model_dump(self, **options: Any) -> dict[str, Any]:
        """What goes to another process with the task's context."""
        return self._outer.model_dump(**options)


class _Unread(ResultRecord[str]):
    """A record whose result has not been read."""
