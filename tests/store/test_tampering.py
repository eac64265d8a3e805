"""A local store whose objects or manifests were changed: the error names what changed, and nothing wrong is loaded.

Single flaws of objects are in the contract (`bridge.testing.store`); here are those of packs, lists of chunks and
manifests.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bridge.domain.errors import BridgeError, DigestMismatchError, FilePathError, StoreError
from bridge.domain.manifest import FileEntry, Manifest
from bridge.store import BlobStore, open_store
from bridge.store.chunks import Chunks
from bridge.store.digest import digest_of
from bridge.testing.store import contents, noise, put

LARGE = noise(3 << 20)


@pytest.fixture
def store(tmp_path: Path) -> BlobStore:
    return open_store(str(tmp_path / "store"), staging=tmp_path / "scratch")


def at(store: BlobStore, key: str) -> Path:
    """An object that can be written."""
    path = Path(store.url) / key
    path.chmod(0o600)
    return path


def assert_named(store: BlobStore, manifest: Manifest, *, whole: set[str]) -> None:
    """Each file that was changed is refused by its name, and verify names it; the others are as they were."""
    changed = {entry.path for entry in manifest.files} - whole
    for path in changed:
        for how in ("open", "local"):
            with store.read(manifest) as source, pytest.raises(DigestMismatchError, match=path):
                getattr(source, how)(path)
    with store.read(manifest) as source:
        for entry in manifest.files:
            if entry.path in whole:
                with source.open(entry.path) as file:
                    assert digest_of(file.read()) == entry.digest
    said = store.verify(manifest)
    assert len(said) == len(changed)
    for path in changed:
        assert any(repr(path) in sentence and manifest.digest in sentence for sentence in said)


def test_a_byte_of_a_pack_is_told_by_the_small_file_that_it_is_in(store: BlobStore) -> None:
    files = {f"{n:02}.bin": noise(5000, n) for n in range(40)}
    manifest = put(store, files)
    (pack,) = manifest.keys()
    path = at(store, pack)
    data = bytearray(path.read_bytes())
    data[manifest.files[7].parts[0].offset + 3] ^= 1
    path.write_bytes(data)
    assert_named(store, manifest, whole=set(files) - {"07.bin"})


def test_a_byte_of_a_pack_of_chunks_changes_the_versions_that_it_is_in_and_no_other(store: BlobStore) -> None:
    first = put(store, {"a.bin": LARGE})
    second = put(store, {"a.bin": LARGE + noise(50_000)}, bases=[first])
    (pack,) = set(second.keys()) - set(first.keys()) - {second.files[0].chunks.key}  # type: ignore[union-attr]  # it was cut
    path = at(store, pack)
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    assert_named(store, second, whole=set())
    assert_named(store, first, whole={"a.bin"})


def test_two_objects_in_each_others_place_are_both_told(store: BlobStore) -> None:
    manifest = put(store, {"a.bin": noise(300_000, 1), "b.bin": noise(300_000, 2), "c.bin": noise(300_000, 3)})
    one, other = (at(store, manifest.files[i].parts[0].key) for i in (0, 1))
    was = one.read_bytes()
    one.write_bytes(other.read_bytes())
    other.write_bytes(was)
    assert_named(store, manifest, whole={"c.bin"})


def test_an_object_that_became_a_link_to_another_is_told(store: BlobStore, tmp_path: Path) -> None:
    manifest = put(store, {"a.bin": noise(300_000)})
    (tmp_path / "other").write_bytes(noise(300_000, 9))
    path = at(store, manifest.keys()[0])
    path.unlink()
    path.symlink_to(tmp_path / "other")
    assert_named(store, manifest, whole=set())


def test_a_list_of_chunks_that_names_others_is_not_believed(store: BlobStore) -> None:
    first = put(store, {"a.bin": LARGE})
    second = put(store, {"a.bin": LARGE + noise(50_000)}, bases=[first])
    listed = second.files[0].chunks
    assert listed is not None
    path = at(store, listed.key)
    chunks = Chunks.decode(path.read_bytes())
    swapped = (replace(chunks.all[0], digest=chunks.all[1].digest), *chunks.all[1:])
    path.write_bytes(replace(chunks, all=swapped).encode())
    third = put(store, {"a.bin": noise(100) + LARGE}, bases=[second])
    assert (contents(store, third), store.verify(third)) == ({"a.bin": noise(100) + LARGE}, [])


def change(manifest: Manifest, **changes: object) -> Manifest:
    first, *rest = manifest.files
    return replace(manifest, files=(replace(first, **changes), *rest))  # type: ignore[arg-type]  # one of its fields


def _added(manifest: Manifest) -> Manifest:
    extra = FileEntry("z.bin", 2, digest_of(b"42"), inline=b"42")
    return replace(manifest, files=(*manifest.files, extra))


def _swapped(manifest: Manifest) -> Manifest:
    one, other = manifest.files
    return replace(manifest, files=(replace(one, path=other.path), replace(other, path=one.path)))


@pytest.mark.parametrize(
    ("forge", "error", "says"),
    [
        (lambda m: change(m, path="../x"), FilePathError, r"'\.\./x'"),
        (lambda m: change(m, path="/etc/x"), FilePathError, "'/etc/x' .* absolute"),
        (lambda m: change(m, path="b.bin"), FilePathError, r"'b\.bin' .* written already"),
        (lambda m: change(m, path="b.bin/c"), FilePathError, r"'b\.bin/c'|'b\.bin'"),
        (lambda m: change(m, path="renamed.bin"), DigestMismatchError, "list of a value's files"),
        (lambda m: change(m, digest=digest_of(b"other")), DigestMismatchError, "list of a value's files"),
        (lambda m: change(m, size=1), StoreError, r"contradicts itself at 'a\.bin'"),
        (lambda m: replace(m, files=m.files[1:]), DigestMismatchError, "list of a value's files"),
        (lambda m: replace(m, format="pickle"), DigestMismatchError, "list of a value's files"),
        (_added, DigestMismatchError, "list of a value's files"),
        (_swapped, DigestMismatchError, "list of a value's files"),
    ],
)
def test_a_manifest_that_was_changed_is_refused_before_a_byte_is_read(
    store: BlobStore, forge: Callable[[Manifest], Manifest], error: type[BridgeError], says: str
) -> None:
    bad = forge(put(store, {"a.bin": noise(300_000, 1), "b.bin": noise(300_000, 2)}))
    with pytest.raises(error, match=says), store.read(bad):
        pass
    (sentence,) = store.verify(bad)
    assert sentence


def test_parts_that_lead_elsewhere_within_the_store_are_told_by_the_file(store: BlobStore) -> None:
    manifest = put(store, {"a.bin": noise(300_000, 1), "b.bin": noise(300_000, 2)})
    bad = change(manifest, parts=manifest.files[1].parts)
    assert_named(store, bad, whole={"b.bin"})
