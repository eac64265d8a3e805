"""scikit-learn's estimators and pipelines: skops where every type in it is trusted, cloudpickle otherwise."""

from __future__ import annotations

import json
import logging
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from bridge.tracking.flavours.flavour import Saving, Wanted
from bridge.tracking.flavours.own_code import by_value, is_own, names_in

logger = logging.getLogger("bridge")

TRUSTED = ("sklearn.", "numpy.", "scipy.", "xgboost.", "lightgbm.", "collections.")
"""Modules whose types a model may hold to be kept in skops' format, which loads without running code."""

_PLAIN = frozenset(
    f"builtins.{name}" for name in ["bool", "bytes", "dict", "float", "int", "list", "set", "str", "tuple", "NoneType"]
)
"""Types that skops trusts in every file; a file that names others, or functions of Python's own, is left to MLflow."""


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
            given = {**how, **saving.options, "pip_requirements": needed}
            if not (kept == saving.kept.format == "skops" and _save_as_kept(model, saving, given)):
                mlflow.sklearn.save_model(model, **given)

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


def _save_as_kept(model: Any, saving: Saving, given: dict[str, Any]) -> bool:
    """Save an estimator with the skops file that bridge has of it; whether that could be done.

    MLflow would write that file once more, and read it, to see whether that can be done and its types are trusted. It
    was read a moment ago; its types are looked up here. MLflow is given the estimator without what it has learned, and
    this file is put in the place of that one's.

    Args:
        model: The estimator, as it was read.
        saving: Where it is saved.
        given: All arguments of MLflow's `save_model`.
    """
    import mlflow.sklearn
    from sklearn.base import clone

    folder = Path(saving.folder)
    try:
        bare = clone(model)
        if hasattr(bare, "predict") != hasattr(model, "predict"):
            return False
        with tempfile.TemporaryDirectory(prefix="bridge-model-") as place:
            file = saving.kept.file(Path(place))
            if file is None:
                return False
            named = _types_in(file)
            types = {name for name in named if name.startswith(TRUSTED)}
            if named - types - _PLAIN:
                return False
            trusted = sorted({*types, *given["skops_trusted_types"]})
            mlflow.sklearn.save_model(bare, **{**given, "skops_trusted_types": trusted})
            there = folder / saving.document.flavors["sklearn"]["pickled_model"]
            saving.document.model_size_bytes += file.stat().st_size - there.stat().st_size
            shutil.move(file, there)
        saving.document.save(str(folder / "MLmodel"))
    except Exception:
        logger.debug("while saving a model as it is kept", exc_info=True)
        shutil.rmtree(folder, ignore_errors=True)
        return False
    return True


def _types_in(file: Path) -> frozenset[str]:
    """The types and functions that a skops file names."""
    found: set[str] = set()

    def see(node: dict[str, Any]) -> None:
        if "__class__" in node:
            found.add(f"{node.get('__module__')}.{node['__class__']}")
        elif "function" in node:
            found.add(f"{node.get('module_path')}.{node['function']}")

    with zipfile.ZipFile(file) as archive:
        json.loads(archive.read("schema.json"), object_hook=see)
    return frozenset(found)


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
