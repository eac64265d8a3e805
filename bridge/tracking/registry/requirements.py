"""Which packages a model needs, from the modules that it is made of: MLflow's own search takes 12 s in a subprocess."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterable
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, packages_distributions, version

WELL_KNOWN = {
    "catboost": "catboost",
    "joblib": "joblib",
    "keras": "keras",
    "lightgbm": "lightgbm",
    "numpy": "numpy",
    "pandas": "pandas",
    "polars": "polars",
    "scipy": "scipy",
    "sklearn": "scikit-learn",
    "skops": "skops",
    "statsmodels": "statsmodels",
    "tensorflow": "tensorflow",
    "torch": "torch",
    "transformers": "transformers",
    "xgboost": "xgboost",
}
"""Distributions of modules that many models have: asking for all of them takes up to half a second."""

BUILDS = {"tensorflow": ("tensorflow", "tensorflow-cpu"), "xgboost": ("xgboost", "xgboost-cpu")}
"""Distributions of which one or the other is installed."""

LEFT_OUT = frozenset({"mlflow", "bridge", "pip", "setuptools"})
"""MLflow adds itself."""


def requirements_of(modules: Iterable[str], also: Collection[str] = ()) -> list[str]:
    """Requirements `name==version` of the packages that these modules are from, ordered; others are left out.

    Args:
        modules: Names of modules.
        also: Distributions, or modules of one, that are needed too, as far as they are installed.

    >>> [one.partition("==")[0] for one in requirements_of(["numpy.random", "json", "__main__"])]
    ['numpy']
    """
    tops = {name.partition(".")[0] for name in modules} - sys.stdlib_module_names - LEFT_OUT - {"__main__"}
    names = {name for top in tops for name in _distributions(top)} | set(also)
    found = {name.lower(): made for name in names if (made := _pinned(name))}
    return [found[name] for name in sorted(found)]


def _pinned(name: str) -> str | None:
    for build in BUILDS.get(name, (name,)):
        try:
            return f"{build}=={version(build).partition('+')[0]}"  # a build's own label is on no index
        except PackageNotFoundError:
            continue
    return None


def _distributions(module: str) -> tuple[str, ...]:
    known = WELL_KNOWN.get(module)
    return (known,) if known is not None else tuple(_every_distribution().get(module, ()))


@lru_cache(maxsize=1)
def _every_distribution() -> dict[str, list[str]]:
    return {module: list(names) for module, names in packages_distributions().items()}
