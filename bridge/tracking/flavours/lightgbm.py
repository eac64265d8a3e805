"""LightGBM: boosters, and estimators with scikit-learn's API."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from bridge.tracking.flavours.flavour import Saving, Wanted
from bridge.tracking.flavours.loaded import is_a
from bridge.tracking.flavours.sklearn import save_as_safely_as_possible

_UNNAMED = re.compile(r"Column_\d+")


class Lightgbm:
    """A `Booster`, or an `LGBMModel`.

    >>> Lightgbm().takes({})
    False
    """

    name = "lightgbm"

    def takes(self, model: Any) -> bool:
        """Whether it is one."""
        return is_a(model, "lightgbm", "Booster") or is_a(model, "lightgbm", "LGBMModel")

    def save(self, model: Any, saving: Saving) -> None:
        """Write it: a booster in LightGBM's own format, an estimator as scikit-learn's."""
        import mlflow.lightgbm

        if is_a(model, "lightgbm", "Booster"):
            mlflow.lightgbm.save_model(model, pip_requirements=saving.require("lightgbm", "numpy"), **saving.options)
            return

        def save(**how: Any) -> None:
            kept = "skops" if how["serialization_format"] == "skops" else "cloudpickle"
            needed = saving.require("lightgbm", "numpy", "scikit-learn", kept)
            mlflow.lightgbm.save_model(model, pip_requirements=needed, **how, **saving.options)

        save_as_safely_as_possible(model, saving, save)

    def wanted(self, model: Any) -> Wanted:
        """Its feature names, or their number."""
        booster = model if is_a(model, "lightgbm", "Booster") else model.booster_
        names = booster.feature_name()
        if all(_UNNAMED.fullmatch(name) for name in names):
            return Wanted(row=(int(booster.num_feature()),))
        return Wanted(names=tuple(names))

    def predict(self, model: Any, example: Any) -> Any:
        """What it predicts."""
        return model.predict(example)

    def parts(self, model: Any) -> Sequence[Any]:
        """Itself."""
        return (model,)
