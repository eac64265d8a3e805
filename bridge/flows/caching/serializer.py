"""Prefect's results as pointers: the serializer of type `bridge`.

The bytes of a value are in the store once, whoever keeps the result: what Prefect writes says which versions it is.
Prefect knows the class when flows are imported; what it needs is loaded with the first value.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol
from weakref import WeakValueDictionary

from prefect.context import FlowRunContext, TaskRunContext
from prefect.serializers import Serializer
from pydantic import Field, PrivateAttr

from bridge.domain.errors import BridgeError
from bridge.domain.naming import output_name

if TYPE_CHECKING:
    from bridge.cache.pointer import Pointer
    from bridge.domain.version import Version
    from bridge.workspace import Workspace


class Keeper(Protocol):
    """A task run whose result is to be kept."""

    def keep(self, value: Any) -> Sequence[tuple[str, Version]]:
        """Save a result and write its step down, once; its versions, by slot."""


keepers: WeakValueDictionary[str, Keeper] = WeakValueDictionary()
"""Task runs of this process whose results become pointers, by id."""


class BridgeSerializer(Serializer):  # not of [Any]: Prefect registers every class by its type
    """Values go to bridge's store, and Prefect keeps a pointer: `result_serializer="bridge"`.

    Within a bridge task the pointer leads to the versions that the task's results become anyway. Elsewhere the value
    is saved as the next version of `<flow>/<task>`, or of `<flow>`.

    >>> from prefect.serializers import Serializer
    >>> Serializer(type="bridge")
    BridgeSerializer(type='bridge')
    """

    type: str = Field(default="bridge", frozen=True)
    _run: str | None = PrivateAttr(default=None)

    def of_run(self, run_id: str) -> BridgeSerializer:
        """The same for one task run: what it writes are that run's results, whenever it is asked to."""
        mine = BridgeSerializer()
        mine._run = run_id
        return mine

    @property
    def is_of_run(self) -> bool:
        """Whether it is one task run's already."""
        return self._run is not None

    def dumps(self, obj: Any) -> bytes:
        """Save a value, and say where it is.

        Raises:
            BridgeError: If it could not be saved: Prefect then keeps no record of it.
        """
        from bridge.workspace import current

        return self._pointer(obj, current()).text().encode()

    def _pointer(self, value: Any, workspace: Workspace) -> Pointer:
        from bridge.cache.pointer import Pointer

        keeper = keepers.get(self._run) if self._run is not None else None
        task = TaskRunContext.get()
        name = task.task.name if task is not None else ""
        if keeper is not None:
            made = keeper.keep(value)
        else:
            made = [] if value is None else [("", workspace.save(value, _name(name)))]
        pointer = Pointer.to(value, made, task=name, step=self._run if keeper is not None else None)
        if pointer is None:
            raise BridgeError(
                f"The result of task {name!r} is no artifact, or could not be stored, so that no record of it is kept."
            )
        return pointer

    def loads(self, blob: bytes) -> Any:
        """The value that a pointer leads to.

        Raises:
            CacheRecordError: If it is no pointer, or the version was forgotten.
            BridgeError: If the bytes are gone or damaged.
        """
        from bridge.cache.pointer import Pointer
        from bridge.workspace import current

        return Pointer.read(blob).load(current())


def _name(task: str) -> str:
    context = FlowRunContext.get()
    flow = context.flow.name if context is not None and context.flow is not None else None
    return output_name(flow, task) if task else (flow or "results")
