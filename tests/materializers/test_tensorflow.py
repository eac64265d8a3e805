from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from bridge.materializers import for_format
from bridge.testing.materializer import MaterializerContract
from tests.materializers.trips import format_of, trip

tf = pytest.importorskip("tensorflow")


def dense(left, right):
    if left.dtype != right.dtype or left.shape != right.shape:
        return False
    if right.dtype == tf.string:
        return bool(np.array_equal(left.numpy(), right.numpy()))
    return np.asarray(left.numpy()).tobytes() == np.asarray(right.numpy()).tobytes()


def equal(left, right):
    if type(left) is not type(right):
        return False
    if isinstance(right, tf.SparseTensor):
        return all(dense(getattr(left, of), getattr(right, of)) for of in ("indices", "values", "dense_shape"))
    if isinstance(right, tf.RaggedTensor):
        splits = zip(left.nested_row_splits, right.nested_row_splits, strict=True)
        return dense(left.flat_values, right.flat_values) and all(dense(one, other) for one, other in splits)
    if isinstance(right, tf.Variable):
        same = left.name == right.name and left.trainable == right.trainable
        return same and dense(left.read_value(), right.read_value())
    return dense(left, right)


class TestTensorflowTensor(MaterializerContract):
    format, materializer = "tensorflow", for_format("tensorflow")

    def values(self):
        kinds = ["float32", "bfloat16", "float16", "float64", "int8", "uint32", "bool", "complex64", "float8_e4m3fn"]
        return [
            *(tf.cast(tf.ones((2, 3)), kind) for kind in kinds),
            tf.constant(1.5),
            tf.zeros((0, 2), tf.bfloat16),
            tf.constant([["a", "b\x00"], ["", "é"]]),
            tf.constant("one"),
            tf.SparseTensor([[0, 1], [2, 0]], [1.0, 2.0], [3, 4]),
            tf.ragged.constant([[[1], [2, 3]], []], dtype=tf.int64),
            tf.ragged.constant([["a"], []]),
            tf.Variable([1.0, 2.0], name="weights", trainable=False),
        ]

    def same(self, left, right):
        return equal(left, right)


@given(hnp.arrays(st.sampled_from(["f4", "i8", "?", "c8"]), hnp.array_shapes(min_dims=0, min_side=0, max_side=4)))
def test_any_tensor_comes_back_bit_for_bit(array):
    assert equal(trip(tf.constant(array)), tf.constant(array))


def test_a_tree_of_weights_is_stored_by_member():
    tree = {"kernel": tf.ones((2, 2)), "bias": tf.Variable(tf.zeros(2)), "step": 3}
    assert format_of(tree) == "members"
    loaded = trip(tree)
    assert loaded["step"] == 3 and equal(loaded["bias"], tree["bias"])


def test_a_tensor_that_stands_for_values_to_come_is_not_taken():
    taken = []

    @tf.function
    def traced(value):
        taken.append(for_format("tensorflow").handles(value))
        return value

    traced(tf.ones(2))
    assert taken == [False]
