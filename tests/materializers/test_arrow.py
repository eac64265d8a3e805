from __future__ import annotations

import datetime
from decimal import Decimal

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.domain.errors import UnreadableError
from bridge.materializers.arrow_table import ArrowParquet, ArrowStream
from bridge.testing.materializer import MaterializerContract, load_files
from tests.materializers.trips import format_of, store, trip

TABLE = pa.table({"a": [1, 2, None], "s": ["x", None, "é"]})
WORDS = pa.array(["a", "b", "a"]).dictionary_encode()


def equal(left, right):
    schema = not hasattr(left, "schema") or left.schema.equals(right.schema, check_metadata=True)
    kind = not hasattr(left, "type") or left.type == right.type
    return type(left) is type(right) and schema and kind and left.equals(right)


class TestArrowParquet(MaterializerContract):
    format, materializer = "arrow+parquet", ArrowParquet()

    def values(self):
        nested = pa.table(
            {
                "list": pa.array([[1], [], None], pa.list_(pa.field("inside", pa.int8()))),
                "struct": pa.array([{"a": 1}, None, {"a": None}], pa.struct([("a", pa.int16())])),
            }
        )
        odd = pa.table(
            {
                "half": pa.array([1.5], pa.float16()),
                "zoned": pa.array([1], pa.timestamp("ms", "Europe/Berlin")),
                "took": pa.array([1], pa.duration("s")),
                "day": pa.array([datetime.date(2026, 1, 1)], pa.date32()),
                "fixed": pa.array([b"x"], pa.binary(1)),
                "exact": pa.array([Decimal(1)], pa.decimal256(50)),
                "time": pa.array([1], pa.time32("ms")),
                "nothing": pa.nulls(1),
            }
        )
        described = TABLE.replace_schema_metadata({"bridge": "mine", "é": "ü"})
        required = pa.table([[1]], schema=pa.schema([pa.field("a", pa.int64(), nullable=False, metadata={"b": "c"})]))
        return [TABLE, TABLE.slice(1), TABLE.slice(0, 0), pa.table({}), nested, odd, described, required]

    def same(self, left, right):
        return equal(left, right)


class TestArrowStream(MaterializerContract):
    format, materializer = "arrow+ipc", ArrowStream()

    def values(self):
        doubled = pa.table([[1], [2]], names=["a", "a"])
        return [
            doubled,
            pa.table({"words": WORDS}),
            pa.table({"views": pa.array(["a", "b"], pa.string_view())}),
            pa.table(
                {"seconds": pa.array([1, None], pa.timestamp("s")), "day": pa.array([86400000, None], pa.date64())}
            ),
            pa.table({"map": pa.array([[("a", 1)], [], None], pa.map_(pa.string(), pa.int8()))}),
            pa.table({"vectors": pa.array([[1, 2], None], pa.list_(pa.int8(), 2))}),
            pa.table({"spans": pa.array([(1, 2, 3)], pa.month_day_nano_interval())}),
            TABLE.to_batches()[0],
            pa.record_batch([pa.array([], pa.int8())], names=["q"]),
            pa.array([1, None]),
            pa.array([1, 2, 3]).slice(1),
            pa.array([], pa.string()),
            WORDS,
            pa.RunEndEncodedArray.from_arrays([2], [1]),
            pa.chunked_array([[1], [2]]),
            pa.chunked_array([], pa.int8()),
        ]

    def same(self, left, right):
        return equal(left, right)


@given(st.lists(st.floats() | st.none()), st.lists(st.text() | st.none()))
def test_any_columns_come_back_bit_for_bit(numbers, texts):
    rows = min(len(numbers), len(texts))
    table = pa.table({"n": pa.array(numbers[:rows], pa.float64()), "t": pa.array(texts[:rows], pa.string())})
    loaded = trip(table)
    assert loaded.schema == table.schema
    assert list(map(repr, loaded.to_pylist())) == list(map(repr, table.to_pylist()))


@pytest.mark.parametrize("column", [[1, 2, 3, 4], ["a", "b", "c", None], WORDS.take(pa.array([0, 1, 2, 0]))], ids=str)
def test_the_bytes_do_not_tell_how_a_table_was_put_together(column):
    whole = pa.table({"a": column})
    pieces = pa.concat_tables([whole.slice(0, 1), whole.slice(1, 2), whole.slice(3)])
    assert store(pieces)[1] == store(whole)[1]


def test_dictionaries_of_several_chunks_become_one():
    pieces = pa.chunked_array([pa.array(["a", "b"]).dictionary_encode(), pa.array(["c", "a"]).dictionary_encode()])
    assert trip(pieces).to_pylist() == ["a", "b", "c", "a"]


def test_the_values_of_a_dictionary_keep_their_order_even_those_that_no_row_has():
    words = pa.DictionaryArray.from_arrays(pa.array([1], pa.int8()), ["unused", "used"])
    assert trip(pa.table({"w": words})).column("w").chunk(0).dictionary.to_pylist() == ["unused", "used"]


def test_rows_of_a_table_without_columns_are_not_lost():
    table = pa.table({"a": [1, 2]}).drop(["a"])
    assert format_of(table) == "pickle" and format_of(table.schema) == "pickle"


def test_facts_tell_rows_and_columns():
    facts = store(TABLE)[2]
    assert (facts["kind"], facts["rows"], facts["shape"], facts["nulls"]) == ("table", 3, [3, 2], {"a": 1, "s": 1})
    assert facts["columns"] == [["a", "int64"], ["s", "string"]]
    assert store(WORDS)[2]["rows"] == 3


@pytest.mark.parametrize("value", [TABLE, WORDS], ids=["parquet", "stream"])
def test_a_file_cut_short_at_any_place_is_refused(value):
    format, files, _ = store(value)
    ((path, data),) = files.items()
    materializer = ArrowParquet() if format == "arrow+parquet" else ArrowStream()
    for length in range(0, len(data), 9):
        with pytest.raises(UnreadableError):
            load_files(materializer, {path: data[:length]})


@given(st.binary(max_size=200))
def test_junk_is_refused_as_unreadable(junk):
    for materializer, path in ((ArrowParquet(), "value.parquet"), (ArrowStream(), "table.arrow")):
        with pytest.raises(UnreadableError):
            load_files(materializer, {path: junk})


def test_offsets_that_lead_out_of_the_text_are_refused():
    array = pa.array(["abcd", "efgh"])
    ((path, data),) = store(array)[1].items()
    offsets = array.buffers()[1].to_pybytes()[:12]
    broken = data.replace(offsets, offsets[:8] + (1 << 20).to_bytes(4, "little"))
    assert broken != data
    with pytest.raises(UnreadableError):
        load_files(ArrowStream(), {path: broken})


def test_an_array_that_breaks_the_rules_of_its_own_type_is_pickled_not_lost():
    half_a_day = pa.array([1], pa.date64())
    assert format_of(half_a_day) == "pickle" and trip(half_a_day).equals(half_a_day)
