from __future__ import annotations

import json
from collections import Counter, OrderedDict, defaultdict, deque
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from uuid import UUID
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.domain.errors import UnreadableError, UnstorableError
from bridge.materializers import for_format, for_value
from bridge.materializers.json_value import PlainJson, TaggedJson
from bridge.materializers.tagged import dumps, encode
from bridge.testing.materializer import MaterializerContract, load_files
from tests.materializers import shapes
from tests.materializers.trips import exactly, format_of, store, trip

any_text = st.text(st.characters(exclude_categories=()))
scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | any_text
    | st.binary()
    | st.complex_numbers()
    | st.decimals()
    | st.fractions()
    | st.dates()
    | st.datetimes(timezones=st.none() | st.timezones())
    | st.times()
    | st.timedeltas()
    | st.uuids()
)
keys = st.none() | st.booleans() | st.integers() | any_text | st.tuples(st.integers(), any_text) | st.dates()
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(keys, inner, max_size=4)
        | st.sets(keys, max_size=4)
        | st.frozensets(keys, max_size=4)
    ),
    max_leaves=12,
)


@pytest.mark.parametrize("count", [0, 1, 4096, 4097, 8192, 10_000])
def test_a_long_list_is_written_in_pieces_that_are_the_one_json(count: int) -> None:
    for value in ([{"n": number, "é": [number]} for number in range(count)], [(number,) for number in range(count)]):
        files = store(value)[1]
        assert files["value.json"].decode() == dumps(encode(value))
        assert exactly(trip(value), value)


class TestPlainJson(MaterializerContract):
    format = "json"
    materializer = PlainJson()

    def values(self):
        return [
            None,
            True,
            0,
            -1,
            2**500,
            1.5,
            -0.0,
            "",
            "é\n\x00",
            [],
            {},
            [1, True, 1.0],
            {"b": [{"a": None}], "a": 1},
        ]

    def same(self, left, right):
        return exactly(left, right)


class TestTaggedJson(MaterializerContract):
    format = "json+tagged"
    materializer = TaggedJson()

    def values(self):
        return [
            (1, (2, ())),
            {1: 2, False: 3},
            {"$a": 1},
            {2, 1},
            frozenset("ab"),
            float("nan"),
            float("-inf"),
            2**20000,
            "\ud800\udc00",
            b"\x00",
            bytearray(b"x"),
            1j,
            complex(-0.0, float("nan")),
            range(1, 9, 2),
            date(2026, 1, 2),
            timedelta(-1, 2, 3),
            datetime(2026, 10, 25, 2, 30, fold=1, tzinfo=ZoneInfo("Europe/Berlin")),
            datetime(2026, 1, 1, tzinfo=timezone.utc),
            datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=5, minutes=30))),
            time(1, 2, fold=1),
            Decimal("1.10"),
            Fraction(1, 3),
            UUID(int=5),
            OrderedDict(b=1, a=2),
            Counter("abca"),
            deque([1, 2], maxlen=3),
            defaultdict(list, {"a": [1]}),
            np.float64(0.5),
            np.float32(0.1),
            np.int8(-3),
            np.uint64(2**64 - 1),
            np.bool_(True),
            np.float64("nan"),
            np.complex64(1 + 2j),
            np.datetime64("2026-01-01", "D"),
            np.timedelta64(5, "ms"),
            np.datetime64("NaT"),
            {"score": np.float64(0.9)},
            shapes.Config(0.1, (1, 2), {3: "x"}),
            shapes.Frozen("a"),
            shapes.Point(1, 2.0),
            shapes.Colour.RED,
            shapes.Number.ONE,
            shapes.Settings(nested=shapes.Config(1.0)),
            [shapes.Point(1, float("inf"))],
        ]

    def same(self, left, right):
        if type(left) is type(right) and isinstance(left, (np.generic, Decimal)):
            return repr(left) == repr(right)
        return exactly(left, right)


@given(values)
def test_what_is_made_of_builtin_types_comes_back_with_the_same_types(value):
    format, files, _ = store(value)
    assert format in {"json", "json+tagged", "text", "bytes"} or "datetime" in repr(value)
    assert repr(trip(value)) == repr(value) or exactly(trip(value), value)
    assert store(value)[1] == files


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda x: st.lists(x) | st.dictionaries(st.text(), x),
    )
)
def test_plain_json_is_what_any_reader_reads(value):
    format, files, _ = store(value)
    if format == "json":
        assert exactly(json.loads(files["value.json"]), value)


@pytest.mark.parametrize(
    "value",
    [
        shapes.MyDict(a=1),
        shapes.MyInt(3),
        shapes.MyStr("x"),
        shapes.MyList([1]),
        [shapes.MyInt(1)],
        {shapes.MyStr("k"): 1},
    ],
    ids=repr,
)
def test_a_subclass_of_a_builtin_keeps_its_type(value):
    loaded = trip(value)
    assert exactly(loaded, value)
    assert [type(x) for x in loaded] == [type(x) for x in value] if isinstance(value, (list, dict)) else True


def test_the_order_of_keys_is_kept_and_is_part_of_the_content():
    assert list(trip({"b": 1, "a": 2})) == ["b", "a"]
    assert store({"b": 1, "a": 2})[1] != store({"a": 2, "b": 1})[1]


def test_one_and_true_and_one_point_zero_are_different_contents():
    assert len({bytes(store(value)[1]["value.json"]) for value in (1, True, 1.0, "1")}) == 4


def test_a_list_that_holds_itself_is_pickled_with_its_knot():
    value: list = [1]
    value.append(value)
    loaded = trip(value)
    assert loaded[1] is loaded and format_of(value) == "pickle"


def test_a_value_nested_too_deeply_for_any_format_is_refused_with_the_reason():
    value: list = []
    for _ in range(100_000):
        value = [value]
    with pytest.raises(UnstorableError, match="nested too deeply"):
        store(value)


def test_shared_members_that_would_blow_up_in_json_are_not_written_out():
    value: list = [1]
    for _ in range(20):
        value = [value, value]
    assert format_of(value) == "pickle"


def test_a_changed_private_attribute_of_a_model_is_kept():
    settings = shapes.Settings(rate=2)
    settings._secret = 7
    loaded = trip(settings)
    assert loaded == settings and loaded._secret == 7 and loaded.model_fields_set == {"rate"}


def test_a_dataclass_with_an_attribute_that_is_no_field_is_not_cut_down_to_its_fields():
    config = shapes.Config(0.1)
    config.extra = 1
    assert trip(config).extra == 1


def test_loading_a_dataclass_runs_no_post_init():
    made = object.__new__(shapes.Frozen)
    object.__setattr__(made, "name", "never")
    assert trip(made).name == "never"


def test_a_class_of_another_kind_than_was_stored_is_never_called():
    for path in (
        "subprocess:Popen",
        "os:system",
        "builtins:dict",
        "tests.materializers.shapes:Plain",
        "no.such:Thing",
        "",
    ):
        junk = json.dumps({"$dataclass": [path, {"args": ["true"]}]}).encode()
        with pytest.raises(UnreadableError):
            load_files(TaggedJson(), {"value.json": junk})


def test_a_dataclass_that_has_a_new_field_since_is_loaded_with_its_default():
    junk = json.dumps({"$dataclass": ["tests.materializers.shapes:Config", {"rate": 3}]}).encode()
    assert load_files(TaggedJson(), {"value.json": junk}) == shapes.Config(3)


@pytest.mark.parametrize(
    "junk",
    [
        b"",
        b"{",
        b"\xff",
        b'{"$nope": 1}',
        b'{"$int": "zz"}',
        b'{"$set": [[]]}',
        b'{"$numpy": ["void", 1]}',
        b"[" * 99_999,
        b'{"$date": 1}',
    ],
)
def test_junk_is_refused_as_unreadable(junk):
    with pytest.raises(UnreadableError):
        load_files(TaggedJson(), {"value.json": junk})


def test_deciding_about_scalars_needs_no_library():
    assert for_value(1).format == "json" and for_format("json+tagged").load
