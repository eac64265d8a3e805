"""Models of large libraries, in the environment of `make frameworks`: registered, loaded by MLflow, and the same."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
import pandas as pd
import pytest

import bridge
import bridge.models
from bridge.domain.errors import NotAModelError
from bridge.domain.model import ModelVersion
from bridge.domain.version import VersionRef
from bridge.tracking.registry import Registration
from bridge.tracking.registry.rows import rows_of
from bridge.workspace import current
from bridge.workspace.registering import register_now
from tests.tracking.conftest import Script, mlflow_remarks
from tests.tracking.test_model_scripts import loaded_elsewhere
from tests.tracking.test_scripts import alone, home_of

__all__ = ["alone"]

pytestmark = [*mlflow_remarks, pytest.mark.filterwarnings("ignore::DeprecationWarning")]

FRAME = pd.DataFrame(np.random.default_rng(0).normal(size=(60, 3)), columns=["a", "b", "c"])
ARRAY = FRAME.to_numpy().astype("float32")
LABELS = (FRAME["a"] > 0).astype(int)


def registered(model: Any, given: Any) -> ModelVersion:
    name = f"m{uuid4().hex[:8]}"
    version = bridge.save(model, name)
    assert version is not None
    rows = rows_of(given, slot="x", version_of=lambda _: VersionRef("x", 1))
    return register_now(current(), Registration(name, version, rows=tuple(rows)))


def xgboost_model(rows: Any) -> Any:
    return pytest.importorskip("xgboost").XGBClassifier(n_estimators=5).fit(rows, LABELS)


def xgboost_booster(rows: Any) -> Any:
    xgboost = pytest.importorskip("xgboost")
    return xgboost.train({}, xgboost.DMatrix(rows, LABELS), 5)


def lightgbm_model(rows: Any) -> Any:
    return pytest.importorskip("lightgbm").LGBMClassifier(n_estimators=5, verbose=-1).fit(rows, LABELS)


def lightgbm_booster(rows: Any) -> Any:
    lightgbm = pytest.importorskip("lightgbm")
    return lightgbm.train({"verbose": -1}, lightgbm.Dataset(rows, LABELS), 5)


@pytest.mark.parametrize("make", [xgboost_model, xgboost_booster, lightgbm_model, lightgbm_booster])
@pytest.mark.parametrize("kind", ["frame", "array"])
def test_boosters_answer_as_the_original_and_know_their_columns(
    make: Callable[[Any], Any], kind: str, bridge_home: Path
) -> None:
    import mlflow

    given = FRAME if kind == "frame" else FRAME.to_numpy()
    model = make(given)
    made = registered(model, given)
    loaded = mlflow.pyfunc.load_model(made.uri)
    if make is xgboost_booster:
        wanted = model.predict(pytest.importorskip("xgboost").DMatrix(given))
    else:
        wanted = model.predict(given)
    assert np.allclose(loaded.predict(given), wanted)
    assert made.flavour == make.__name__.partition("_")[0]
    assert {made.flavour, "numpy"} <= {one.partition("==")[0] for one in made.details.requirements}
    inputs = made.details.signature["inputs"]
    assert [one.get("name") for one in inputs] == (["a", "b", "c"] if kind == "frame" else [None])


def test_a_torch_module_answers_as_the_original_and_is_left_as_it_was(bridge_home: Path) -> None:
    torch = pytest.importorskip("torch")
    import mlflow

    model = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.Dropout(0.5), torch.nn.Linear(4, 1))
    made = registered(model, ARRAY)
    wanted = model.eval()(torch.from_numpy(ARRAY)).detach().numpy()
    assert np.allclose(mlflow.pyfunc.load_model(made.uri).predict(ARRAY), wanted)
    assert made.details.signature["inputs"][0]["tensor-spec"] == {"dtype": "float32", "shape": [-1, 3]}
    assert not any("+" in one for one in made.details.requirements)


def test_a_torch_module_is_shown_no_rows_of_another_shape(bridge_home: Path) -> None:
    torch = pytest.importorskip("torch")
    assert registered(torch.nn.Linear(4, 1), ARRAY).details.signature == {}


def test_a_keras_model_answers_as_the_original_and_one_of_own_layers_is_refused(bridge_home: Path) -> None:
    keras = pytest.importorskip("keras")
    import mlflow

    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2, activation="relu")])
    made = registered(model, ARRAY)
    assert np.allclose(mlflow.pyfunc.load_model(made.uri).predict(ARRAY), model.predict(ARRAY), atol=1e-5)
    assert made.details.signature["outputs"][0]["tensor-spec"] == {"dtype": "float32", "shape": [-1, 2]}

    @keras.saving.register_keras_serializable()  # type: ignore[untyped-decorator]  # it has no types
    class Doubled(keras.layers.Layer):  # type: ignore[misc,name-defined]  # it has no types
        def call(self, x: Any) -> Any:
            return x * 2

    with pytest.raises(NotAModelError, match="only names the layers of tests"):
        registered(keras.Sequential([keras.Input((3,)), Doubled()]), ARRAY)


TRAIN = """
    import torch
    import torch.nn.functional as F
    from bridge import flow, task

    class Net(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.first, self.last = torch.nn.Linear(2, 4), torch.nn.Linear(4, 1)

        def forward(self, x):
            return self.last(F.relu(self.first(x)))

    @task
    def rows():
        return torch.ones(8, 2)

    @task(model="net")
    def train(x):
        torch.manual_seed(0)
        return Net()

    @flow
    def training():
        return train(rows())

    if __name__ == "__main__":
        print([[round(v, 4) for v in row] for row in training()(torch.ones(2, 2)).tolist()])
"""


def test_a_net_that_is_defined_in_the_script_answers_in_another_process(alone: Script) -> None:
    pytest.importorskip("torch")
    exit_code, out, err = alone.run(TRAIN, BRIDGE_FLUSH_TIMEOUT="200")
    assert exit_code == 0, err
    there = loaded_elsewhere(home_of(alone) / "mlflow.db", "models:/net/1", "[[1, 1], [1, 1]], dtype='float32'")
    assert np.allclose(eval(there), eval(out), atol=1e-3)
