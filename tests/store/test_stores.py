"""The contract, for every kind of place."""

from __future__ import annotations

import uuid
from pathlib import Path

import fsspec
import pytest

from bridge.domain.ports import Store
from bridge.store import open_store
from bridge.testing.store import StoreContract


class _OnDisk(StoreContract):
    def damage(self, store: Store, key: str, data: bytes | None) -> None:
        path = Path(store.url) / key
        path.unlink()
        if data is not None:
            path.write_bytes(data)


class TestFolder(_OnDisk):
    @pytest.fixture
    def store(self, tmp_path: Path) -> Store:
        return open_store(str(tmp_path / "not" / "yet"), staging=tmp_path / "scratch")


class TestFileUrl(_OnDisk):
    @pytest.fixture
    def store(self, tmp_path: Path) -> Store:
        return open_store(f"file://{tmp_path}/store", staging=tmp_path / "scratch")


class TestMemory(StoreContract):
    @pytest.fixture
    def store(self, tmp_path: Path) -> Store:
        return open_store(f"memory://{uuid.uuid4().hex}/store", staging=tmp_path / "scratch")

    def damage(self, store: Store, key: str, data: bytes | None) -> None:
        fs, root = fsspec.core.url_to_fs(store.url)
        if data is None:
            fs.rm_file(f"{root}/{key}")
        else:
            fs.pipe_file(f"{root}/{key}", data)


class TestFolderThroughFsspec(_OnDisk):
    """The remote path over a real disk, where names, moves and times behave as on SFTP."""

    @pytest.fixture
    def store(self, tmp_path: Path) -> Store:
        from bridge.store.blobs import BlobStore
        from bridge.store.remote import RemoteObjects

        return BlobStore(RemoteObjects(str(tmp_path / "store"), tmp_path / "scratch"), tmp_path / "scratch")
