"""Values that this workspace did not write: what is loaded of them, what is refused, and how to allow it."""

from __future__ import annotations

import io
import pickle
import struct
import sys
import zipfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import bridge
from bridge.domain.arrival import Arrival
from bridge.domain.errors import BridgeError, FormatUnknownError, UnreadableError, UnsafeFormatError
from bridge.domain.ports import Sink
from bridge.domain.version import Version, VersionRef
from bridge.workspace import Workspace, current
from tests.workspace.archives import home, reworded

ODD = {1, "mixed", object}
"""A value that only pickle holds."""


class Stranger:
    """What is made when a foreign pickle is loaded."""

    made = 0

    def __reduce__(self) -> tuple[Any, ...]:
        return Stranger._make, ()

    @staticmethod
    def _make() -> str:
        Stranger.made += 1
        return "code ran"


@pytest.fixture()
def archive(tmp_path: Path) -> Path:
    """An archive with pickles of another workspace."""
    with home(tmp_path / "there"):
        bridge.save(ODD, "odd")
        bridge.save([np.zeros(3), ODD], "container")
        bridge.save(Stranger(), "stranger")
        bridge.save([1, 2, 3], "numbers")
        bridge.archive(tmp_path / "x.tar", "*@*")
    return tmp_path / "x.tar"


@pytest.fixture()
def workspace(bridge_home: Path) -> Workspace:
    return current()


def test_a_pickle_from_elsewhere_is_refused_and_runs_nothing(
    workspace: Workspace, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for dry_run in (True, False):
        done = bridge.restore(archive, dry_run=dry_run)
        assert [ref.name for ref in done.unsafe] == ["container", "odd", "stranger"]
    for name in ("odd", "container", "stranger"):
        with pytest.raises(UnsafeFormatError, match=rf"{name}@1 .*archive from .*BRIDGE_ALLOW_PICKLE=true"):
            bridge.load(name)
    assert Stranger.made == 0
    assert bridge.load("numbers") == [1, 2, 3]
    monkeypatch.setenv("BRIDGE_ALLOW_PICKLE", "true")
    assert (bridge.load("odd"), bridge.load("stranger")) == (ODD, "code ran")


def test_no_fact_about_a_version_makes_its_pickle_ours(workspace: Workspace, archive: Path) -> None:
    def claim(document: dict[str, Any]) -> None:
        for version in document["versions"]:
            version["metadata"] |= {"origin": None, "imported": False, "restored_from": None}
            version["origin"] = None

    bridge.restore(reworded(archive, claim))
    bridge.log_metadata({"origin": None, "restored_from": None, "imported": None}, "odd")
    workspace.catalog.set_alias(VersionRef("odd", 1), "ours")
    for selector in ("odd", "odd@ours"):
        with pytest.raises(UnsafeFormatError):
            bridge.load(selector)


def test_a_foreign_pickle_under_another_name_is_still_foreign(workspace: Workspace, archive: Path) -> None:
    bridge.restore(archive)
    bridge.restore(
        reworded(archive, lambda d: [v["ref"].update(name="ours/" + v["ref"]["name"]) for v in d["versions"]])
    )
    for name in ("odd", "ours/odd"):
        with pytest.raises(UnsafeFormatError):
            bridge.load(name)


def test_going_round_by_another_archive_does_not_make_it_ours(
    workspace: Workspace, archive: Path, tmp_path: Path
) -> None:
    bridge.restore(archive)
    bridge.archive(tmp_path / "round.tar", "odd")
    bridge.restore(tmp_path / "round.tar")
    with pytest.raises(UnsafeFormatError):
        bridge.load("odd")


@pytest.mark.parametrize("name", ["odd", "other"])
@pytest.mark.parametrize("first", ["saved", "restored"])
def test_what_this_workspace_wrote_itself_too_is_ours(
    workspace: Workspace, tmp_path: Path, name: str, first: str
) -> None:
    ours = (len, "not a set, whose order is another in each process")
    with home(tmp_path / "there"):
        bridge.save(ours, "odd")
        bridge.archive(tmp_path / "odd.tar", "odd")
    with home(tmp_path / "here"):
        for step in ("saved", "restored") if first == "saved" else ("restored", "saved"):
            if step == "saved":
                bridge.save(ours, name)
            else:
                bridge.restore(tmp_path / "odd.tar")
        assert bridge.load("odd") == ours


def test_a_workspaces_own_archive_comes_home(tmp_path: Path) -> None:
    with home(tmp_path / "there"):
        bridge.save(ODD, "odd")
        bridge.archive(tmp_path / "odd.tar", "odd")
        assert bridge.restore(tmp_path / "odd.tar").unsafe == ()
        assert bridge.load("odd") == ODD


def test_a_format_that_nothing_here_reads_is_said_to_be_that(workspace: Workspace) -> None:
    arrive(workspace, "strange", "format-of-tomorrow", {"a": b"1"})
    with pytest.raises(FormatUnknownError, match="format-of-tomorrow"):
        bridge.load("strange")


def arrive(workspace: Workspace, name: str, format: str, files: Mapping[str, bytes]) -> None:
    """A value from elsewhere that consists of just these files."""

    def save(sink: Sink) -> Mapping[str, Any]:
        for path, data in files.items():
            with sink.open(path) as file:
                file.write(data)
        return {}

    manifest, _ = workspace.store.write(format, save)
    now = datetime.now(timezone.utc)
    version = Version(VersionRef(name, 1), manifest.digest, format, "builtins.object", manifest.size, now)
    workspace.catalog.receive([Arrival(version, "archive from a stranger", manifest)])


def zipped(**members: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
        for name, data in members.items():
            packed.writestr(name, data)
    return file.getvalue()


def with_declared_sizes(data: bytes, size: int) -> bytes:
    """A zip file whose directory says that its first member has so many bytes."""
    at = data.index(b"PK\x01\x02")
    return data[: at + 24] + struct.pack("<I", size) + data[at + 28 :]


def parquet(rows: int) -> bytes:
    """A column of one value: some kilobytes, whatever its length."""
    file = io.BytesIO()
    pq.write_table(pa.table({"a": pa.repeat(0, rows)}), file, compression="zstd")
    return file.getvalue()


def stream(rows: int, codec: str | None) -> bytes:
    file = io.BytesIO()
    table = pa.table({"a": pa.repeat(0, rows), "b": pa.repeat("x", rows).dictionary_encode()})
    with pa.ipc.new_stream(file, table.schema, options=pa.ipc.IpcWriteOptions(compression=codec)) as writer:
        writer.write_table(table)
    return file.getvalue()


BOMBS: dict[str, tuple[str, Callable[[], Mapping[str, bytes]]]] = {
    "zip": ("skops", lambda: {"value.skops": with_declared_sizes(zipped(a=bytes(1000)), 4_000_000_000)}),
    "keras": ("keras", lambda: {"model.keras": with_declared_sizes(zipped(a=bytes(1000)), 4_000_000_000)}),
    "parquet": ("arrow+parquet", lambda: {"value.parquet": parquet(2_000_000)}),
    "stream": ("arrow+ipc", lambda: {"table.arrow": stream(2_000_000, "zstd")}),
    "member": ("members", lambda: {"index.json": b"{}", "0-a/value.parquet": parquet(2_000_000)}),
}


@pytest.mark.parametrize("kind", sorted(BOMBS))
def test_what_would_unpack_to_far_more_than_is_stored_is_refused_with_the_way_out(
    workspace: Workspace, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    format, files = BOMBS[kind]
    arrive(workspace, "bomb", format, files())
    monkeypatch.setenv("BRIDGE_UNPACK_LIMIT", "1MB")
    said = r"of bomb@1 came from elsewhere and would unpack from \d+ bytes to \d+.*BRIDGE_UNPACK_LIMIT=\d+"
    with pytest.raises(UnreadableError, match=said):
        current().load("bomb")


@pytest.mark.parametrize("format", ["arrow+parquet", "arrow+ipc"])
def test_a_table_from_elsewhere_within_the_limit_is_loaded(workspace: Workspace, format: str) -> None:
    path, data = (
        ("value.parquet", parquet(100_000)) if format == "arrow+parquet" else ("table.arrow", stream(100_000, "lz4"))
    )
    arrive(workspace, "table", format, {path: data})
    assert bridge.load("table").num_rows == 100_000


@pytest.mark.parametrize("kind", sorted(BOMBS))
def test_half_of_such_a_file_is_unreadable_and_nothing_else(workspace: Workspace, kind: str) -> None:
    format, files = BOMBS[kind]
    for part in (0, 3, 40, 200):
        arrive(
            workspace, f"half-{part}", format, {path: data[: len(data) * part // 256] for path, data in files().items()}
        )
        with pytest.raises(BridgeError):
            bridge.load(f"half-{part}")


@pytest.mark.parametrize("seed", range(20))
def test_junk_in_a_compressed_stream_is_unreadable_and_nothing_else(workspace: Workspace, seed: int) -> None:
    data = bytearray(stream(5000, "lz4"))
    at = np.random.default_rng(seed).integers(0, len(data), 8)
    for position in at:
        data[position] ^= 0xFF
    arrive(workspace, "junk", "arrow+ipc", {"table.arrow": bytes(data)})
    with suppress(BridgeError):
        bridge.load("junk")


def test_our_own_values_are_not_looked_at(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRIDGE_UNPACK_LIMIT", "1")
    table = pa.table({"a": pa.repeat(0, 2_000_000)})
    bridge.save(table, "own")
    assert current().load("own")[1] == table


def test_a_file_that_nothing_unpacks_may_be_what_it_likes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = zipped(a=bytes(5_000_000))
    (tmp_path / "value.skops").write_bytes(bomb)
    with home(tmp_path / "there"):
        bridge.save(tmp_path / "value.skops", "file")
        bridge.archive(tmp_path / "file.tar", "file")
    monkeypatch.setenv("BRIDGE_UNPACK_LIMIT", "1")
    with home(tmp_path / "here"):
        bridge.restore(tmp_path / "file.tar")
        assert bridge.load("file").read_bytes() == bomb


def test_json_nested_deeper_than_python_goes_is_unreadable(workspace: Workspace) -> None:
    arrive(workspace, "deep", "json", {"value.json": b"[" * 200_000})
    with pytest.raises(UnreadableError):
        bridge.load("deep")


def test_an_image_of_more_pixels_than_pillow_takes_is_refused_with_the_way_out(workspace: Workspace) -> None:
    image = pytest.importorskip("PIL.Image")
    bridge.save(image.new("L", (300, 300)), "picture")
    limit, image.MAX_IMAGE_PIXELS = image.MAX_IMAGE_PIXELS, 1000
    try:
        with pytest.raises(UnreadableError, match=r"exceeds limit.*PIL\.Image\.MAX_IMAGE_PIXELS"):
            bridge.load("picture")
    finally:
        image.MAX_IMAGE_PIXELS = limit


MODULE = """
from sklearn.base import BaseEstimator

class Scaler(BaseEstimator):
    def __init__(self, by=2.0):
        self.by = by
"""


@pytest.fixture()
def foreign_type(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """An estimator of a class that is no library's."""
    pytest.importorskip("skops")
    (tmp_path / "strangers").mkdir()
    (tmp_path / "strangers" / "their_module.py").write_text(MODULE)
    monkeypatch.syspath_prepend(str(tmp_path / "strangers"))
    yield __import__("their_module").Scaler
    sys.modules.pop("their_module", None)


def test_types_in_a_skops_file_are_trusted_by_the_readers_list_and_not_by_the_file(
    tmp_path: Path, foreign_type: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with home(tmp_path / "there"):
        monkeypatch.setenv("BRIDGE_TRUSTED_TYPES", "their_module.Scaler")
        bridge.save(foreign_type(3.0), "scaler", metadata={"trusted": ["their_module.Scaler"]})
        assert current().resolve("scaler").format == "skops"
        bridge.archive(tmp_path / "scaler.tar", "scaler")
        monkeypatch.delenv("BRIDGE_TRUSTED_TYPES")
    with home(tmp_path / "here"):
        bridge.restore(tmp_path / "scaler.tar")
        with pytest.raises(UnsafeFormatError, match=r"their_module\.Scaler.*BRIDGE_TRUSTED_TYPES"):
            bridge.load("scaler")
        monkeypatch.setenv("BRIDGE_TRUSTED_TYPES", "their_module.Scaler")
        assert bridge.load("scaler").by == 3.0


def test_a_pickle_that_calls_itself_a_safe_format_is_not_unpickled(workspace: Workspace) -> None:
    data = pickle.dumps(Stranger())
    made = Stranger.made
    for format, path in [
        ("npy", "value.npy"),
        ("json", "value.json"),
        ("skops", "value.skops"),
        ("members", "index.json"),
    ]:
        arrive(workspace, format, format, {path: data})
        with pytest.raises(BridgeError):
            bridge.load(format)
    index = b'{"kind": "list", "members": [{"folder": "0", "format": "pickle"}]}'
    arrive(workspace, "members2", "members", {"index.json": index, "0/value.pickle": data})
    with pytest.raises(UnsafeFormatError, match="pickle"):
        bridge.load("members2")
    objects = io.BytesIO()
    np.save(objects, np.array([Stranger()], dtype=object), allow_pickle=True)
    made = Stranger.made
    arrive(workspace, "objects", "npy", {"value.npy": objects.getvalue()})
    with pytest.raises(BridgeError):
        bridge.load("objects")
    assert Stranger.made == made
