from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from bridge.domain.errors import UnreadableError
from bridge.materializers import for_format
from bridge.materializers.numpy_array import MaskedNpy, Npy
from bridge.testing.materializer import MaterializerContract, load_files
from tests.materializers.shapes import Plain
from tests.materializers.trips import exactly, format_of, store, trip


def equal(left, right):
    return (
        type(left) is type(right)
        and left.dtype == right.dtype
        and left.shape == right.shape
        and np.ascontiguousarray(left).tobytes() == np.ascontiguousarray(right).tobytes()
    )


class TestNpy(MaterializerContract):
    format = "npy"
    materializer = Npy()

    def values(self):
        grid = np.arange(24.0).reshape(4, 6)
        structured = np.zeros(3, np.dtype([("a", "<i4"), ("b", ">f8", (2,)), ("é", "U3")]))
        aligned = np.zeros(2, np.dtype([("a", "i1"), ("b", "f8")], align=True))
        return [
            np.array(1.5),
            np.empty((0, 3)),
            grid,
            np.asfortranarray(grid),
            grid[::2, ::3],
            grid[::-1],
            grid.T,
            structured,
            aligned,
            np.array(["ab", "c"]),
            np.array([b"x"]),
            np.array(["2026", "NaT"], "M8[D]"),
            np.array([True]),
            np.array([1], ">i2"),
            np.array([1 + 2j]),
            np.float16([1, np.nan]),
            np.zeros(3, "V0"),
            np.zeros((2, 2), "U0"),
            np.broadcast_to(1, (3, 3)),
            structured[["a"]],
        ]

    def same(self, left, right):
        return equal(left, right)


class TestMaskedNpy(MaterializerContract):
    format = "npy+mask"
    materializer = MaskedNpy()

    def values(self):
        hard = np.ma.masked_array([1.0, 2.0], [True, False], hard_mask=True)
        records = np.ma.masked_array([(1, 2.0)], [(True, False)], dtype=[("a", "i4"), ("b", "f8")])
        return [np.ma.masked_array([1, 2], [True, False], fill_value=9), np.ma.masked_array([1, 2]), hard, records]

    def same(self, left, right):
        nomask = (left.mask is np.ma.nomask) == (right.mask is np.ma.nomask)
        rest = repr(left.fill_value) == repr(right.fill_value) and left.hardmask == right.hardmask
        return nomask and bool(rest) and equal(left.data, right.data) and np.array_equal(left.mask, right.mask)


class TestObjects(MaterializerContract):
    format = "objects"
    materializer = for_format("objects")

    def values(self):
        ragged = np.empty(2, object)
        ragged[:] = [np.zeros(2), np.zeros(3)]
        grid = np.array([["a", None], [1, [2, 3]]], object)
        return [np.array(None, object), np.empty((0, 2), object), grid, np.asfortranarray(grid), grid[:, ::-1], ragged]

    def same(self, left, right):
        if left.size and type(right.flat[0]) is np.ndarray:
            return all(map(equal, left, right))
        same_order = left.flags.f_contiguous == right.flags.f_contiguous or not right.flags.forc
        return left.dtype == right.dtype == object and same_order and exactly(left.tolist(), right.tolist())


@given(st.lists(st.text() | st.none() | st.integers() | st.floats() | st.tuples(st.booleans(), st.dates())))
def test_an_array_of_any_json_able_objects_comes_back_without_pickle(values):
    array = np.empty(len(values), object)
    for place, value in enumerate(values):
        array[place] = value
    assert format_of(array) == "objects" and exactly(trip(array).tolist(), array.tolist())


def test_an_array_of_objects_that_only_pickle_holds_is_pickled():
    assert format_of(np.array([Plain(1)], object)) == "pickle"


@given(hnp.arrays(hnp.array_dtypes() | hnp.scalar_dtypes(), hnp.array_shapes(min_dims=0, min_side=0, max_side=4)))
def test_any_array_comes_back_bit_for_bit_with_its_dtype(array):
    assert equal(trip(array), array)


@given(hnp.arrays("f8", hnp.array_shapes(max_side=5)), st.sampled_from("CF"))
def test_the_order_in_memory_is_kept(array, order):
    loaded = trip(np.array(array, order=order))
    assert loaded.flags.f_contiguous if order == "F" else loaded.flags.c_contiguous


def test_a_loaded_array_owns_its_memory_and_can_be_changed():
    loaded = trip(np.arange(5))
    loaded[0] = 7
    assert loaded.flags.owndata and loaded.flags.writeable


class Sub(np.ndarray): ...


@pytest.mark.parametrize(
    "array",
    [
        np.array([1, "a", {None}, lambda: 0], object)[:3].astype(np.dtype("O", metadata={"a": 1})),
        np.zeros((1, 2)).view(Sub),
        np.rec.array([(1, 2.0)], dtype=[("a", "i4"), ("b", "f8")]),
        np.dtype("f8", metadata={"unit": "m"}).type(1) + np.zeros(2, np.dtype("f8", metadata={"unit": "m"})),
    ],
    ids=["objects", "subclass", "recarray", "dtype metadata"],
)
def test_what_npy_does_not_hold_goes_to_pickle_with_its_type(array):
    loaded = trip(array)
    assert type(loaded) is type(array) and loaded.dtype == array.dtype and loaded.tolist() == array.tolist()


def test_a_scalar_of_numpy_keeps_its_type_and_is_json():
    assert type(trip(np.float64(0.5))) is np.float64 and format_of(np.float64(0.5)) == "json+tagged"
    assert type(trip(np.longdouble(0.5))) is np.longdouble


@given(st.binary(max_size=200))
def test_junk_is_refused_as_unreadable(junk):
    with pytest.raises(UnreadableError):
        load_files(Npy(), {"value.npy": junk})


def test_an_array_cut_short_at_any_place_is_refused():
    data = store(np.arange(40))[1]["value.npy"]
    for length in range(0, len(data), 7):
        with pytest.raises(UnreadableError):
            load_files(Npy(), {"value.npy": data[:length]})


def test_a_header_that_promises_terabytes_allocates_nothing():
    data = store(np.arange(4))[1]["value.npy"].replace(b"(4,), }       ", b"(4000000000,)}")
    assert b"4000000000" in data
    with pytest.raises(UnreadableError):
        load_files(Npy(), {"value.npy": data})


def test_pickled_objects_in_an_npy_file_are_never_unpickled(tmp_path):
    np.save(tmp_path / "a.npy", np.array([object], object), allow_pickle=True)
    with pytest.raises(UnreadableError, match="pickled"):
        load_files(Npy(), {"value.npy": (tmp_path / "a.npy").read_bytes()})
