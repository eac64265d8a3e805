"""What MLflow asks for the data of a data set that bridge logged: an `mlflow.dataset_source`, by entry point.

MLflow imports it, while it imports its own `mlflow.data`: nothing else does.
"""

from __future__ import annotations

from importlib.metadata import entry_points
from typing import Any

from mlflow.data.dataset_source import DatasetSource

from bridge.domain.errors import BridgeError, TrackingError
from bridge.tracking.datasets import SOURCE_TYPE

READERS = "bridge.readers"
"""Entry points that load a version by selector and digest: the workspace is a floor above."""


class VersionSource(DatasetSource):
    """A version in bridge's store.

    Args:
        selector: Name and number.
        digest: The whole digest of its content.
        store: Where its bytes are, without a password.
    """

    def __init__(self, selector: str, digest: str, store: str) -> None:
        self.selector, self.digest, self.store = selector, digest, store

    @property
    def uri(self) -> str:
        """The selector."""
        return self.selector

    def load(self, **_: Any) -> Any:
        """The value, as `bridge.load` gives it; only if its content is what the run used or made.

        Raises:
            TrackingError: If this workspace does not have it; says where it is.
        """
        reader = next(iter(entry_points(group=READERS)), None)
        if reader is None:
            raise TrackingError(self.store, "nothing installed here reads versions of bridge; install prefect-bridge")
        try:
            return reader.load()(self.selector, self.digest)
        except LookupError as error:
            why = f"{error} {self.selector} with this content is in the store {self.store}; set BRIDGE_STORE and "
            raise TrackingError(self.store, f"{why}BRIDGE_CATALOG to its workspace's") from error

    @staticmethod
    def _get_source_type() -> str:
        return SOURCE_TYPE

    @staticmethod
    def _can_resolve(raw_source: Any) -> bool:
        return isinstance(raw_source, VersionSource)

    @classmethod
    def _resolve(cls, raw_source: Any) -> VersionSource:
        if not isinstance(raw_source, VersionSource):
            raise BridgeError(f"{raw_source!r} is no version of bridge; log results of tasks, or bridge.save() first.")
        return raw_source

    def to_dict(self) -> dict[str, str]:
        """What `from_dict` reads."""
        return {"selector": self.selector, "digest": self.digest, "store": self.store}

    @classmethod
    def from_dict(cls, source_dict: Any) -> VersionSource:
        """Read what `to_dict` gives."""
        return cls(*(str(source_dict.get(name, "")) for name in ("selector", "digest", "store")))
