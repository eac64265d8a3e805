"""Copies of what lies far away: they spare requests, are never trusted, and stay within their limit."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bridge.domain.errors import DigestMismatchError, StoreError
from bridge.domain.manifest import Manifest
from bridge.store import BlobStore
from bridge.store.cached import CachedObjects
from bridge.store.remote import RemoteObjects
from bridge.testing.store import contents, noise, put

LARGE = noise(20 << 20)


class Far(RemoteObjects):
    """A place that counts what it is asked for, and can be cut off."""

    def __init__(self, url: str, local: Path) -> None:
        super().__init__(url, local)
        self.asked: Counter[str] = Counter()
        self.is_cut_off = False

    def range(self, key: str, start: int, end: int) -> bytes:
        self._note("range")
        return super().range(key, start, end)

    def size(self, key: str) -> int | None:
        self._note("size")
        return super().size(key)

    def _note(self, what: str) -> None:
        if self.is_cut_off:
            raise OSError("the line is dead")
        self.asked[what] += 1


@pytest.fixture
def far(tmp_path: Path) -> Far:
    return Far(str(tmp_path / "far"), tmp_path / "scratch")


def near(far: RemoteObjects, folder: Path, limit: int = 1 << 30) -> BlobStore:
    return BlobStore(CachedObjects(far, folder, limit), folder.with_name("scratch"))


def copies(folder: Path) -> list[Path]:
    return sorted(file for file in folder.glob("??/*"))


@pytest.fixture
def stored(far: Far) -> Manifest:
    many = {f"{number:03}": noise(3000, number) for number in range(100)}
    return put(BlobStore(far), {"large": LARGE, **many})


def test_what_was_read_once_is_read_again_without_a_request(far: Far, stored: Manifest, tmp_path: Path) -> None:
    store = near(far, tmp_path / "cache")
    read = contents(store, stored)
    assert (read["large"], len(read)) == (LARGE, 101)
    assert far.asked["range"] == 4  # three of 8 MiB of the large file, and the pack
    far.is_cut_off = True
    assert contents(store, stored) == read
    with store.read(stored) as source:
        assert (source.local() / "large").read_bytes() == LARGE
    with pytest.raises(StoreError, match="the line is dead"):
        contents(near(far, tmp_path / "other"), stored)


def test_what_was_written_is_read_without_a_request(far: Far, tmp_path: Path) -> None:
    store = near(far, tmp_path / "cache")
    manifest = put(store, {"large": LARGE})
    far.is_cut_off = True
    assert contents(store, manifest) == {"large": LARGE}


@pytest.mark.parametrize("how", ["open", "local"])
@pytest.mark.parametrize("damage", [LARGE[:-1] + b"?", LARGE[:5], b""])
def test_a_copy_that_changed_is_fetched_again(
    far: Far, stored: Manifest, tmp_path: Path, damage: bytes, how: str
) -> None:
    store = near(far, tmp_path / "cache")
    contents(store, stored)
    for copy in copies(tmp_path / "cache"):
        if copy.stat().st_size == len(LARGE):
            copy.chmod(0o600)
            copy.write_bytes(damage)
    with store.read(stored) as source:
        if how == "local":
            assert source.local("large").read_bytes() == LARGE
        else:
            with source.open("large") as file:
                assert file.read() == LARGE


def test_what_changed_far_away_is_refused_and_leaves_no_copy(far: Far, stored: Manifest, tmp_path: Path) -> None:
    key = next(entry for entry in stored.files if entry.path == "large").parts[0].key
    path = tmp_path / "far" / key
    path.chmod(0o600)
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    with pytest.raises(DigestMismatchError, match="large"), near(far, tmp_path / "cache").read(stored) as source:
        source.open("large")
    assert copies(tmp_path / "cache") == []
    assert not list((tmp_path / "cache").glob("coming-*"))


def test_the_copies_that_were_not_used_for_the_longest_time_go_first(far: Far, tmp_path: Path) -> None:
    store = near(far, tmp_path / "cache", limit=10 << 20)
    manifests = [put(BlobStore(far), {"a": noise(3 << 20, number)}) for number in range(4)]
    for number in (0, 1, 2):
        contents(store, manifests[number])
        for copy in copies(tmp_path / "cache"):
            os.utime(copy, (copy.stat().st_atime, copy.stat().st_mtime - 100))
    contents(store, manifests[0])
    contents(store, manifests[3])
    far.is_cut_off = True
    assert contents(store, manifests[0]) == {"a": noise(3 << 20, 0)}
    with pytest.raises(StoreError):
        contents(store, manifests[1])
    assert sum(copy.stat().st_size for copy in copies(tmp_path / "cache")) <= 10 << 20


def test_an_object_larger_than_the_limit_has_no_copy(far: Far, stored: Manifest, tmp_path: Path) -> None:
    store = near(far, tmp_path / "cache", limit=1 << 20)
    assert contents(store, stored)["large"] == LARGE
    assert [copy.stat().st_size for copy in copies(tmp_path / "cache")] == [300_000]
    put(store, {"other": noise(2 << 20, 5)})
    assert sum(copy.stat().st_size for copy in copies(tmp_path / "cache")) <= 1 << 20


def test_a_local_path_stays_when_the_copy_goes(far: Far, stored: Manifest, tmp_path: Path) -> None:
    store = near(far, tmp_path / "cache")
    with store.read(stored) as source:
        path, file = source.local("large"), source.open("large")
        for copy in copies(tmp_path / "cache"):
            copy.unlink()
        assert (path.read_bytes(), file.read()) == (LARGE, LARGE)
        file.close()


def test_readers_and_writers_may_share_copies_that_come_and_go(tmp_path: Path) -> None:
    far = RemoteObjects(str(tmp_path / "far"), tmp_path / "scratch")
    values = [{"a": noise(2 << 20, number), "b": noise(5000, number)} for number in range(6)]
    manifests = [put(BlobStore(far), files) for files in values]
    store = near(far, tmp_path / "cache", limit=5 << 20)

    def work(number: int) -> bool:
        if number % 5 == 0:
            put(pickle.loads(pickle.dumps(store)), {"own": noise(1 << 20, 100 + number)})
        return contents(store, manifests[number % 6]) == values[number % 6]

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(work, range(40)))


def test_what_a_killed_reader_left_is_swept(far: Far, stored: Manifest, tmp_path: Path) -> None:
    store = near(far, tmp_path / "cache")
    contents(store, stored)
    (tmp_path / "cache" / "coming-killed").write_bytes(b"half")
    store.sweep(stored.keys(), older_than=3600)
    assert (tmp_path / "cache" / "coming-killed").exists()
    store.sweep(stored.keys(), older_than=0)
    assert not (tmp_path / "cache" / "coming-killed").exists()
    store.sweep([], older_than=0)
    assert copies(tmp_path / "cache") == []


def test_a_copy_that_cannot_be_kept_costs_only_requests(far: Far, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file where the folder should be")
    store = near(far, tmp_path / "cache")
    manifest = put(store, {"large": LARGE})
    assert contents(store, manifest) == {"large": LARGE}


def test_many_requests_are_under_way_at_once(far: Far, stored: Manifest, tmp_path: Path) -> None:
    barrier = threading.Barrier(3, timeout=20)

    class Waiting(Far):
        def range(self, key: str, start: int, end: int) -> bytes:
            if end - start > 1 << 20:
                barrier.wait()
            return super().range(key, start, end)

    store = near(Waiting(far.url, tmp_path / "scratch"), tmp_path / "cache")
    assert contents(store, stored)["large"] == LARGE


def test_a_full_disk_under_the_copies_costs_only_requests(far: Far, stored: Manifest, tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", folder], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip(f"mounting a small disk needs root: {mounted.stderr.decode().strip()}")
    try:
        store = near(far, folder)
        read = contents(store, stored)
        assert (read["large"], len(read)) == (LARGE, 101)
        with store.read(stored) as source:
            assert (source.local() / "large").read_bytes() == LARGE
        manifest = put(store, {"other": noise(5 << 20, 5)})
        assert contents(store, manifest) == {"other": noise(5 << 20, 5)}
        assert not list(folder.glob("coming-*"))
    finally:
        subprocess.run(["umount", folder], check=True)


READING = """
import sys
from pathlib import Path
from bridge.store import BlobStore
from bridge.store.cached import CachedObjects
from bridge.store.remote import RemoteObjects
from bridge.testing.store import contents, noise, put
root = Path(sys.argv[1])
far = RemoteObjects(str(root / "far"), root / "scratch")
store = BlobStore(CachedObjects(far, root / "cache", 5 << 20), root / "scratch")
print("ready", flush=True)
sys.stdin.readline()
for turn in range(4):
    for number in range(4):
        files = {"a": noise(2 << 20, number)}
        manifest = put(store, files)
        assert contents(store, manifest) == files
print("right", flush=True)
"""


def test_processes_may_share_copies_that_come_and_go(tmp_path: Path) -> None:
    words = [sys.executable, "-c", READING, str(tmp_path)]
    there = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "env": there}
    readers = [subprocess.Popen(words, **pipes) for _ in range(4)]  # type: ignore[call-overload]
    for reader in readers:
        assert reader.stdout.readline() == "ready\n"
    for reader in readers:
        reader.stdin.write("\n")
        reader.stdin.flush()
    assert [reader.communicate()[0] for reader in readers] == ["right\n"] * 4
    assert sum(copy.stat().st_size for copy in copies(tmp_path / "cache")) <= 3 * (5 << 20)
    assert not list((tmp_path / "cache").glob("coming-*"))


def test_what_lies_far_away_is_verified_and_not_its_copy(far: Far, tmp_path: Path) -> None:
    store = near(far, tmp_path / "cache")
    manifest = put(store, {"a": noise(3 << 20)})
    assert copies(tmp_path / "cache")
    assert store.verify(manifest) == []
    for file in (tmp_path / "far").rglob("*"):
        if file.is_file() and file.stat().st_size >= 3 << 20:
            file.chmod(0o600)
            file.write_bytes(b"other" + file.read_bytes()[5:])
    (problem,) = store.verify(manifest)
    assert "has changed since it was saved" in problem
    assert contents(store, manifest)["a"] == noise(3 << 20)
