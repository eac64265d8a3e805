"""scikit-learn estimators, as skops files.

A skops file names types; which of them may be made is the reader's decision, never the file's: everything in
`sklearn.`, `numpy.` and `scipy.`, the estimators of XGBoost and LightGBM (in a pipeline or a search), and what the
environment variable `BRIDGE_TRUSTED_TYPES` adds (comma-separated full names, or prefixes that end in a dot). An
estimator with parts of other types is stored as a pickle.

skops names members by their address in memory and dates them; both are replaced so that the same model gives the
same bytes.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from io import BytesIO
from typing import Any, cast
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from bridge.domain.errors import UnreadableError, UnsafeFormatError
from bridge.domain.ports import Sink, Source
from bridge.materializers.boosters import MODELS
from bridge.materializers.declined import Declined
from bridge.materializers.names import type_name
from bridge.materializers.parameters import parameters, short
from bridge.materializers.skops_names import skops

PATH = "value.skops"
_BOOSTERS = ("xgboost.core.Booster", "lightgbm.basic.Booster")
"""Their state is the library's own model format; what else they hold are pointers."""

TRUSTED = (
    "sklearn.",
    "numpy.",
    "scipy.",
    "collections.OrderedDict",
    "collections.defaultdict",
    *_BOOSTERS,
    *(f"{library}.sklearn.{name}" for library in ("xgboost", "lightgbm") for name in MODELS[library]),
)
"""Types, or prefixes of types, that may be loaded."""

_OFTEN = ("sklearn.tree._tree.Tree", "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor")
"""Types that skops asks about and that are trusted here. A file with no others is read once, and not twice."""

VARIABLE = "BRIDGE_TRUSTED_TYPES"
_EPOCH = (1980, 1, 1, 0, 0, 0)
_LONG = 200
_WALK_LIMIT = 20_000
_EXECUTES = frozenset(
    {"numpy.load", "numpy.save", "numpy.fromfile", "numpy.memmap", "scipy.io", "numpy.testing", "numpy.f2py"}
)


class Skops:
    """A fitted or unfitted estimator, a pipeline or a search, whose parts all come from scikit-learn, NumPy and SciPy.

    >>> from sklearn.linear_model import Ridge
    >>> Skops().handles(Ridge()), Skops().handles({})
    (True, False)
    """

    format = "skops"

    def handles(self, value: object) -> bool:
        """Say whether it is an estimator and its parts are of trusted types; looks at attributes, not at data."""
        base = getattr(sys.modules.get("sklearn.base"), "BaseEstimator", None)
        return base is not None and isinstance(value, base) and _is_trusted_throughout(value)

    def save(self, value: Any, sink: Sink) -> Mapping[str, Any]:
        """Write `value.skops`.

        Raises:
            Declined: If skops is not installed, cannot hold it, or names types that would not be trusted.
        """
        try:
            io = skops()
            data = io.dumps(value)
            untrusted = _untrusted(io.get_untrusted_types(data=data))
        except Exception as error:
            raise Declined(f"skops: {error}") from error
        if untrusted:
            raise Declined(f"parts of types that are not trusted: {', '.join(untrusted)}")
        with sink.open(PATH) as file:
            file.write(_settled(data))
        return _facts(value)

    def load(self, source: Source) -> Any:
        """Read the estimator.

        Raises:
            UnsafeFormatError: If it names types that are not trusted here.
            UnreadableError: If it is no skops file.
        """
        io = skops()
        with source.open(PATH) as file:
            data = file.read()
        with suppress(Exception):  # another type is named, or it is no such file: see below
            return io.loads(data, trusted=list(_OFTEN))
        try:
            named = io.get_untrusted_types(data=data)
        except Exception as error:
            raise UnreadableError(self.format, f"{type(error).__name__}: {error}") from error
        refused = _untrusted(named)
        if refused:
            why = f"it names types that are not trusted here: {', '.join(refused)}; {VARIABLE} adds to the list"
            raise UnsafeFormatError("The estimator", why)
        try:
            return io.loads(data, trusted=named)
        except Exception as error:
            raise UnreadableError(self.format, f"{type(error).__name__}: {error}") from error


def trusted_types() -> tuple[str, ...]:
    """Give the types, or prefixes of types, that may be loaded: the one place that reads the setting.

    >>> trusted_types()[:3]
    ('sklearn.', 'numpy.', 'scipy.')
    """
    extra = (part.strip() for part in os.environ.get(VARIABLE, "").split(","))
    return (*TRUSTED, *(part for part in extra if part))


def _untrusted(names: list[str]) -> list[str]:
    trusted = trusted_types()
    return [name for name in names if not _is_trusted(name, trusted)]


def _is_trusted(name: str, trusted: tuple[str, ...]) -> bool:
    if any(name == entry or name.startswith(f"{entry}.") for entry in _EXECUTES):
        return name in trusted
    return any(name == entry or (entry.endswith(".") and name.startswith(entry)) for entry in trusted)


def _is_trusted_throughout(root: object) -> bool:
    """Walk an estimator's attributes, containers included, until something of another library turns up."""
    trusted = trusted_types()
    seen: dict[int, object] = {}
    todo = [root]
    while todo:
        value = todo.pop()
        if id(value) in seen:
            continue
        seen[id(value)] = value
        if len(seen) > _WALK_LIMIT:
            return True  # skops itself will say
        kind = type(value)
        named = value if _is_named(value) else kind
        module = getattr(named, "__module__", None) or kind.__module__
        name = f"{module}.{getattr(named, '__qualname__', kind.__qualname__)}"
        if name in _BOOSTERS:
            continue
        if module != "builtins" and not _is_trusted(name, trusted) and kind.__module__ not in _HARMLESS:
            return False
        todo.extend(_parts(value))
    return True


def _is_named(value: Any) -> bool:
    """Whether it is a class or a function, which skops stores by name: what is attached to it is not stored."""
    return isinstance(value, type) or (callable(value) and hasattr(value, "__qualname__"))


_HARMLESS = frozenset({"collections", "functools", "operator", "_operator"})
"""Modules of the standard library that skops holds some types of; it says itself which."""


def _parts(value: Any) -> Iterator[Any]:
    if isinstance(value, (list, tuple, set, frozenset)):
        yield from list(value)[:_LONG]
    elif isinstance(value, dict):
        yield from list(value.values())[:_LONG]
    elif hasattr(value, "dtype") and getattr(value.dtype, "hasobject", False) and hasattr(value, "flat"):
        yield from list(value.flat[:_LONG])
    state = getattr(value, "__dict__", None)
    if isinstance(state, dict) and not _is_named(value):
        yield from state.values()


def _settled(data: bytes) -> bytes:
    """Rewrite a skops file with numbers for addresses, and one date for all members."""
    with ZipFile(BytesIO(data)) as given:
        names: dict[str, str] = {}
        schema = _number(json.loads(given.read("schema.json")), names, [0])
        target = BytesIO()
        with ZipFile(target, "w", ZIP_STORED) as settled:
            settled.writestr(ZipInfo("schema.json", _EPOCH), json.dumps(schema, indent=1))
            for old, new in names.items():
                settled.writestr(ZipInfo(new, _EPOCH), given.read(old))
    return target.getvalue()


def _number(node: Any, names: dict[str, str], counter: list[int]) -> Any:
    """Walk a schema in its order: number its nodes and name its files by their first use."""
    if isinstance(node, list):
        return [_number(member, names, counter) for member in node]
    if not isinstance(node, dict):
        return node
    settled: dict[str, Any] = {}
    for key, member in node.items():
        if key == "__id__" and isinstance(member, int):
            counter[0] += 1
            settled[key] = counter[0]
        elif key == "file" and isinstance(member, str) and "__loader__" in node:
            settled[key] = names.setdefault(member, f"{len(names)}.{member.rpartition('.')[2]}")
        else:
            settled[key] = _number(member, names, counter)
    return cast(Any, settled)


def _facts(value: Any) -> dict[str, Any]:
    facts: dict[str, Any] = {"class": type_name(value), "params": parameters(value)}
    for name in ("n_features_in_", "classes_", "feature_names_in_"):
        found = vars(value).get(name)
        if isinstance(found, int):
            facts[name] = int(found)
        elif hasattr(found, "tolist") and getattr(found, "size", _LONG) < _LONG:
            facts[name] = [short(member) for member in cast(Any, found).tolist()]
    return facts
