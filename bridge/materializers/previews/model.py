"""Previews of models: how their libraries write them, or what there is of them."""

from __future__ import annotations

from typing import Any

from bridge.domain.preview import Preview
from bridge.materializers.names import type_name

_LONGEST = 4000
_LAYERS = 30
_COUNTED = {"xgboost": ("num_boosted_rounds", "num_features"), "lightgbm": ("num_trees", "num_feature")}


def preview(value: Any, until: float) -> Preview | None:
    """Show an estimator or a module as its library writes it; nothing of what is only pickled and is no model.

    >>> from sklearn.linear_model import Ridge
    >>> preview(Ridge(alpha=2.0), 9e9).text
    'Ridge(alpha=2.0)'
    """
    package = type(value).__module__.partition(".")[0]
    if type(value).__name__ == "Booster" and package in _COUNTED:
        rounds, features = (getattr(value, name)() for name in _COUNTED[package])
        shown = f"{type_name(value)}: {rounds} trees, {features} features"
    elif package == "catboost":
        trees = value.tree_count_ if value.is_fitted() else 0
        shown = f"{type_name(value)}: {trees} trees, {value.get_params()}"
    elif package == "keras":
        shown = "\n".join(f"{layer.name}: {type(layer).__name__}" for layer in value.layers[:_LAYERS])
    elif callable(getattr(value, "get_params", None)) or callable(getattr(value, "state_dict", None)):
        shown = repr(value)
    else:
        return None
    return Preview.of_text(shown if len(shown) <= _LONGEST else f"{shown[:_LONGEST]}…", kind="model")
