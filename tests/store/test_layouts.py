"""Files of a store that are kept decoded as well."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from bridge.domain.errors import BytesMissingError, DigestMismatchError
from bridge.domain.manifest import Manifest
from bridge.domain.ports import Sink
from bridge.store import BlobStore, disks, layouts, open_store
from bridge.testing.store import noise
from tests.store.test_verified import path_of

FILE = noise(3 << 20)
LAYOUT = noise(5 << 20)


@pytest.fixture
def store(tmp_path: Path) -> BlobStore:
    if not disks.is_on_own_disk(tmp_path):
        pytest.skip("the temporary folder is on no disk of this machine")
    return open_here(tmp_path)


def open_here(folder: Path, *, limit: int = 1 << 30, url: str | None = None) -> BlobStore:
    where = {"staging": folder / "scratch", "verified": folder / "verified", "cache": folder / "cache"}
    return open_store(url or str(folder / "store"), cache_limit=limit, **where)


def save(sink: Sink) -> Mapping[str, Any]:
    with sink.open("value") as file:
        file.write(FILE)
    with sink.beside("value", len(LAYOUT)) as file:  # type: ignore[attr-defined]
        if file is not None:
            file.write(LAYOUT)
    return {"laid out": file is not None}


def write(store: BlobStore, *, is_asked_again: bool = True) -> Manifest:
    manifest, facts = store.write("test", save, is_asked_again=is_asked_again)
    assert facts["laid out"] is is_asked_again
    return manifest


def layout_in(store: BlobStore, manifest: Manifest) -> bytes | None:
    with store.read(manifest) as source:
        memory = source.layout("value")  # type: ignore[attr-defined]
        return None if memory is None else bytes(memory)


def files_in(folder: Path) -> list[Path]:
    return sorted(file for file in folder.rglob("*") if file.is_file())


class TestALayout:
    def test_is_found_by_every_process_that_opens_the_store(self, store: BlobStore, tmp_path: Path) -> None:
        manifest = write(store)
        assert layout_in(store, manifest) == LAYOUT
        assert layout_in(open_here(tmp_path), manifest) == LAYOUT

    def test_is_made_only_of_what_is_asked_for_again(self, store: BlobStore, tmp_path: Path) -> None:
        manifest = write(store, is_asked_again=False)
        assert layout_in(store, manifest) is None
        assert not (tmp_path / "cache").exists()

    def test_is_made_when_a_value_is_read_that_has_none(self, store: BlobStore) -> None:
        manifest = write(store, is_asked_again=False)
        for is_asked_again, expected in ((False, None), (True, LAYOUT)):
            with (
                store.read(manifest, is_asked_again=is_asked_again) as source,
                source.beside("value", len(LAYOUT)) as file,  # type: ignore[attr-defined]
            ):
                if file is not None:
                    file.write(LAYOUT)
            assert layout_in(store, manifest) == expected

    def test_is_not_made_twice(self, store: BlobStore) -> None:
        write(store)
        assert store.write("test", save, is_asked_again=True)[1] == {"laid out": False}

    def test_that_is_written_to_is_nobody_elses(self, store: BlobStore) -> None:
        manifest = write(store)
        with store.read(manifest) as source:
            memory = source.layout("value")  # type: ignore[attr-defined]
        memoryview(memory).cast("B")[0] = LAYOUT[0] ^ 255
        assert layout_in(store, manifest) == LAYOUT

    def test_outlives_its_file(self, store: BlobStore, tmp_path: Path) -> None:
        manifest = write(store)
        with store.read(manifest) as source:
            memory = source.layout("value")  # type: ignore[attr-defined]
        for file in files_in(tmp_path / "cache"):
            file.unlink()
        assert bytes(memory) == LAYOUT
        assert layout_in(store, manifest) is None

    @pytest.mark.parametrize("harm", ["written to", "cut short", "replaced", "of another date"])
    def test_that_somebody_has_touched_is_none(self, store: BlobStore, tmp_path: Path, harm: str) -> None:
        manifest = write(store)
        (file,) = files_in(tmp_path / "cache")
        file.chmod(0o600)
        if harm == "written to":
            with file.open("r+b") as opened:
                opened.write(b"junk")
        elif harm == "cut short":
            os.truncate(file, 100)
        elif harm == "replaced":
            file.unlink()
            file.write_bytes(bytes(len(LAYOUT)))
        else:
            os.utime(file, (1, 1))
        assert layout_in(open_here(tmp_path), manifest) is None

    def test_is_none_without_the_notes(self, store: BlobStore, tmp_path: Path) -> None:
        manifest = write(store)
        (tmp_path / "verified").write_bytes(b"junk\n\x00\xff")
        assert layout_in(open_here(tmp_path), manifest) is None

    def test_says_nothing_of_a_file_that_the_store_has_lost(self, store: BlobStore) -> None:
        manifest = write(store)
        path_of(store, manifest).unlink()
        with pytest.raises(BytesMissingError):
            layout_in(store, manifest)

    def test_says_nothing_of_a_file_that_is_damaged(self, store: BlobStore) -> None:
        manifest = write(store)
        place = path_of(store, manifest)
        place.chmod(0o600)
        place.write_bytes(bytes(len(FILE)))
        with pytest.raises(DigestMismatchError):
            layout_in(store, manifest)

    def test_of_a_place_far_away_spares_the_way(self, tmp_path: Path) -> None:
        far = f"memory://{tmp_path.name}"
        store = open_here(tmp_path, url=far)
        manifest = write(store)
        for file in files_in(tmp_path / "cache"):
            if not file.name.endswith(".layout"):
                file.unlink()
        assert layout_in(store, manifest) == LAYOUT

    def test_goes_when_a_sweep_removes_something(self, store: BlobStore, tmp_path: Path) -> None:
        manifest = write(store)
        live = [part.key for entry in manifest.files for part in entry.parts]
        store.sweep(live, older_than=0)
        assert layout_in(store, manifest) == LAYOUT
        store.sweep([], older_than=0)
        assert files_in(tmp_path / "cache") == []

    def test_used_after_an_hour_is_noted_as_used(self, store: BlobStore, tmp_path: Path) -> None:
        manifest = write(store)
        (file,) = files_in(tmp_path / "cache")
        os.utime(file, (1_000, 1_000))
        verified = store._layouts._verified  # type: ignore[union-attr]
        verified.note(layouts._name(manifest.files[0].digest), file.stat())
        assert layout_in(store, manifest) == LAYOUT
        assert file.stat().st_mtime > 1_000
        assert layout_in(open_here(tmp_path), manifest) == LAYOUT


class TestTheLimit:
    def test_of_nothing_keeps_none(self, tmp_path: Path) -> None:
        store = open_here(tmp_path, limit=0)
        assert store.write("test", save, is_asked_again=True)[1] == {"laid out": False}

    def test_is_for_all_together_and_the_oldest_goes(self, tmp_path: Path) -> None:
        store = open_here(tmp_path, limit=2 * len(LAYOUT))
        if not disks.is_on_own_disk(tmp_path):
            pytest.skip("the temporary folder is on no disk of this machine")
        with_number = []
        for number in range(3):

            def numbered(sink: Sink, number: int = number) -> Mapping[str, Any]:
                with sink.open("value") as file:
                    file.write(bytes([number]) + FILE)
                with sink.beside("value", len(LAYOUT)) as file:  # type: ignore[attr-defined]
                    file.write(LAYOUT)
                return {}

            with_number.append(store.write("test", numbered, is_asked_again=True)[0])
        assert [layout_in(store, one) is not None for one in with_number] == [False, False, True]

    def test_is_the_disk_where_that_is_nearly_full(self, store: BlobStore, monkeypatch: pytest.MonkeyPatch) -> None:
        usage = layouts.shutil.disk_usage
        monkeypatch.setattr(
            layouts.shutil, "disk_usage", lambda path: usage(path)._replace(free=layouts._SPARE * len(LAYOUT) - 1)
        )
        assert store.write("test", save, is_asked_again=True)[1] == {"laid out": False}


class TestWhatGoesWrong:
    def test_while_a_layout_is_written_leaves_the_value(self, store: BlobStore, tmp_path: Path) -> None:
        def fails(sink: Sink) -> Mapping[str, Any]:
            with sink.open("value") as file:
                file.write(FILE)
            with sink.beside("value", len(LAYOUT)):  # type: ignore[attr-defined]
                raise OSError(28, "No space left on device")
            return {}

        manifest, _ = store.write("test", fails, is_asked_again=True)
        with store.read(manifest) as source, source.open("value") as file:
            assert file.read() == FILE
        assert files_in(tmp_path / "cache") == []

    def test_with_the_folder_leaves_the_value(self, tmp_path: Path) -> None:
        (tmp_path / "cache").write_text("not a folder")
        store = open_here(tmp_path)
        manifest, facts = store.write("test", save, is_asked_again=True)
        assert facts == {"laid out": False}
        assert layout_in(store, manifest) is None

    def test_a_killed_writer_leaves_what_a_sweep_removes(self, store: BlobStore, tmp_path: Path) -> None:
        manifest = write(store)
        script = f"""
import os, signal
from pathlib import Path
from tests.store.test_layouts import FILE, open_here
def save(sink):
    with sink.open("value") as file:
        file.write(b"x" + FILE)
    with sink.beside("value", len(FILE)) as file:
        file.write(FILE)
        os.kill(os.getpid(), signal.SIGKILL)
open_here(Path({str(tmp_path)!r})).write("test", save, is_asked_again=True)
"""
        subprocess.run([sys.executable, "-c", script], check=False, cwd=Path(__file__).parents[2])
        assert len(files_in(tmp_path / "cache")) == 2
        store.sweep([part.key for entry in manifest.files for part in entry.parts], older_than=0)
        assert [file.suffix for file in files_in(tmp_path / "cache")] in ([".layout"], [])
        assert not list((tmp_path / "cache").glob("coming-*"))
