"""The contract, for every kind of place."""

from __future__ import annotations

import shutil
import uuid
from pathlib import Path

import fsspec
import pytest

from bridge.domain.ports import Store
from bridge.store import open_store
from bridge.testing.servers import S3
from bridge.testing.store import StoreContract
from bridge.testing.sweeping import SweptStoreContract


class _OnDisk(StoreContract, SweptStoreContract):
    def damage(self, store: Store, key: str, data: bytes | None) -> None:
        path = Path(store.url) / key
        path.unlink()
        if data is not None:
            path.write_bytes(data)


class TestFolder(_OnDisk):
    @pytest.fixture
    def store(self, tmp_path: Path) -> Store:
        return open_store(str(tmp_path / "not" / "yet"), staging=tmp_path / "scratch")


class TestFolderWithNotes(_OnDisk):
    """What was hashed is not hashed again."""

    @pytest.fixture
    def store(self, tmp_path: Path) -> Store:
        return open_store(str(tmp_path / "store"), staging=tmp_path / "scratch", verified=tmp_path / "verified")


class TestFileUrl(_OnDisk):
    @pytest.fixture
    def store(self, tmp_path: Path) -> Store:
        return open_store(f"file://{tmp_path}/store", staging=tmp_path / "scratch")


class TestMemory(StoreContract, SweptStoreContract):
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


class TestFarAwayWithCopies(_OnDisk):
    """The remote path with copies of objects on this machine."""

    @pytest.fixture
    def store(self, tmp_path: Path) -> Store:
        from bridge.store.blobs import BlobStore
        from bridge.store.cached import CachedObjects
        from bridge.store.remote import RemoteObjects

        far = RemoteObjects(str(tmp_path / "store"), tmp_path / "scratch")
        return BlobStore(CachedObjects(far, tmp_path / "cache", 64 << 20), tmp_path / "scratch")

    def damage(self, store: Store, key: str, data: bytes | None) -> None:
        super().damage(store, key, data)
        shutil.rmtree(Path(store.url).with_name("cache"), ignore_errors=True)


@pytest.mark.matrix
class TestS3(StoreContract, SweptStoreContract):
    """A real S3 server, reached as users reach one: by URL, with botocore's environment."""

    RESOLUTION = 1.1

    @pytest.fixture
    def store(self, s3: S3, tmp_path: Path) -> Store:
        places = {"staging": tmp_path / "scratch", "cache": tmp_path / "cache"}
        return open_store(f"s3://{s3.bucket}/{uuid.uuid4().hex}", **places, cache_limit=1 << 30)

    def damage(self, store: Store, key: str, data: bytes | None) -> None:
        store._objects.drop([key])  # type: ignore[attr-defined]
        fs, root = fsspec.core.url_to_fs(store.url)
        if data is None:
            fs.rm_file(f"{root}/{key}")
        else:
            fs.pipe_file(f"{root}/{key}", data)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("changed", "url", "says"),
    [
        ({"AWS_SECRET_ACCESS_KEY": "wrong-and-secret"}, "s3://bridge/store", "s3://bridge/store"),
        ({"AWS_ENDPOINT_URL": "http://127.0.0.1:9"}, "s3://bridge/store", "s3://bridge/store"),
    ],
    ids=["wrong key", "nobody there"],
)
def test_an_s3_that_does_not_take_it_is_named_without_its_secrets(
    s3: S3, changed: dict[str, str], url: str, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bridge.domain.errors import StoreError

    for name, value in changed.items():
        monkeypatch.setenv(name, value)
    fsspec.get_filesystem_class("s3").clear_instance_cache()
    with pytest.raises(StoreError, match=says) as caught:
        open_store(url, staging=tmp_path).check()
    assert "secret" not in str(caught.value)
    fsspec.get_filesystem_class("s3").clear_instance_cache()
