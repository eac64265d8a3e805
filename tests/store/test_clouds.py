"""The contract on Google Cloud Storage and Azure, by the conventions of gcsfs's and adlfs's own tests.

Each runs where its driver is installed and its emulator is named in the environment: `make clouds` brings up both.
"""

from __future__ import annotations

import importlib.util
import os
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import fsspec
import pytest

from bridge.domain.ports import Store
from bridge.store import open_store
from bridge.store.remote import RemoteObjects
from bridge.testing.store import StoreContract, contents, noise, put

pytestmark = [
    pytest.mark.matrix,
    pytest.mark.filterwarnings("ignore:Sending a large body directly:ResourceWarning"),  # adlfs gives bytes to aiohttp
]


def _need(driver: str, variable: str) -> None:
    if importlib.util.find_spec(driver) is None:
        pytest.skip(f"{driver} is not installed here; run: make clouds")
    if not os.environ.get(variable):
        pytest.skip(f"{variable} names no emulator; run: make clouds")


class _Cloud(StoreContract):
    options: dict[str, Any] = {}

    @pytest.fixture
    def place(self) -> str:
        raise NotImplementedError

    @pytest.fixture
    def store(self, place: str, tmp_path: Path) -> Iterator[Store]:
        yield open_store(place, staging=tmp_path / "scratch", options=self.options)

    def damage(self, store: Store, key: str, data: bytes | None) -> None:
        fs, root = fsspec.core.url_to_fs(store.url, **self.options)
        if data is None:
            fs.rm_file(f"{root}/{key}")
        else:
            fs.pipe_file(f"{root}/{key}", data)

    def test_a_large_file_goes_in_segments_and_comes_back(self, store: Store) -> None:
        data = noise(40 << 20)
        manifest = put(store, {"a": data})
        assert len(manifest.files[0].parts) > 3
        assert contents(store, manifest) == {"a": data}
        assert put(store, {"a": data}) == manifest

    def test_what_is_there_is_not_put_again_by_who_did_not_see_it(self, place: str, tmp_path: Path) -> None:
        objects = RemoteObjects(place, tmp_path, self.options)
        key = "blobs/ab/" + "c" * 62
        objects.send(b"first", key=key)
        assert objects._driver.only_if_new
        assert objects._put_new(b"other", key=key)
        assert b"".join(objects.read(key, offset=0, length=10)) == b"first"
        assert not objects._put_new(b"of another size", key=key)
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda _: objects.send(b"x" * 100_000, key="blobs/cd/" + "e" * 62), range(16)))
        assert objects.size("blobs/cd/" + "e" * 62) == 100_000


class TestGCS(_Cloud):
    """`STORAGE_EMULATOR_HOST`, as gcsfs's own tests have it."""

    options = {"token": "anon"}

    @pytest.fixture
    def place(self) -> str:
        _need("gcsfs", "STORAGE_EMULATOR_HOST")
        fs = fsspec.filesystem("gs", **self.options)
        if not fs.exists("bridge"):
            fs.mkdir("bridge")
        return f"gs://bridge/{uuid.uuid4().hex}"


class TestAzure(_Cloud):
    """`AZURE_STORAGE_CONNECTION_STRING` of Azurite's account, which adlfs reads by itself."""

    @pytest.fixture
    def place(self) -> str:
        _need("adlfs", "AZURE_STORAGE_CONNECTION_STRING")
        fs = fsspec.filesystem("az")
        if not fs.exists("bridge"):
            fs.mkdir("bridge")
        return f"az://bridge/{uuid.uuid4().hex}"
