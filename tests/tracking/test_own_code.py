"""Classes of the user's own travel with a model; packages are named with their versions."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from types import ModuleType
from typing import Any

import cloudpickle
import numpy as np
import pytest
from sklearn.ensemble import RandomForestClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from bridge.tracking.flavours.own_code import by_value, is_own, modules_of, own_modules, places_of
from bridge.tracking.registry.requirements import requirements_of

LAYERS = """
import numpy

FACTOR = 3

class Layer:
    def __call__(self, x):
        return numpy.asarray(x) * FACTOR
"""
NETS = """
from shop_package.layers import Layer

class Net:
    def __init__(self):
        self.layer = Layer()

    def predict(self, x):
        return self.layer(x).tolist()
"""


@pytest.fixture()
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A model whose class is in a module beside the script, and uses one of a package of the project's."""
    (tmp_path / "shop_package").mkdir()
    (tmp_path / "shop_package" / "__init__.py").write_text("")
    (tmp_path / "shop_package" / "layers.py").write_text(LAYERS)
    (tmp_path / "shop_nets.py").write_text(NETS)
    monkeypatch.syspath_prepend(str(tmp_path))
    is_own.cache_clear()
    import shop_nets  # type: ignore[import-not-found]  # made above

    yield shop_nets.Net()
    for name in ("shop_nets", "shop_package", "shop_package.layers"):
        sys.modules.pop(name, None)
    is_own.cache_clear()


def test_modules_of_the_project_are_found_with_what_they_use(shop: Any, tmp_path: Path) -> None:
    assert own_modules([shop]) == {"shop_nets", "shop_package.layers"}
    assert places_of(shop) == (str(tmp_path),)


def test_a_model_pickled_by_value_answers_where_its_modules_are_not(shop: Any, tmp_path: Path) -> None:
    with by_value(shop):
        data = cloudpickle.dumps(shop)
    (tmp_path / "model.pickle").write_bytes(data)
    code = f"import pickle; print(pickle.load(open({str(tmp_path / 'model.pickle')!r}, 'rb')).predict([1, 2]))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd="/", check=False)
    assert done.stdout.strip() == "[3, 6]", done.stderr
    assert b"shop_nets" not in cloudpickle.dumps(np.zeros(1))
    assert cloudpickle.list_registry_pickle_by_value() == set()


def test_installed_modules_are_not_the_users_own() -> None:
    for name in ("numpy", "sklearn.ensemble", "os", "bridge.workspace", "builtins"):
        __import__(name)
        assert not is_own(name), name


def test_a_module_made_by_hand_is_the_users_own() -> None:
    sys.modules["made_by_hand"] = ModuleType("made_by_hand")
    try:
        assert is_own("made_by_hand")
    finally:
        del sys.modules["made_by_hand"]
        is_own.cache_clear()


def test_requirements_are_what_the_model_is_made_of() -> None:
    model = make_pipeline(FunctionTransformer(np.log1p), RandomForestClassifier(n_estimators=2))
    found = requirements_of(modules_of([model]), ["skops"])
    assert f"scikit-learn=={version('scikit-learn')}" in found
    assert f"skops=={version('skops')}" in found
    assert {one.partition("==")[0] for one in found} == {"numpy", "scikit-learn", "skops"}


def test_what_cannot_be_pickled_ends_the_search_and_nothing_else() -> None:
    class Stubborn:
        def __reduce__(self) -> Any:
            raise RuntimeError("no")

    assert "tests.tracking.test_own_code" in modules_of([[np.zeros(2), Stubborn()]])
