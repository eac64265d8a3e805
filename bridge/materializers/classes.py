"""Instances of users' own classes as named fields: dataclasses, pydantic models, named tuples, enum members.

A class is found again by `module:qualname`. Its name comes from stored bytes, so it is checked to be of the very kind
that was stored before anything is done with it, and nothing is called on the way but the class itself.
"""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Mapping
from enum import Enum
from importlib import import_module
from typing import Any, Literal, cast

from bridge.domain.errors import UnreadableError

Kind = Literal["dataclass", "pydantic", "namedtuple", "enum"]

_PYDANTIC_STATE = ("__pydantic_fields_set__", "__pydantic_extra__", "__pydantic_private__")


def kind_of(cls: type) -> Kind | None:
    """Say what kind of class with named fields this is; None for any other.

    >>> import enum
    >>> kind_of(enum.Enum("Colour", "RED")), kind_of(int)
    ('enum', None)
    """
    if dataclasses.is_dataclass(cls):
        return "dataclass" if "__dataclass_fields__" in vars(cls) and _is_bare(cls) else None
    if issubclass(cls, tuple):
        return "namedtuple" if cls.__bases__ == (tuple,) and hasattr(cls, "_fields") else None
    if isinstance(cls, type(Enum)):
        return "enum"
    if _is_pydantic(cls):
        return "pydantic" if _is_bare(cls) else None
    return None


def path_of(cls: type) -> str | None:
    """Give `module:qualname` if the class can be found there again; None if not (`__main__`, local classes).

    >>> import collections
    >>> path_of(collections.OrderedDict)
    'collections:OrderedDict'
    """
    module, name = cls.__module__, cls.__qualname__
    if module in {"__main__", "__mp_main__"} or "<" in name:
        return None
    found: Any = sys.modules.get(module)
    for part in name.split("."):
        found = getattr(found, part, None)
    return f"{module}:{name}" if found is cls else None


def class_at(path: str, kind: Kind) -> type[Any]:
    """Import the class at `module:qualname`.

    Raises:
        UnreadableError: If there is none, or it is of another kind than the one that was stored.
    """
    module, _, name = path.partition(":")
    try:
        found: Any = sys.modules.get(module) or import_module(module)
        for part in name.split("."):
            found = getattr(found, part)
    except (ImportError, AttributeError, ValueError) as error:
        raise UnreadableError("json+tagged", f"the class {path} cannot be imported ({error})") from error
    if not isinstance(found, type) or kind_of(found) != kind:
        raise UnreadableError("json+tagged", f"{path} is not a class of the kind {kind}")
    return found


def fields_of(value: Any) -> dict[str, Any] | None:
    """Give everything that an instance consists of by name; None if that cannot be named.

    >>> from fractions import Fraction
    >>> fields_of(Fraction(1, 2)) is None
    True
    """
    cls = type(value)
    kind = kind_of(cls)
    if kind is None or path_of(cls) is None:
        return None
    if kind == "enum":
        return {"name": value.name} if value.name in cls.__members__ else None
    if kind == "namedtuple":
        return dict(zip(cls._fields, value, strict=True))
    if kind == "dataclass":
        return _dataclass_fields(value)
    return _pydantic_fields(value)


def make(cls: type[Any], kind: Kind, fields: Mapping[str, Any]) -> Any:
    """Make an instance again out of its fields.

    A dataclass or a model whose fields are no longer those that were stored is called with what was stored, so that
    new fields with defaults are filled in.

    Raises:
        UnreadableError: If the class no longer takes these fields.
    """
    try:
        if kind == "enum":
            return cls.__members__[fields["name"]]
        if kind == "namedtuple":
            return cls(**fields)
        return _make_dataclass(cls, fields) if kind == "dataclass" else _make_pydantic(cls, fields)
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        raise UnreadableError(
            "json+tagged", f"{cls.__qualname__} has changed since the value was stored ({error})"
        ) from error


def _is_bare(cls: type) -> bool:
    """Say whether instances hold their fields only: not a container or exception besides, no copying of its own."""
    builtin = (dict, list, tuple, set, frozenset, str, bytes, bytearray, int, float, complex, BaseException)
    own = ("__reduce__", "__reduce_ex__", "__getnewargs__", "__getnewargs_ex__")
    classes = [one for one in cls.__mro__ if one.__module__ not in {"builtins", "pydantic.main", "typing"}]
    return not issubclass(cls, builtin) and not any(name in vars(one) for one in classes for name in own)


def _is_pydantic(cls: type) -> bool:
    pydantic = sys.modules.get("pydantic")
    return pydantic is not None and issubclass(cls, pydantic.BaseModel) and cls is not pydantic.BaseModel


def _dataclass_fields(value: Any) -> dict[str, Any] | None:
    names = [field.name for field in dataclasses.fields(value)]
    extra = getattr(value, "__dict__", {}).keys() - set(names)
    if extra or not all(hasattr(value, name) for name in names):
        return None
    if any(
        not hasattr(value, "__dict__") and hasattr(one, "__slots__") and set(_slots(one)) - set(names)
        for one in type(value).__mro__
    ):
        return None
    return {name: getattr(value, name) for name in names}


def _slots(cls: type) -> tuple[str, ...]:
    slots = vars(cls).get("__slots__", ())
    return tuple(name for name in ((slots,) if isinstance(slots, str) else slots) if name != "__weakref__")


def _make_dataclass(cls: type[Any], fields: Mapping[str, Any]) -> Any:
    if {field.name for field in dataclasses.fields(cls)} != set(fields):
        return cls(**fields)
    made = object.__new__(cls)
    for name, value in fields.items():
        object.__setattr__(made, name, value)
    return made


def _pydantic_fields(value: Any) -> dict[str, Any] | None:
    state = cast("dict[str, Any]", value.__getstate__())
    if set(state) != {"__dict__", *_PYDANTIC_STATE} or set(state["__dict__"]) != set(type(value).model_fields):
        return None
    return {"fields": dict(state["__dict__"]), **{name: state[name] for name in _PYDANTIC_STATE}}


def _make_pydantic(cls: type[Any], fields: Mapping[str, Any]) -> Any:
    if set(fields["fields"]) != set(cls.model_fields):
        return cls.model_validate({**(fields["__pydantic_extra__"] or {}), **fields["fields"]})
    made: Any = object.__new__(cls)
    made.__setstate__({"__dict__": dict(fields["fields"]), **{name: fields[name] for name in _PYDANTIC_STATE}})
    return made
