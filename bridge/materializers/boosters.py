"""XGBoost, LightGBM and CatBoost: the model in the library's own format, everything else about it beside that.

The native file is there as the library itself would write it (`.ubj`, LightGBM's text, `.cbm`), so that it can be read
without bridge. A wrapper for scikit-learn is its attributes; one that holds something of the user's own (a metric that
is a function) is declined and pickled.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import Any

from bridge.materializers.parameters import parameters
from bridge.materializers.parts import InParts

MODELS = {
    "xgboost": ("XGBClassifier", "XGBRegressor", "XGBRanker", "XGBRFClassifier", "XGBRFRegressor"),
    "lightgbm": ("LGBMClassifier", "LGBMRegressor", "LGBMRanker"),
    "catboost": ("CatBoost", "CatBoostClassifier", "CatBoostRegressor", "CatBoostRanker"),
}
"""Names of the estimators of each library that are stored here; it is also the list of what may be made in loading."""


class _Booster(InParts):
    """What the three have in common: a class of the library, found by its name in the list above."""

    format: str

    def handles(self, value: Any) -> bool:
        """Say whether it is exactly one of the library's models."""
        library: Any = sys.modules.get(self.format)
        name = type(value).__name__
        return library is not None and name in self._names() and getattr(library, name, None) is type(value)

    def facts(self, value: Any) -> dict[str, Any]:
        """Give the name of the class, and of an estimator the parameters that were set."""
        told = {name: each for name, each in parameters(value).items() if each is not None}
        return {"class": f"{self.format}.{type(value).__name__}", **({"params": told} if told else {})}

    def _names(self) -> tuple[str, ...]:
        return ("Booster", *MODELS[self.format])

    def _class(self, name: str) -> Any:
        import importlib

        if name not in self._names():
            raise ValueError(f"{name!r} is no model of {self.format}")
        return getattr(importlib.import_module(self.format), name)


class Xgboost(_Booster):
    """A `Booster` as UBJSON, with its configuration; an estimator as its attributes.

    >>> from bridge.materializers import for_format
    >>> for_format("xgboost").handles({})
    False
    """

    format = "xgboost"

    def parts(self, value: Any) -> dict[str, Any]:
        """Give the model's bytes, or the attributes."""
        name = type(value).__name__
        if name != "Booster":
            return {"class": name, "state": dict(vars(value))}
        if set(vars(value)) != {"handle"}:
            raise ValueError("a booster with attributes of Python's")
        return {"class": name, "model.ubj": bytes(value.save_raw("ubj")), "config": value.save_config()}

    def whole(self, parts: dict[str, Any]) -> Any:
        """Make it again; a configuration that a later XGBoost does not take is left out."""
        from xgboost.core import XGBoostError

        cls = self._class(parts["class"])
        if parts["class"] != "Booster":
            return _made(cls, parts["state"])
        booster = cls()
        try:
            booster.load_model(bytearray(parts["model.ubj"]))
        except XGBoostError as error:
            raise ValueError(str(error).partition("\n")[0]) from error
        with suppress(XGBoostError):  # it says how training would go on; the model's own format is the stable one
            booster.load_config(parts["config"])
        return booster


class LightGbm(_Booster):
    """A `Booster` as LightGBM's text, with its parameters and scores; an estimator as its attributes.

    >>> from bridge.materializers import for_format
    >>> for_format("lightgbm").handles({})
    False
    """

    format = "lightgbm"

    def parts(self, value: Any) -> dict[str, Any]:
        """Give the model's text and what the booster knows besides, or the attributes."""
        name = type(value).__name__
        if name != "Booster":
            return {"class": name, "state": dict(vars(value))}
        state = value.__getstate__()
        return {"class": name, "model.txt": state.pop("_handle").encode(), "state": state}

    def whole(self, parts: dict[str, Any]) -> Any:
        """Make it again."""
        from lightgbm.basic import LightGBMError

        cls = self._class(parts["class"])
        if parts["class"] != "Booster":
            return _made(cls, parts["state"])
        booster = object.__new__(cls)
        try:
            booster.__setstate__({**parts["state"], "_handle": parts["model.txt"].decode()})
        except LightGBMError as error:
            raise ValueError(str(error)) from error
        return booster


class CatBoost(_Booster):
    """A model as CatBoost's binary, with the parameters that it was made with.

    Training again gives other bytes: CatBoost puts the time and a random number into each model.

    >>> from bridge.materializers import for_format
    >>> for_format("catboost").handles({})
    False
    """

    format = "catboost"

    def parts(self, value: Any) -> dict[str, Any]:
        """Give the model's bytes and the parameters."""
        state = dict(value.__getstate__())
        model = {"model.cbm": state.pop("__model")} if "__model" in state else {}
        return {"class": type(value).__name__, "state": state, **model}

    def whole(self, parts: dict[str, Any]) -> Any:
        """Make it again."""
        from catboost import CatBoostError

        made = self._class(parts["class"])()
        try:
            made.__setstate__({**parts["state"], **({"__model": parts["model.cbm"]} if "model.cbm" in parts else {})})
        except CatBoostError as error:
            raise ValueError(str(error)) from error
        return made

    def _names(self) -> tuple[str, ...]:
        return MODELS["catboost"]


def _made(cls: Any, state: dict[str, Any]) -> Any:
    made = object.__new__(cls)
    vars(made).update(state)
    return made
