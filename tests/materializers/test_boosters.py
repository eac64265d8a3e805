from __future__ import annotations

import json
import subprocess
import sys
import warnings

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.datasets import load_iris
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from bridge.domain.errors import UnreadableError
from bridge.materializers import for_format
from bridge.testing.materializer import MaterializerContract, load_files
from tests.materializers.trips import format_of, store, trip

xgboost = pytest.importorskip("xgboost")
lightgbm = pytest.importorskip("lightgbm")
catboost = pytest.importorskip("catboost")

X, Y = load_iris(return_X_y=True)
FRAME = pd.DataFrame(X, columns=["a", "b", "c", "d"])
NAMES = np.array(["setosa", "versicolor", "virginica"])[Y]
QUIET = {"verbose": 0, "allow_writing_files": False}


def same_model(left, right, data=X):
    if type(left) is not type(right):
        return False
    if hasattr(left, "predict_proba") and hasattr(right, "classes_"):
        return np.array_equal(left.predict_proba(data), right.predict_proba(data)) and np.array_equal(
            left.classes_, right.classes_
        )
    return np.array_equal(left.predict(data), right.predict(data))


class TestXgboost(MaterializerContract):
    format, materializer = "xgboost", for_format("xgboost")

    def values(self):
        matrix = xgboost.DMatrix(FRAME, Y)
        booster = xgboost.train({"max_depth": 2, "eta": 0.2}, matrix, 3)
        booster.set_attr(note="é")
        classifier = xgboost.XGBClassifier(n_estimators=3, max_depth=2, n_jobs=1).fit(
            X, Y, eval_set=[(X, Y)], verbose=False
        )
        return [booster, classifier, xgboost.XGBRegressor(n_estimators=2, n_jobs=1).fit(X, Y), xgboost.XGBRFRegressor()]

    def same(self, left, right):
        if isinstance(right, xgboost.Booster):
            matrix = xgboost.DMatrix(FRAME)
            told = left.save_config() == right.save_config() and left.attributes() == right.attributes()
            return told and np.array_equal(left.predict(matrix), right.predict(matrix))
        told = str(left.get_params()) == str(right.get_params()) and vars(left).keys() == vars(right).keys()
        return told and (not hasattr(right, "_Booster") or same_model(left, right))


class TestLightGbm(MaterializerContract):
    format, materializer = "lightgbm", for_format("lightgbm")

    def values(self):
        quiet = {"verbose": -1, "num_leaves": 4, "num_threads": 1, "min_data_in_leaf": 5}
        booster = lightgbm.train(quiet, lightgbm.Dataset(X, Y), 3)
        fitted = lightgbm.LGBMClassifier(n_estimators=3, verbose=-1, n_jobs=1).fit(FRAME, NAMES)
        return [booster, fitted, lightgbm.LGBMRegressor()]

    def same(self, left, right):
        if isinstance(right, lightgbm.Booster):
            told = left.model_to_string() == right.model_to_string() and left.params == right.params
            return told and same_model(left, right)
        told = str(left.get_params()) == str(right.get_params()) and vars(left).keys() == vars(right).keys()
        return told and (not hasattr(right, "fitted_") or same_model(left, right, FRAME))


class TestCatBoost(MaterializerContract):
    format, materializer = "catboost", for_format("catboost")
    fitted = (
        catboost.CatBoostClassifier(iterations=3, **QUIET).fit(FRAME, NAMES),
        catboost.CatBoostRegressor(iterations=2, cat_features=[0], **QUIET).fit(FRAME.astype({"a": str}), Y),
    )

    def values(self):
        return [*self.fitted, catboost.CatBoostRanker(iterations=1)]

    def same(self, left, right):
        told = left.get_params() == right.get_params() and left.is_fitted() == right.is_fitted()
        data = FRAME if isinstance(right, catboost.CatBoostClassifier) else FRAME.astype({"a": str})
        return told and (not right.is_fitted() or same_model(left, right, data))


def test_the_native_file_is_what_the_library_itself_reads(tmp_path):
    booster = xgboost.train({}, xgboost.DMatrix(X, Y), 2)
    files = store({"x": booster, "l": TestLightGbm().values()[0], "c": TestCatBoost.fitted[0]})[1]
    (tmp_path / "a.ubj").write_bytes(files["0-x/model.ubj"])
    assert np.array_equal(
        xgboost.Booster(model_file=str(tmp_path / "a.ubj")).predict(xgboost.DMatrix(X)),
        booster.predict(xgboost.DMatrix(X)),
    )
    (tmp_path / "a.cbm").write_bytes(files["2-c/model.cbm"])
    text = files["1-l/model.txt"].decode()
    assert np.array_equal(lightgbm.Booster(model_str=text).predict(X), TestLightGbm().values()[0].predict(X))
    assert catboost.CatBoostClassifier().load_model(tmp_path / "a.cbm").tree_count_ == 3


def test_scores_and_the_best_round_of_an_early_stop_are_kept():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = lightgbm.LGBMClassifier(n_estimators=20, verbose=-1, n_jobs=1).fit(
            X, NAMES, eval_set=[(X, NAMES)], callbacks=[lightgbm.early_stopping(2, verbose=False)]
        )
    loaded = trip(model)
    assert format_of(model) == "lightgbm"
    assert loaded.best_iteration_ == model.best_iteration_ and loaded.evals_result_ == model.evals_result_
    other = xgboost.XGBClassifier(n_estimators=20, early_stopping_rounds=2, n_jobs=1).fit(
        X, Y, eval_set=[(X, Y)], verbose=False
    )
    assert trip(other).best_iteration == other.best_iteration and trip(other).evals_result() == other.evals_result()


def test_a_loaded_model_can_be_cloned_and_fitted_again():
    for model in (xgboost.XGBClassifier(n_estimators=2, n_jobs=1), lightgbm.LGBMClassifier(n_estimators=2, verbose=-1)):
        loaded = trip(model.fit(X, Y))
        assert np.array_equal(clone(loaded).fit(X, Y).predict(X), model.predict(X))
        assert np.array_equal(loaded.fit(X, Y).predict(X), model.predict(X))


def test_a_model_with_a_function_of_the_users_own_is_pickled():
    def mine(y_true, y_score):
        return float(np.mean(np.abs(y_true - y_score)))

    model = xgboost.XGBRegressor(n_estimators=2, eval_metric=mine, n_jobs=1).fit(X, Y)
    assert format_of(model) == "pickle" and same_model(trip(model), model)


@pytest.mark.parametrize(
    "model",
    [xgboost.XGBClassifier(n_estimators=3, n_jobs=1), lightgbm.LGBMClassifier(n_estimators=3, verbose=-1, n_jobs=1)],
    ids=["xgboost", "lightgbm"],
)
def test_a_pipeline_that_ends_in_a_booster_needs_no_pickle(model):
    fitted = make_pipeline(StandardScaler(), model).fit(FRAME, Y)
    again = make_pipeline(StandardScaler(), clone(model)).fit(FRAME, Y)
    assert format_of(fitted) == "skops" and store(fitted)[1] == store(again)[1]
    assert np.array_equal(trip(fitted).predict_proba(FRAME), fitted.predict_proba(FRAME))


class Mine(xgboost.XGBClassifier):
    pass


def test_a_users_subclass_keeps_its_type():
    loaded = trip(Mine(n_estimators=2, n_jobs=1).fit(X, Y))
    assert type(loaded) is Mine


def test_the_same_training_gives_the_same_bytes_in_another_process():
    code = (
        "import xgboost, lightgbm, hashlib; from sklearn.datasets import load_iris\n"
        "from tests.materializers.trips import store\n"
        "X, Y = load_iris(return_X_y=True)\n"
        "models = [xgboost.XGBClassifier(n_estimators=3, n_jobs=1).fit(X, Y),"
        " lightgbm.LGBMClassifier(n_estimators=3, verbose=-1, n_jobs=1).fit(X, Y)]\n"
        "print([hashlib.sha256(repr(sorted(store(m)[1].items())).encode()).hexdigest() for m in models])"
    )
    told = {
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
        for _ in range(2)
    }
    assert len(told) == 1


@pytest.mark.parametrize("model", [TestXgboost, TestLightGbm, TestCatBoost])
def test_a_model_cut_short_is_refused(model):
    files = store(model().values()[0])[1]
    (path,) = [path for path in files if path.startswith("model.")]
    for length in (0, 10, len(files[path]) // 2):
        with pytest.raises(UnreadableError):
            load_files(model.materializer, {**files, path: files[path][:length]})


@pytest.mark.parametrize("model", [TestXgboost, TestLightGbm, TestCatBoost])
def test_only_models_of_the_library_are_made(model):
    files = store(model().values()[0])[1]
    index = json.loads(files["index.json"])
    index["members"][0]["value"] = "sklearn"
    with pytest.raises(UnreadableError, match="is no model"):
        load_files(model.materializer, {**files, "index.json": json.dumps(index).encode()})
