from __future__ import annotations

from datetime import datetime, timezone

from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.catalog import encoding, manifests, open_catalog
from bridge.domain.manifest import FileEntry, Manifest, Part
from bridge.testing.catalog import make_saved, make_step

facts = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)
wholes = st.builds(Part, key=st.text(), offset=st.integers(0), length=st.integers(0), digest=st.text())
ranges = st.builds(Part, key=st.text(), offset=st.integers(0), length=st.integers(0))
entries = st.builds(
    FileEntry,
    path=st.text(),
    size=st.integers(0),
    digest=st.text(),
    parts=st.tuples() | st.tuples(wholes) | st.lists(ranges, min_size=2, max_size=5).map(tuple),
    inline=st.none() | st.binary(),
    chunks=st.none() | wholes,
)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("xy"), st.sampled_from(["1", "2", None]), st.integers(0, 4))))
def test_numbers_follow_a_plain_model(saves: list[tuple[str, str | None, int]]) -> None:
    """A model in Python: lists of contents, and for each step what it was given."""
    catalog = open_catalog("sqlite://")
    contents: dict[str, list[str | None]] = {"x": [], "y": []}
    steps: dict[tuple[int, str, str | None], int] = {}
    for name, content, step in saves:
        kept = contents[name]
        if (step, name, content) not in steps:
            if content is None or kept[-1:] != [content]:
                kept.append(content)
            steps[step, name, content] = len(kept)
        (version,) = catalog.put_step(make_step(f"s{step}", make_saved(name, content)))
        assert version.ref.number == steps[step, name, content]
    for name, kept in contents.items():
        found = catalog.versions(name)[::-1]
        assert [each.ref.number for each in found] == list(range(1, len(kept) + 1))
        assert [each.digest is None for each in found] == [content is None for content in kept]
    catalog.close()


@given(st.dictionaries(st.text(), facts))
def test_json_facts_come_back_equal(metadata: dict[str, object]) -> None:
    assert encoding.decode(encoding.encode(metadata)) == metadata


@given(st.dictionaries(st.text() | st.integers() | st.tuples(st.integers()), facts | st.floats() | st.binary()))
def test_any_facts_can_be_recorded(metadata: dict[str, object]) -> None:
    encoding.decode(encoding.encode(metadata))


@given(st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(9000, 1, 1), timezones=st.timezones()))
def test_times_are_exact(moment: datetime) -> None:
    assert encoding.moment(encoding.stamp(moment)) == moment.astimezone(timezone.utc)


@given(st.text(), st.text())
def test_keys_can_be_encoded_and_differ_where_names_do(one: str, other: str) -> None:
    encoding.key(one).encode("utf-8")
    if one != other and one.isprintable() and other.isprintable():
        assert encoding.key(one) != encoding.key(other)


@given(st.lists(entries, max_size=3))
def test_manifests_come_back_equal(files: list[FileEntry]) -> None:
    manifest = Manifest("blake3:ab", "npy", tuple(files))
    assert manifests.parse("blake3:ab", "npy", manifest.layout, manifests.dump(manifest), url="") == manifest
