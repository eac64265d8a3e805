"""What is code rather than data, and whose it is."""

from __future__ import annotations

from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType
from typing import Any

from bridge.provenance.owners import OWN, owner_of

_SCALARS = (type(None), bool, int, float, complex, str, bytes)


def is_code(value: Any) -> bool:
    """Whether a value is code rather than data.

    >>> is_code(len), is_code(dict), is_code(3)
    (True, True, False)
    """
    if type(value) in _SCALARS:
        return False
    if isinstance(value, BuiltinFunctionType):
        return value.__self__ is None or isinstance(value.__self__, (ModuleType, type))
    return isinstance(value, (FunctionType, type, ModuleType)) or wrapped_by(value) is not None


def is_own(thing: Any) -> bool:
    """Whether a function or class is of the user's own modules."""
    if isinstance(thing, FunctionType):
        namespace = thing.__globals__
        return owner_of(str(namespace.get("__name__", "")), namespace.get("__file__")) == OWN
    return owner_of(str(thing.__module__)) == OWN


def wrapped_by(value: Any) -> tuple[str, Any] | None:
    """The attribute, with the function, that an object is a wrapper of: a Prefect task or flow, `lru_cache`, a JIT.

    An object that may say yes to any attribute, or a method, is none.
    """
    if isinstance(value, (MethodType, FunctionType, type, ModuleType)):
        return None
    for attribute in ("fn", "__wrapped__", "py_func"):
        try:
            inner = getattr(value, attribute, None)
        except Exception:  # noqa: BLE001 - a user's property may raise anything
            continue
        if not isinstance(inner, (FunctionType, MethodType)) and not hasattr(type(inner), "__code__"):
            continue
        if attribute != "fn" or any(cls.__module__.startswith("prefect.") for cls in type(value).__mro__):
            return attribute, inner
    return None
