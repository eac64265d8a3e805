"""scikit-learn's estimators and pipelines: skops where every type in it is trusted, cloudpickle otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bridge.tracking.flavours.flavour import Saving, Wanted
from bridge.tracking.flavours.own_code import by_value

TRUSTED = ("sklearn.", "numpy.", "scipy.", "xgboost.", "lightgbm.", "collections.")
"""Modules whose types a model may hold to be kept in skops' format, which loads without running code."""


class Sklearn:
    """A fitted estimator, a pipeline or a search.

    >>> Sklearn().takes({})
    False
    """

    name = "sklearn"

    def takes(self, model: Any) -> bool:
        """Whether its class, or one that it comes from, is scikit-learn's."""
        return any(base.__module__.startswith("sklearn.") for base in type(model).__mro__)

    def save(self, model: Any, saving: Saving) -> None:
        """Write it."""
        import mlflow.sklearn

        trusted = trusted_types(model)
        if trusted is None:
            with by_value(model):
                mlflow.sklearn.save_model(
                    model,
                    serialization_format="cloudpickle",
                    pip_requirements=saving.require("scikit-learn", "scipy", "cloudpickle"),
                    **saving.options,
                )
            return
        mlflow.sklearn.save_model(
            model,
            serialization_format="skops",
            skops_trusted_types=trusted,
            pip_requirements=saving.require("scikit-learn", "scipy", "skops"),
            **saving.options,
        )

    def wanted(self, model: Any) -> Wanted:
        """Its feature names, their number, or one text a row."""
        return of_estimator(model)

    def predict(self, model: Any, example: Any) -> Any:
        """What it predicts; what it makes of it, if it only transforms."""
        return model.predict(example)

    def parts(self, model: Any) -> Sequence[Any]:
        """Itself."""
        return (model,)


def of_estimator(model: Any) -> Wanted:
    """What an estimator with scikit-learn's attributes says of its input."""
    names = _asked(model, "feature_names_in_")
    count = _asked(model, "n_features_in_")
    if names is not None:
        return Wanted(names=tuple(str(name) for name in names))
    if count is not None:
        return Wanted(row=(int(count),))
    classes = _asked(model, "classes_")
    labels = frozenset(one for one in (classes if classes is not None else ()) if isinstance(one, str))
    return Wanted(kind="text" if _reads_text(model) else "", labels=labels)


def trusted_types(model: Any) -> list[str] | None:
    """The types in a model that skops does not know by itself, if all are of modules that bridge trusts; else None."""
    try:
        import skops.io

        unknown = skops.io.get_untrusted_types(data=skops.io.dumps(model))
    except Exception:  # noqa: BLE001 - whatever skops cannot hold is kept by cloudpickle
        return None
    return unknown if all(name.startswith(TRUSTED) for name in unknown) else None


def _asked(model: Any, attribute: str) -> Any:
    try:
        return getattr(model, attribute, None)
    except Exception:  # noqa: BLE001 - properties of pipelines raise what their steps raise
        return None


def _reads_text(model: Any) -> bool:
    """Whether what comes first in it counts words."""
    steps = getattr(model, "steps", None)
    first = steps[0][1] if steps else model
    if hasattr(first, "transformer_list"):
        return all(_reads_text(part) for _, part in first.transformer_list)
    return hasattr(first, "build_analyzer") and getattr(first, "input", None) == "content"
