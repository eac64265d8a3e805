"""Anything else that predicts: MLflow's `PythonModel`, and objects with a `predict` of their own."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from typing import Any

from bridge.tracking.flavours.flavour import Saving, Wanted
from bridge.tracking.flavours.loaded import is_a
from bridge.tracking.flavours.own_code import by_value
from bridge.tracking.flavours.sklearn import of_estimator


class Pyfunc:
    """A `mlflow.pyfunc.PythonModel`, or an object whose `predict` takes the input.

    >>> class Doubling:
    ...     def predict(self, rows): return [2 * row for row in rows]
    >>> Pyfunc().takes(Doubling()), Pyfunc().takes(Doubling), Pyfunc().takes({})
    (True, False, False)
    """

    name = "pyfunc"

    def takes(self, model: Any) -> bool:
        """Whether it is one; a class or a module is none."""
        return callable(getattr(type(model), "predict", None)) and not inspect.isclass(model)

    def save(self, model: Any, saving: Saving) -> None:
        """Write it with cloudpickle."""
        import mlflow.pyfunc

        with by_value(model):
            mlflow.pyfunc.save_model(
                python_model=model if _is_python_model(model) else wrapped(model),
                pip_requirements=saving.require("cloudpickle"),
                **saving.options,
            )

    def wanted(self, model: Any) -> Wanted:
        """What it says as scikit-learn's estimators do; else nothing."""
        return Wanted() if _is_python_model(model) else of_estimator(model)

    def predict(self, model: Any, example: Any) -> Any:
        """What it predicts."""
        return model.predict(example)

    def parts(self, model: Any) -> Sequence[Any]:
        """Itself."""
        return (model,)


def _is_python_model(model: Any) -> bool:
    return is_a(model, "mlflow.pyfunc", "PythonModel")


def wrapped(model: Any) -> Any:
    """The object in a `PythonModel`, which is made here and travels by value: whoever loads it needs no bridge."""
    from mlflow.pyfunc import PythonModel  # type: ignore[attr-defined]  # exported, though not by __all__

    takes_parameters = "params" in _parameters(model.predict)

    def predict(self, context, model_input, params=None):  # type: ignore[no-untyped-def]  # MLflow reads hints as a schema
        return self.model.predict(model_input, params=params) if takes_parameters else self.model.predict(model_input)

    kind: Any = type("Predicting", (PythonModel,), {"predict": predict, "__module__": "__main__"})
    made = kind()
    made.model = model
    return made


def _parameters(function: Any) -> Sequence[str]:
    try:
        return tuple(inspect.signature(function).parameters)
    except (TypeError, ValueError):
        return ()
