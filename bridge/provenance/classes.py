"""A class of the user's, as a part: methods, bases, fields, and attributes by value."""

from __future__ import annotations

import abc
import enum
import inspect
import re
import types
from dataclasses import MISSING
from functools import cached_property, partial
from types import FunctionType
from typing import TYPE_CHECKING, Any

from bridge.provenance.guards import is_fixed
from bridge.provenance.kinds import is_code
from bridge.provenance.parts import Part
from bridge.provenance.sources import class_source, digest_of, function_source

if TYPE_CHECKING:
    from bridge.provenance.walking import Walk

_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")
_SLOTS = (types.MemberDescriptorType, types.GetSetDescriptorType)
_PLAIN = (type(None), bool, int, float, complex, str, bytes, list, tuple, dict, set, frozenset)


def class_part(walk: Walk, cls: type, name: str, file: str) -> Part:
    """A class as it is now, whatever was put in place of its methods since it was defined.

    Args:
        walk: Takes what the class reaches.
        cls: The class.
        name: What it is called.
        file: Where its module is written.
    """
    walk.guards.size(cls.__dict__)
    lines = [f"{base.__name__} {walk.numbered(base)}" for base in cls.__bases__ if base is not object]
    if type(cls) is not type:
        lines.append(f"metaclass {walk.numbered(type(cls))}")
    lines += _declared(cls)
    for attribute in sorted(cls.__dict__):
        lines += _attribute(walk, cls, name, attribute)
    _defaults(walk, cls, name)
    written = class_source(cls.__qualname__, file) if file else None
    if written is not None and not _is_plain(cls):
        lines.append(written.digest)  # an enumeration or a model keeps its fields where only its metaclass finds them
    text, line = (written.text, written.line) if written is not None else ("", 0)
    return Part(name, "class", digest_of(*lines), text, file, line)


def _declared(cls: type) -> list[str]:
    """Annotations, which are the fields of dataclasses, and the options of a dataclass."""
    try:
        annotations = inspect.get_annotations(cls)
    except Exception:  # noqa: BLE001 - since 3.14 they are computed, and may name what is not there
        annotations = {}
    told = [f"{name}: {_ADDRESS.sub('', repr(kind))}" for name, kind in annotations.items()]
    options = cls.__dict__.get("__dataclass_params__")
    return [*told, repr(options)] if options is not None else told


def _defaults(walk: Walk, cls: type, name: str) -> None:
    """What fields begin with where no class attribute says so: factories, and any default of a class with slots."""
    for field in cls.__dict__.get("__dataclass_fields__", {}).values():
        for value in (field.default, field.default_factory):
            if value is not MISSING and isinstance(cls.__dict__.get(field.name), (type(None), *_SLOTS)):
                walk.target(f"{name}.{field.name}", value, partial(_itself, value))
    for one in cls.__dict__.get("__attrs_attrs__", ()):
        walk.target(f"{name}.{one.name}", one.default, partial(_itself, one.default))


def _itself(value: Any) -> Any:
    return value


def _attribute(walk: Walk, cls: type, name: str, attribute: str) -> list[str]:
    value = cls.__dict__[attribute]
    functions = _functions(value)
    if functions is not None:
        walk.guards.item(cls.__dict__, attribute, value)
        kind = type(value).__name__
        return [f"{attribute} {kind} {_method(walk, cls, name, one)}" for one in functions]
    if (attribute.startswith("__") and attribute.endswith("__")) or isinstance(value, _SLOTS):
        return []
    if not _is_plain(cls) and (cls in type(value).__mro__ or not isinstance(value, _PLAIN)):
        return []
    if attribute.startswith("_abc_"):
        return []
    if is_fixed(value) or is_code(value):
        walk.guards.item(cls.__dict__, attribute, value)
    walk.target(f"{name}.{attribute}", value, partial(cls.__dict__.get, attribute))
    return [attribute]


def _functions(value: Any) -> list[FunctionType] | None:
    """The functions that a class attribute stands for; None if it is no method or property."""
    if isinstance(value, FunctionType):
        return [value]
    if isinstance(value, (staticmethod, classmethod)):
        inner: Any = [value.__func__]
    elif isinstance(value, property):
        inner = [value.fget, value.fset, value.fdel]
    elif isinstance(value, cached_property):
        inner = [value.func]
    else:
        return None
    return [one for one in inner if one is not None]


def _method(walk: Walk, cls: type, name: str, fn: Any) -> str:
    if not isinstance(fn, FunctionType):
        return walk.numbered(fn)
    is_inside = fn.__qualname__.startswith(f"{cls.__qualname__}.")
    has_fields = hasattr(cls, "__dataclass_fields__") or hasattr(cls, "__attrs_attrs__")
    if is_inside and has_fields and fn.__code__.co_filename.startswith("<"):
        return "generated from the fields"
    if is_inside and fn.__module__ == cls.__module__:
        walk.function(fn, within=name)
        return function_source(fn.__code__).digest
    return walk.numbered(fn)


def _is_plain(cls: type) -> bool:
    return type(cls) in (type, abc.ABCMeta) and not issubclass(cls, enum.Enum)
