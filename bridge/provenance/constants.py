"""The digest of a value that code refers to: by content and type, equal in every process.

A value is written down canonically: scalars with their type, members of sets and dictionaries sorted by what they are
(their order depends on the process, or tells nothing), objects as what they are rebuilt from (`__reduce_ex__`, as for
pickling), buffers as their BLAKE3. Unlike a pickle, this does not depend on which objects are shared.
"""

from __future__ import annotations

import copyreg
import enum
import logging
import pickle
import struct
import threading
import types
from collections.abc import Callable, Iterable
from typing import Any

from blake3 import blake3

LARGE = 1 << 20
"""Bytes from which a buffer is hashed with several threads."""

_LOCKS = (type(threading.Lock()), type(threading.RLock()))
_CODE = (types.FunctionType, types.BuiltinFunctionType, types.MethodType, type, types.ModuleType)
_DESCRIBED = (
    types.MethodDescriptorType,
    types.WrapperDescriptorType,
    types.ClassMethodDescriptorType,
    types.GetSetDescriptorType,
    types.MemberDescriptorType,
    types.MethodWrapperType,
)
_DEEPEST = 200


class UndigestibleError(Exception):
    """A value has no digest that would be the same in another process; says why."""


def digest_of_value(value: Any, name_of: Callable[[Any], str] | None = None) -> str:
    """BLAKE3 of a value's content and type.

    Args:
        value: Any object.
        name_of: Gives what a function, class, method or module in it is called; it is told of each.

    Raises:
        UndigestibleError: If it, or something in it, cannot be told by content.

    >>> digest_of_value({"a": 1, "b": {2, 3}}) == digest_of_value({"b": {3, 2}, "a": 1})
    True
    >>> len({digest_of_value(value) for value in (1, 1.0, "1", True, b"1", [1], (1,), {1}, None)})
    9
    """
    try:
        return blake3(_Writer(name_of or _qualified).written(value)).hexdigest()
    except RecursionError as error:
        raise UndigestibleError("it is nested too deeply") from error


def _qualified(thing: Any) -> str:
    name = getattr(thing, "__qualname__", None) or getattr(thing, "__name__", "")
    return f"{getattr(thing, '__module__', '')}:{name}"


class _Writer:
    """Writes values down. The path of objects that are being written is kept, for those that contain themselves."""

    def __init__(self, name_of: Callable[[Any], str]) -> None:
        self._name_of = name_of
        self._path: list[int] = []

    def written(self, value: Any) -> bytes:
        plain = _scalar(value)
        if plain is not None:
            return plain
        if id(value) in self._path:
            return _tagged(b"again", str(len(self._path) - self._path.index(id(value))).encode())
        if len(self._path) > _DEEPEST:
            raise UndigestibleError("it is nested too deeply")
        self._path.append(id(value))
        try:
            return self._compound(value)
        finally:
            self._path.pop()

    def _compound(self, value: Any) -> bytes:
        cls = type(value)
        if cls is tuple or cls is list:
            return _tagged(cls.__name__.encode(), *map(self.written, value))
        if cls is dict or cls is types.MappingProxyType:
            return _tagged(cls.__name__.encode(), *self._pairs(value.items()))
        if cls is set or cls is frozenset:
            return _tagged(cls.__name__.encode(), *sorted(map(self.written, value)))
        if cls is bytearray or cls is memoryview or cls is pickle.PickleBuffer:
            return _tagged(cls.__name__.encode(), digest_of_buffer(value))
        if cls in _LOCKS:
            return _tagged(b"lock", cls.__name__.encode())
        if isinstance(value, logging.Logger):
            return _tagged(b"logger", value.name.encode())
        if isinstance(value, enum.Enum):
            return _tagged(b"enum", self._named(cls), str(value.name).encode(), self.written(value.value))
        if isinstance(value, _CODE):
            return self._named(value)
        if isinstance(value, _DESCRIBED):
            return _tagged(b"descriptor", str(getattr(value, "__qualname__", value.__name__)).encode())
        if isinstance(value, (staticmethod, classmethod)):
            return _tagged(cls.__name__.encode(), self.written(value.__func__))
        if isinstance(value, property):
            return _tagged(b"property", *map(self.written, (value.fget, value.fset, value.fdel)))
        return self._tensor(value) or self._rebuilt(value)

    def _named(self, thing: Any) -> bytes:
        return _tagged(b"name", self._name_of(thing).encode())

    def _pairs(self, items: Iterable[tuple[Any, Any]]) -> list[bytes]:
        return sorted(_tagged(b"pair", self.written(key), self.written(value)) for key, value in items)

    def _tensor(self, value: Any) -> bytes | None:
        """A torch tensor, whose reduction would copy it through a file."""
        if type(value).__module__.partition(".")[0] != "torch" or not hasattr(value, "untyped_storage"):
            return None
        import torch

        if value.layout is not torch.strided:
            return None
        flat = value.detach().cpu().contiguous().reshape(-1).view(torch.uint8).numpy()
        shape = f"{type(value).__name__}{value.dtype}{tuple(value.shape)}{value.requires_grad}"
        return _tagged(b"tensor", shape.encode(), digest_of_buffer(flat))

    def _rebuilt(self, value: Any) -> bytes:
        """What an object is rebuilt from."""
        cls = type(value)
        reducer = copyreg.dispatch_table.get(cls)
        try:
            reduced = reducer(value) if reducer is not None else value.__reduce_ex__(5)
        except Exception as error:
            raise UndigestibleError(f"{_type_name(value)} cannot be told by content: {error}") from error
        if isinstance(reduced, str):
            return _tagged(b"global", self._named(cls), reduced.encode())
        function, arguments, state, items, pairs = (*reduced, None, None, None)[:5]
        return _tagged(
            b"object",
            self._named(cls),
            self.written(function),
            self.written(arguments),
            self.written(state),
            self.written(list(items)) if items is not None else b"",
            *(self._pairs(pairs) if pairs is not None else ()),
        )


def _scalar(value: Any) -> bytes | None:
    cls = type(value)
    if value is None or value is Ellipsis or value is NotImplemented:
        return _tagged(b"constant", repr(value).encode())
    if cls is bool or cls is int:
        return _tagged(cls.__name__.encode(), hex(value).encode())
    if cls is float:
        return _tagged(b"float", struct.pack(">d", value))
    if cls is complex:
        return _tagged(b"complex", struct.pack(">dd", value.real, value.imag))
    if cls is str:
        return _tagged(b"str", value.encode("utf-8", "surrogatepass"))
    if cls is bytes:
        return _tagged(b"bytes", value if len(value) < 1024 else digest_of_buffer(value))
    return None


def _tagged(tag: bytes, *parts: bytes) -> bytes:
    """Parts with their lengths, so that no two ways of cutting are alike; hashed if they are long."""
    text = b"".join((tag, b"(", *(b"%d:%b" % (len(part), part) for part in parts), b")"))
    return text if len(text) <= 1024 else b"#" + tag + blake3(text).digest()


def digest_of_buffer(buffer: Any) -> bytes:
    """BLAKE3 of a buffer where it lies.

    Raises:
        UndigestibleError: If it is not contiguous and cannot be read as it lies.
    """
    try:
        raw = pickle.PickleBuffer(buffer).raw()
    except BufferError:
        raw = memoryview(memoryview(buffer).tobytes())
    return blake3(max_threads=4 if raw.nbytes >= LARGE else 1).update(raw).digest()


def shown(value: Any) -> str:
    """A value on one line, short; of an object that is not Python's own only the type and the shape.

    >>> shown([1, 2]), shown("x" * 500)[-3:]
    ('[1, 2]', 'xx…')
    """
    if type(value).__module__ == "builtins" and not isinstance(value, (list, tuple, dict, set, frozenset)):
        text = repr(value) if not isinstance(value, (str, bytes)) else repr(value[:200])
    elif type(value).__module__ == "builtins":
        text = _listed(value)
    elif isinstance(value, enum.Enum):
        text = f"{type(value).__name__}.{value.name}"
    else:
        shape = getattr(value, "shape", None)
        text = f"{_type_name(value)}{f' {tuple(shape)}' if isinstance(shape, tuple) else ''}"
    return text if len(text) <= 120 else f"{text[:119].rstrip(chr(39))}…"


def _listed(value: Any, depth: int = 0) -> str:
    import reprlib

    short = reprlib.Repr()
    short.maxlist = short.maxtuple = short.maxdict = short.maxset = short.maxfrozenset = 8
    short.maxlevel = 3
    short.repr_instance = lambda one, _: _type_name(one)  # type: ignore[method-assign, assignment]  # its own way to be adapted
    return short.repr(value)


def _type_name(value: Any) -> str:
    cls = type(value)
    return cls.__qualname__ if cls.__module__ == "builtins" else f"{cls.__module__}.{cls.__qualname__}"
