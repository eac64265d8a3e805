"""Writers that are killed, many at once, forked; disks that are full, read-only or in the way."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from bridge.domain.errors import StoreError
from bridge.domain.ports import Sink
from bridge.store import open_store
from bridge.testing.store import contents, noise, put, saving

BIG = noise(5 << 20)


def start(script: str, *args: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", script, *map(str, args)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )


def everything(folder: Path) -> list[str]:
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


KILLED = """
import sys
from bridge.store import open_store
block = bytes(range(256)) * 4096

def half_way():
    print("half", flush=True)
    sys.stdin.readline()

def opened(sink):
    with sink.open("big.bin") as file:
        for number in range(200):
            if number == 100:
                half_way()
            file.write(block)
    return {}

def local(sink):
    with sink.local("big") as path:
        path.mkdir()
        (path / "one").write_bytes(block * 100)
        half_way()
        (path / "two").write_bytes(block * 100)
    return {}

open_store(sys.argv[1]).write("test", {"opened": opened, "local": local}[sys.argv[2]])
print("done", flush=True)
"""


@pytest.mark.parametrize("how", ["opened", "local"])
def test_a_killed_writer_leaves_no_blob_and_its_staging_is_swept(tmp_path: Path, how: str) -> None:
    writer = start(KILLED, tmp_path, how)
    assert writer.stdout is not None
    assert writer.stdout.readline() == "half\n"
    writer.send_signal(signal.SIGKILL)
    writer.communicate()
    left = everything(tmp_path)
    assert left
    assert all(name.startswith("staging/") for name in left)

    again = start(KILLED, tmp_path, how)
    assert "done" in again.communicate("\n")[0]
    store = open_store(str(tmp_path))
    assert store.sweep([], older_than=3600) == 0
    blobs = [name for name in everything(tmp_path) if name.startswith("blobs/")]
    assert len(blobs) == 1
    assert store.sweep(blobs, older_than=0) == 1
    assert everything(tmp_path) == blobs


MANY = """
import sys
from bridge.store import open_store
from bridge.testing.store import noise, put
store = open_store(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
for turn in range(5):
    manifest = put(store, {"same": noise(3 << 20, turn), "own": noise(5000, int(sys.argv[2]) * 100 + turn)})
    assert store.verify(manifest) == []
    print(manifest.digest, flush=True)
"""


def test_eight_processes_write_the_same_and_different_values_at_once(tmp_path: Path) -> None:
    writers = [start(MANY, tmp_path, number) for number in range(8)]
    for writer in writers:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
    for writer in writers:
        assert writer.stdin is not None
        writer.stdin.write("\n")
        writer.stdin.flush()
    digests = [writer.communicate()[0].split() for writer in writers]
    assert [writer.returncode for writer in writers] == [0] * 8
    assert len({digest for of_one in digests for digest in of_one}) == 40
    names = everything(tmp_path)
    assert len(names) == 45
    assert all(name.startswith("blobs/") for name in names)
    assert not list((tmp_path / "staging").iterdir())


SWEEPING = """
import select, sys
from bridge.store import open_store
store = open_store(sys.argv[1])
print("ready", flush=True)
while not select.select([sys.stdin], [], [], 0)[0]:
    store.sweep([], older_than=1000)
"""


def test_blobs_that_are_reused_survive_a_sweep_that_takes_them_for_dead(tmp_path: Path) -> None:
    store = open_store(str(tmp_path))
    manifests = [put(store, {"a": noise(5000, number)}) for number in range(300)]
    sweeper = start(SWEEPING, tmp_path)
    assert sweeper.stdout is not None
    assert sweeper.stdout.readline() == "ready\n"
    for number, manifest in enumerate(manifests):
        os.utime(tmp_path / manifest.keys()[0], (1, 1))
        put(store, {"a": noise(5000, number)})
    sweeper.communicate("\n")
    assert sweeper.returncode == 0
    assert [store.verify(manifest) for manifest in manifests] == [[]] * 300
    assert not list((tmp_path / "staging").iterdir())


FORKED = """
import os, signal, sys
from bridge.store import open_store
from bridge.testing.store import noise, put
store, data = open_store(sys.argv[1]), noise(20 << 20)
put(store, {"a": data})
child = os.fork()
if child == 0:
    signal.alarm(60)  # ends a child that waits for threads it does not have
    manifest = put(store, {"b": data})
    assert store.verify(manifest) == []
    os._exit(0)
sys.exit(os.waitpid(child, 0)[1])
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
@pytest.mark.parametrize("remote", [False, True])
def test_a_forked_child_can_hash_large_files(tmp_path: Path, remote: bool) -> None:
    child = start(FORKED, "memory://forked" if remote else tmp_path)
    child.communicate()
    assert child.returncode == 0


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", folder], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip(f"mounting a small disk needs root: {mounted.stderr.decode().strip()}")
    yield folder
    subprocess.run(["umount", folder], check=True)


def write_open(sink: Sink) -> Mapping[str, Any]:
    return saving({"big": BIG})(sink)


def write_local(sink: Sink) -> Mapping[str, Any]:
    with sink.local("big") as path:
        path.write_bytes(BIG)
    return {}


def write_many(sink: Sink) -> Mapping[str, Any]:
    return saving({f"{number}": noise(2000, number) for number in range(3000)})(sink)


def swallow(sink: Sink) -> Mapping[str, Any]:
    try:
        with sink.open("big") as file:
            file.write(BIG)
    except OSError:
        return {"fine": True}
    return {}


def reword(sink: Sink) -> Mapping[str, Any]:
    try:
        with sink.open("big") as file:
            file.write(BIG)
    except OSError as error:
        raise RuntimeError("could not save") from error
    return {}


@pytest.mark.parametrize("save", [write_open, write_local, write_many, swallow, reword])
def test_a_full_disk_is_a_store_error_and_leaves_room_again(small_disk: Path, save: Any) -> None:
    store = open_store(str(small_disk / "store"))
    with pytest.raises(StoreError, match="no space is left"):
        store.write("test", save)
    assert everything(small_disk) == []
    assert contents(store, put(store, {"a": noise(1 << 20)})) == {"a": noise(1 << 20)}


def test_a_read_only_disk_can_be_read_and_writing_says_why_not(small_disk: Path) -> None:
    store = open_store(str(small_disk / "store"))
    manifest = put(store, {"a": noise(5000)})
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    assert contents(store, manifest) == {"a": noise(5000)}
    with store.read(manifest) as source:
        assert source.local("a").read_bytes() == noise(5000)
    for attempt in (
        lambda: put(store, {"a": noise(6000)}),
        store.check,
        lambda: store.sweep([], older_than=0),
    ):
        with pytest.raises(StoreError, match="read-only"):
            attempt()
    assert put(store, {"a": b"small"}).size == 5


def test_a_file_where_the_store_should_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    store = open_store(str(tmp_path / "file" / "store"))
    for attempt in (lambda: put(store, {"a": BIG}), store.check):
        with pytest.raises(StoreError, match="in the way"):
            attempt()
