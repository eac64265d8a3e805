from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import sparse

from bridge.domain.errors import UnreadableError
from bridge.materializers import for_format
from bridge.testing.materializer import MaterializerContract, load_files
from tests.materializers.trips import format_of, store, trip

LAYOUTS = ("csr", "csc", "coo", "bsr", "dia", "dok", "lil")
KINDS = [getattr(sparse, f"{layout}_{kind}") for layout in LAYOUTS for kind in ("array", "matrix")]


def equal(left, right):
    return (
        type(left) is type(right)
        and left.dtype == right.dtype
        and left.shape == right.shape
        and left.nnz == right.nnz
        and np.array_equal(left.toarray(), right.toarray(), equal_nan=left.dtype.kind in "fc")
    )


class TestSparse(MaterializerContract):
    format, materializer = "scipy-sparse", for_format("scipy-sparse")

    def values(self):
        dense = np.array([[0, 1.5, 0], [2, 0, 0]], np.float32)
        line = sparse.coo_array(np.array([1, 0, 2], np.int8))
        empty = sparse.csr_array((0, 4), dtype=bool)
        return [*(kind(dense) for kind in KINDS), line, empty]

    def same(self, left, right):
        return equal(left, right)


@given(
    hnp.arrays(st.sampled_from(["f8", "i2", "c8", "?"]), hnp.array_shapes(min_dims=2, max_dims=2, max_side=5)),
    st.sampled_from(KINDS),
)
def test_any_matrix_in_any_layout_comes_back(dense, kind):
    matrix = kind(dense)
    assert format_of(matrix) == "scipy-sparse" and equal(trip(matrix), matrix)


def test_zeros_that_are_stored_and_their_order_are_kept():
    matrix = sparse.csr_array((np.array([1.0, 0.0]), np.array([2, 0]), np.array([0, 2])), shape=(1, 3))
    loaded = trip(matrix)
    assert loaded.indices.tolist() == [2, 0] and loaded.data.tolist() == [1, 0] and not loaded.has_sorted_indices


def test_entries_of_one_place_stay_apart():
    matrix = sparse.coo_array((np.array([1, 2]), (np.array([0, 0]), np.array([1, 1]))), shape=(2, 2))
    assert trip(matrix).data.tolist() == [1, 2]


def test_subclasses_are_pickled_with_their_type():
    class Mine(sparse.csr_array): ...

    assert type(trip(Mine((2, 2)))).__name__ == "Mine" and format_of(Mine((2, 2))) == "pickle"


def test_parts_that_do_not_fit_each_other_are_refused():
    files = dict(store(sparse.csr_array(np.eye(3)))[1])
    other = store(np.array([0, 1, 7, 3], np.int32))[1]["value.npy"]
    files["5-indptr/value.npy"] = other
    with pytest.raises(UnreadableError):
        load_files(for_format("scipy-sparse"), files)


@pytest.mark.parametrize("name", ["np_matrix", "eye_array", "csr_junk", "load_npz"])
def test_only_layouts_of_scipy_are_called(name):
    files = dict(store(sparse.csr_array(np.eye(3)))[1])
    index = json.loads(files["index.json"])
    index["members"][0]["value"] = name
    with pytest.raises(UnreadableError):
        load_files(for_format("scipy-sparse"), {**files, "index.json": json.dumps(index).encode()})
