from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bridge.domain.manifest import FileEntry, Manifest, Part
from bridge.domain.sharing import BytesShared, shared_bytes

parts = st.lists(st.builds(Part, st.sampled_from(["a", "b"]), st.integers(0, 20), st.integers(0, 12)), max_size=5).map(
    tuple
)


def manifest(name: str, files: list[tuple[Part, ...]]) -> Manifest:
    entries = [
        FileEntry(f"{place}", sum(part.length for part in each), f"{name}{place}", each)
        for place, each in enumerate(files)
    ]
    return Manifest(f"blake3:{name}", "text", tuple(entries))


def places(part: Part) -> list[tuple[str, int]]:
    return [(part.key, part.offset + place) for place in range(part.length)]


@given(st.lists(parts, max_size=3), st.lists(parts, max_size=3))
def test_shared_bytes_agree_with_counting_one_by_one(old: list[tuple[Part, ...]], new: list[tuple[Part, ...]]) -> None:
    known = {place for each in old for part in each for place in places(part)}
    wanted = [place for each in new for part in each for place in places(part)]
    shared = sum(place in known for place in wanted)
    assert shared_bytes(manifest("old", old), manifest("new", new)) == BytesShared(shared, len(wanted) - shared)


@given(st.lists(parts, max_size=3))
def test_a_version_shares_everything_with_itself(files: list[tuple[Part, ...]]) -> None:
    assert shared_bytes(manifest("a", files), manifest("b", files)).new == 0
    assert shared_bytes(manifest("a", files), manifest("b", files)).share == 1.0


def test_inline_files_are_shared_by_their_digest() -> None:
    old = Manifest("blake3:1", "json", (FileEntry("value.json", 2, "aa", inline=b"42"),))
    new = Manifest("blake3:2", "json", (FileEntry("other.json", 2, "aa", inline=b"42"),))
    assert shared_bytes(old, new) == BytesShared(2, 0)
