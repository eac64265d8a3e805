"""scikit-learn's estimators and pipelines: skops where every type in it is trusted, cloudpickle otherwise."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from typing import Any

from bridge.tracking.flavours.flavour import Saving, Wanted
from bridge.tracking.flavours.own_code import by_value, is_own, names_in

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

        def save(**how: Any) -> None:
            kept = "skops" if how["serialization_format"] == "skops" else "cloudpickle"
            needed = saving.require("scikit-learn", "scipy", kept)
            mlflow.sklearn.save_model(model, pip_requirements=needed, **how, **saving.options)

        save_as_safely_as_possible(model, saving, save)

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


def save_as_safely_as_possible(model: Any, saving: Saving, save: Callable[..., None]) -> None:
    """Save an estimator as skops, which runs no code when loaded, if all its types are trusted; else by cloudpickle.

    MLflow refuses a skops file with types that are not among the given ones. Which they are is seen on a way through
    the model, and not by asking skops, which writes and reads the whole of it once more.

    Args:
        model: The estimator.
        saving: Where it is saved.
        save: Saves it, given MLflow's arguments for the format.
    """
    from mlflow.exceptions import MlflowException

    names = names_in(model)
    if not any(is_own(name.rpartition(".")[0]) for name in names):
        try:
            save(serialization_format="skops", skops_trusted_types=sorted(n for n in names if n.startswith(TRUSTED)))
        except MlflowException:  # skops cannot hold it, or it has types of other modules
            shutil.rmtree(saving.folder, ignore_errors=True)
        else:
            return
    with by_value(model):
        save(serialization_format="cloudpickle")


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
