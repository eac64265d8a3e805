"""Where records of results lie: the catalog, seen as one of Prefect's file systems."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Any

import anyio.to_thread
from prefect.filesystems import WritableFileSystem

from bridge.cache import pointer
from bridge.workspace import current

FOLDER = PurePosixPath(pointer.FOLDER)


class CatalogRecords(WritableFileSystem):
    """Records of results in the catalog of the workspace: whoever shares the workspace finds them.

    >>> CatalogRecords().storage_key("content-ab")
    'bridge-catalog/content-ab'
    """

    _block_type_name = "bridge Catalog"
    _block_type_slug = "bridge-catalog"

    def storage_key(self, key: str) -> str:
        """The name under which a record is kept that is found by a key."""
        return str(self._resolve_path(key))

    def _resolve_path(self, path: str) -> PurePosixPath:
        """What Prefect asks its own file systems for: the place of a record; saying it twice is saying it once."""
        return PurePosixPath(path) if path.startswith(f"{FOLDER}/") else FOLDER / path

    def read_path(self, path: str, **_: Any) -> bytes:  # type: ignore[override]  # Prefect's own may be either too
        """The record at a path.

        Raises:
            ValueError: If there is none.
            CatalogError: If the catalog cannot be read.
        """
        data = current().catalog.result(self.storage_key(path))
        if data is None:
            raise ValueError(f"No record of a result is kept at {path!r}.")
        return data

    async def aread_path(self, path: str) -> bytes:
        """The same, for async tasks."""
        return await anyio.to_thread.run_sync(self.read_path, path)

    def write_path(self, path: str, content: bytes, **_: Any) -> None:  # type: ignore[override]  # as above
        """Keep a record.

        Raises:
            CatalogError: If the catalog does not take it.
        """
        current().catalog.put_result(self.storage_key(path), content)

    async def awrite_path(self, path: str, content: bytes) -> None:
        """The same, for async tasks."""
        await anyio.to_thread.run_sync(self.write_path, path, content)
