"""XGBoost: boosters, and estimators with scikit-learn's API."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bridge.tracking.flavours.flavour import Saving, Wanted
from bridge.tracking.flavours.loaded import is_a


class Xgboost:
    """A `Booster`, or an `XGBModel`.

    >>> Xgboost().takes({})
    False
    """

    name = "xgboost"

    def takes(self, model: Any) -> bool:
        """Whether it is one."""
        return is_a(model, "xgboost", "Booster") or is_a(model, "xgboost", "XGBModel")

    def save(self, model: Any, saving: Saving) -> None:
        """Write it, in XGBoost's own format."""
        import mlflow.xgboost

        more = () if is_a(model, "xgboost", "Booster") else ("scikit-learn",)
        mlflow.xgboost.save_model(model, pip_requirements=saving.require("xgboost", "numpy", *more), **saving.options)

    def wanted(self, model: Any) -> Wanted:
        """Its feature names, or their number."""
        booster = model if is_a(model, "xgboost", "Booster") else model.get_booster()
        if booster.feature_names:
            return Wanted(names=tuple(booster.feature_names))
        return Wanted(row=(int(booster.num_features()),))

    def predict(self, model: Any, example: Any) -> Any:
        """What it predicts."""
        if not is_a(model, "xgboost", "Booster"):
            return model.predict(example)
        import xgboost

        return model.predict(xgboost.DMatrix(example))

    def parts(self, model: Any) -> Sequence[Any]:
        """Itself."""
        return (model,)
