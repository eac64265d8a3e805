"""How models are kept in MLflow: one flavour a file, chosen by type without importing what is not loaded."""

from __future__ import annotations

from typing import Any

from bridge.tracking.flavours.flavour import Flavour, Saving, Wanted
from bridge.tracking.flavours.keras import Keras
from bridge.tracking.flavours.lightgbm import Lightgbm
from bridge.tracking.flavours.pyfunc import Pyfunc
from bridge.tracking.flavours.pytorch import Pytorch
from bridge.tracking.flavours.sklearn import Sklearn
from bridge.tracking.flavours.xgboost import Xgboost

__all__ = ["FLAVOURS", "Flavour", "Saving", "Wanted", "flavour_of"]

FLAVOURS: tuple[Flavour, ...] = (Xgboost(), Lightgbm(), Keras(), Pytorch(), Sklearn(), Pyfunc())
"""In the order in which they are asked: boosters with scikit-learn's API are estimators too."""


def flavour_of(model: Any) -> Flavour | None:
    """The flavour that takes a model; None if it is none that MLflow can keep.

    >>> from sklearn.linear_model import Ridge
    >>> flavour_of(Ridge()).name, flavour_of({"not": "a model"})
    ('sklearn', None)
    """
    return next((flavour for flavour in FLAVOURS if flavour.takes(model)), None)
