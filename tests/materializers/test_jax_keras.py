from __future__ import annotations

import os

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from bridge.domain.errors import UnreadableError
from bridge.materializers import for_format
from bridge.testing.materializer import MaterializerContract, load_files
from tests.materializers.trips import format_of, store, trip

os.environ.setdefault("KERAS_BACKEND", "jax")
jax = pytest.importorskip("jax")
keras = pytest.importorskip("keras")
jnp = jax.numpy
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # Keras on JAX


def equal(left, right):
    if jnp.issubdtype(right.dtype, jax.dtypes.prng_key):
        return left.dtype == right.dtype and bool((jax.random.key_data(left) == jax.random.key_data(right)).all())
    return (
        left.dtype == right.dtype
        and left.shape == right.shape
        and (np.asarray(left).tobytes() == np.asarray(right).tobytes())
    )


class TestJaxArray(MaterializerContract):
    format, materializer = "jax", for_format("jax")

    def values(self):
        kinds = ["float32", "bfloat16", "float16", "int8", "uint32", "bool", "complex64", "float8_e4m3fn"]
        return [
            *(jnp.ones((2, 3)).astype(kind) for kind in kinds),
            jnp.float32(1.5),
            jnp.zeros((0, 2), "bfloat16"),
            jnp.arange(6).reshape(2, 3).T,
            jax.random.key(3),
            jax.random.split(jax.random.key(3), 2),
        ]

    def same(self, left, right):
        return equal(left, right)


@given(hnp.arrays(st.sampled_from(["f4", "i4", "?", "c8"]), hnp.array_shapes(min_dims=0, min_side=0, max_side=4)))
def test_any_array_comes_back_bit_for_bit(array):
    assert equal(trip(jnp.asarray(array)), jnp.asarray(array))


def test_a_tree_of_parameters_is_stored_by_member():
    tree = {"dense": {"kernel": jnp.ones((2, 2)), "bias": jnp.zeros(2)}, "step": 3}
    loaded = trip(tree)
    assert format_of(tree) == "members" and loaded["step"] == 3
    assert jax.tree.all(jax.tree.map(lambda a, b: bool((a == b).all()), loaded["dense"], tree["dense"]))


def test_a_double_is_not_made_a_float_where_jax_is_set_to_floats():
    with jax.enable_x64(True):
        files = store(jnp.ones(2))[1]
        assert load_files(for_format("jax"), files).dtype == "float64"
    with pytest.raises(UnreadableError, match="jax_enable_x64"):
        load_files(for_format("jax"), files)


class TestKerasModel(MaterializerContract):
    format, materializer = "keras", for_format("keras")

    def values(self):
        keras.utils.clear_session()
        keras.utils.set_random_seed(0)
        plain = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2, "relu"), keras.layers.Dense(1)])
        compiled = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
        compiled.compile("adam", "mse")
        compiled.fit(np.ones((4, 3)), np.ones(4), verbose=0)
        entry = keras.Input((3,))
        graph = keras.Model(entry, keras.layers.add([entry, keras.layers.Dense(3)(entry)]))
        return [plain, compiled, graph]

    def same(self, left, right):
        data = np.arange(6.0).reshape(2, 3)
        weights = all(map(np.array_equal, left.get_weights(), right.get_weights()))
        told = left.to_json() == right.to_json() and hasattr(left, "optimizer") == hasattr(right, "optimizer")
        return type(left) is type(right) and weights and told and np.array_equal(left(data), right(data))


def test_a_compiled_model_goes_on_learning_where_it_was():
    model = TestKerasModel().values()[1]
    loaded = trip(model)
    assert int(loaded.optimizer.iterations) == int(model.optimizer.iterations) == 1
    for each in (model, loaded):
        each.fit(np.ones((4, 3)), np.ones(4), verbose=0)
    assert np.array_equal(loaded.get_weights()[0], model.get_weights()[0])


def test_a_model_that_runs_code_when_it_is_loaded_is_not_of_the_safe_format():
    model = keras.Sequential([keras.Input((3,)), keras.layers.Lambda(lambda x: x * 2)])
    assert format_of(model) == "pickle"


def test_a_file_that_names_something_else_than_keras_is_refused():
    import io
    import zipfile

    files = store(TestKerasModel().values()[0])[1]
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(files["model.keras"])) as given, zipfile.ZipFile(changed, "w") as written:
        for name in given.namelist():
            written.writestr(name, given.read(name).replace(b'"module": "keras.layers"', b'"module": "os"'))
    from blake3 import blake3

    old, new = (blake3(content).hexdigest().encode() for content in (files["model.keras"], changed.getvalue()))
    index = files["index.json"].replace(old, new)
    with pytest.raises(UnreadableError, match="not Keras's own"):
        load_files(for_format("keras"), {"index.json": index, "model.keras": changed.getvalue()})


def test_a_damaged_file_is_refused():
    files = store(TestKerasModel().values()[0])[1]
    with pytest.raises(UnreadableError):
        load_files(for_format("keras"), {**files, "model.keras": files["model.keras"][:100]})
