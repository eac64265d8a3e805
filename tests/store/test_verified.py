"""Objects of a local store that were hashed, and are not hashed again as long as nobody touched them."""

from __future__ import annotations

import mmap
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bridge.domain.errors import BytesMissingError, DigestMismatchError
from bridge.domain.manifest import Manifest
from bridge.materializers import for_format
from bridge.materializers import save as save_value
from bridge.store import BlobStore, disks, open_store, source, verified
from bridge.store.verified import Verified
from bridge.testing.store import noise, put

LARGE = noise(3 << 20)


@pytest.fixture
def store(tmp_path: Path) -> BlobStore:
    opened = open_here(tmp_path)
    if not disks.is_on_own_disk(tmp_path):
        pytest.skip("the temporary folder is on no disk of this machine")
    return opened


def open_here(folder: Path) -> BlobStore:
    return open_store(str(folder / "store"), staging=folder / "scratch", verified=folder / "verified")


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Bytes of each file that is hashed to be read."""
    sizes: list[int] = []

    def digest_of_file(*args: Any) -> tuple[str, int]:
        digest, size = original(*args)
        sizes.append(size)
        return digest, size

    original = source.digest_of_file
    monkeypatch.setattr(source, "digest_of_file", digest_of_file)
    return sizes


def read(store: BlobStore, manifest: Manifest) -> bytes:
    with store.read(manifest) as opened, opened.open(manifest.files[0].path) as file:
        return file.read()


def path_of(store: BlobStore, manifest: Manifest) -> Path:
    return Path(store.url) / manifest.files[0].parts[0].key


def saved(store: BlobStore, value: Any) -> Manifest:
    manifest: Manifest = save_value(value, lambda format, save: store.write(format, save))[0]
    return manifest


def loaded(store: BlobStore, manifest: Manifest) -> Any:
    with store.read(manifest) as opened:
        return for_format(manifest.format).load(opened)


def test_what_was_written_here_is_not_hashed_when_it_is_read(
    store: BlobStore, hashed: list[int], tmp_path: Path
) -> None:
    manifest = put(store, {"a": LARGE})
    assert read(store, manifest) == LARGE
    assert read(open_here(tmp_path), manifest) == LARGE
    assert hashed == []


def test_without_notes_it_is_hashed_each_time(store: BlobStore, hashed: list[int]) -> None:
    manifest = put(store, {"a": LARGE})
    bare = open_store(store.url)
    assert read(bare, manifest) == read(bare, manifest) == LARGE
    assert hashed == [len(LARGE)] * 2


def test_what_was_written_elsewhere_is_hashed_once(store: BlobStore, hashed: list[int], tmp_path: Path) -> None:
    manifest = put(open_store(store.url), {"a": LARGE})
    assert read(store, manifest) == read(open_here(tmp_path), manifest) == LARGE
    assert hashed == [len(LARGE)]


@pytest.mark.parametrize("is_hidden", [False, True])
def test_a_damaged_object_is_refused_also_if_its_time_is_set_back(store: BlobStore, is_hidden: bool) -> None:
    manifest = put(store, {"a": LARGE})
    assert read(store, manifest) == LARGE
    path = path_of(store, manifest)
    times = path.stat()
    path.chmod(0o600)
    with path.open("r+b") as file:
        file.seek(2 << 20)
        file.write(b"\0\1\2")
    if is_hidden:
        path.chmod(times.st_mode)
        os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    with pytest.raises(DigestMismatchError):
        read(store, manifest)
    with store.read(manifest) as opened, pytest.raises(DigestMismatchError):
        opened.map("a")  # type: ignore[attr-defined]  # the store's own has it


def test_another_file_in_its_place_is_refused(store: BlobStore) -> None:
    manifest = put(store, {"a": LARGE})
    path = path_of(store, manifest)
    times = path.stat()
    other = path.with_name("other")
    other.write_bytes(noise(3 << 20, 5))
    os.utime(other, ns=(times.st_atime_ns, times.st_mtime_ns))
    other.replace(path)
    with pytest.raises(DigestMismatchError):
        read(store, manifest)


def test_an_object_that_is_gone_is_missing(store: BlobStore) -> None:
    manifest = put(store, {"a": LARGE})
    path_of(store, manifest).unlink()
    with store.read(manifest) as opened, pytest.raises(BytesMissingError):
        opened.map("a")  # type: ignore[attr-defined]  # as above


def test_an_object_that_was_changed_back_is_hashed_and_accepted(store: BlobStore, hashed: list[int]) -> None:
    manifest = put(store, {"a": LARGE})
    path = path_of(store, manifest)
    path.chmod(0o600)
    path.write_bytes(LARGE)
    assert read(store, manifest) == read(store, manifest) == LARGE
    assert hashed == [len(LARGE)]


def test_verify_reads_all_whatever_is_noted(store: BlobStore, tmp_path: Path) -> None:
    manifest = put(store, {"a": LARGE})
    path = path_of(store, manifest)
    path.chmod(0o600)
    path.write_bytes(noise(3 << 20, 5))
    Verified(tmp_path / "verified").note(manifest.files[0].parts[0].key, path.stat())
    assert len(store.verify(manifest)) == 1


def test_on_a_disk_of_another_machine_nothing_is_trusted_or_mapped(
    store: BlobStore, hashed: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verified, "is_on_own_disk", lambda folder: False)
    manifest = put(store, {"a": LARGE})
    assert read(store, manifest) == LARGE
    with store.read(manifest) as opened:
        assert opened.map("a") is None  # type: ignore[attr-defined]  # as above
    assert hashed == [len(LARGE)]


@pytest.mark.parametrize("junk", [b"\0\xff\n\n", b"blobs/ab 1 2\nx y z\n", b"no end of line"])
def test_junk_in_the_notes_costs_a_hash_and_nothing_else(
    store: BlobStore, hashed: list[int], tmp_path: Path, junk: bytes
) -> None:
    manifest = put(store, {"a": LARGE})
    (tmp_path / "verified").write_bytes(junk)
    assert read(open_here(tmp_path), manifest) == LARGE
    assert hashed == [len(LARGE)]


def test_notes_that_cannot_be_kept_are_done_without(tmp_path: Path, hashed: list[int]) -> None:
    store = open_store(str(tmp_path / "store"), verified=tmp_path / "no" / "folder")
    manifest = put(store, {"a": LARGE})
    assert read(store, manifest) == LARGE


def test_the_notes_are_bounded_and_keep_what_came_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verified, "MOST", 10)
    (tmp_path / "a").write_bytes(bytes(verified.LEAST))
    there = (tmp_path / "a").stat()
    notes = Verified(tmp_path / "verified")
    for number in range(100):
        notes.note(f"blobs/{number}", there)
    assert len((tmp_path / "verified").read_bytes().splitlines()) <= 20
    again = Verified(tmp_path / "verified")
    assert [number for number in range(100) if again.holds(f"blobs/{number}", there)] == list(range(90, 100))


def test_eight_threads_and_another_process_note_whole_lines(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(bytes(verified.LEAST))
    there = (tmp_path / "a").stat()
    program = (
        "import sys; from pathlib import Path; from bridge.store.verified import Verified\n"
        "folder = Path(sys.argv[1]); notes = Verified(folder / 'verified'); there = (folder / 'a').stat()\n"
        "for number in range(300): notes.note(f'blobs/elsewhere-{number}', there)"
    )
    other = subprocess.Popen([sys.executable, "-c", program, str(tmp_path)])
    notes = Verified(tmp_path / "verified")
    threads = [
        threading.Thread(target=lambda one=one: [notes.note(f"blobs/{one}-{n}", there) for n in range(50)])
        for one in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert other.wait() == 0
    again = Verified(tmp_path / "verified")
    assert all(again.holds(f"blobs/{one}-{n}", there) for one in range(8) for n in range(50))
    assert all(again.holds(f"blobs/elsewhere-{n}", there) for n in range(300))


def test_a_mapped_array_is_a_plain_one_and_what_is_written_to_it_is_its_own(store: BlobStore) -> None:
    value = np.arange(500_000.0).reshape(1000, 500)
    manifest = saved(store, value)
    array = loaded(store, manifest)
    assert type(array) is np.ndarray
    assert array.flags.writeable
    assert array.flags.aligned
    assert array.flags.c_contiguous
    base = array
    while base is not None:  # joblib takes what lies above one for a numpy.memmap
        assert not isinstance(base, mmap.mmap)
        base = getattr(base, "base", None)
    array[500] = -1
    assert (loaded(store, manifest) == value).all()
    assert store.verify(manifest) == []


def test_arrays_within_a_dictionary_and_in_fortran_order_are_mapped(store: BlobStore) -> None:
    value = {"X": np.asfortranarray(np.random.default_rng(0).random((600, 500))), "name": "x"}
    there = loaded(store, saved(store, value))
    assert there["X"].flags.f_contiguous
    assert not there["X"].flags.owndata
    assert (there["X"] == value["X"]).all()


def test_a_mapped_array_outlives_its_object(store: BlobStore) -> None:
    value = np.arange(500_000.0)
    manifest = saved(store, value)
    array = loaded(store, manifest)
    path_of(store, manifest).unlink()
    assert (array == value).all()
