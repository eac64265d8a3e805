"""The digest of a value that code refers to: by content and type, equal in every process.

A value is written down canonically: scalars with their type, dictionaries in their order (code that goes through one
sees it), members of sets sorted by what they are (their order depends on the process), objects as what they are rebuilt
from (`__reduce_ex__`, as for pickling), buffers as their BLAKE3. Unlike a pickle, this does not depend on which objects
are shared.
"""

from __future__ import annotations

import copyreg
import enum
import logging
import pickle
import struct
import sys
import threading
import types
from collections.abc import Callable, Iterable
from typing import Any

from blake3 import blake3

from bridge.domain.errors import UndigestibleError
from bridge.provenance.arrow_pieces import arrow_columns, pieces_of

LARGE = 1 << 20
"""Bytes from which a buffer is hashed with several threads."""

_LOCKS = (type(threading.Lock()), type(threading.RLock()))
_CODE = (types.FunctionType, types.BuiltinFunctionType, types.MethodType, type, types.ModuleType)
_BOUND = (types.MethodType, types.BuiltinFunctionType, types.MethodWrapperType)
_DESCRIBED = (
    types.MethodDescriptorType,
    types.WrapperDescriptorType,
    types.ClassMethodDescriptorType,
    types.GetSetDescriptorType,
    types.MemberDescriptorType,
)
_DEEPEST = 200
_NOWHERE = 1 << 30


MOST_OBJECTS = 300_000
"""Objects that are written down for one function, or one value: a second or two."""


class Budget:
    """How many objects may still be written down."""

    def __init__(self, left: int = MOST_OBJECTS) -> None:
        self.left = left


def digest_of_value(value: Any, name_of: Callable[[Any], str] | None = None, budget: Budget | None = None) -> str:
    """BLAKE3 of a value's content and type.

    Args:
        value: Any object.
        name_of: Gives what a function, class, method or module in it is called; it is told of each.
        budget: What it may cost; shared by values that are digested together.

    Raises:
        UndigestibleError: If it, or something in it, cannot be told by content.

    >>> digest_of_value({"a": 1, "b": {2, 3}}) == digest_of_value({"a": 1, "b": {3, 2}})
    True
    >>> len({digest_of_value(value) for value in (1, 1.0, "1", True, b"1", [1], (1,), {1}, None)})
    9
    """
    try:
        return blake3(_Writer(name_of or _qualified, budget or Budget()).written(value)).hexdigest()
    except RecursionError as error:
        raise UndigestibleError(_type_name(value), "it is nested too deeply") from error


def _qualified(thing: Any) -> str:
    name = getattr(thing, "__qualname__", None) or getattr(thing, "__name__", "")
    return f"{getattr(thing, '__module__', '')}:{name}"


class _Writer:
    """Writes values down.

    The path of objects that are being written is kept, for those that contain themselves. What an object was written as
    is kept for when it comes again, unless it refers to what it was found in.
    """

    def __init__(self, name_of: Callable[[Any], str], budget: Budget) -> None:
        self._name_of, self._budget = name_of, budget
        self._path: list[int] = []
        self._known: dict[int, tuple[Any, bytes]] = {}
        self._lowest = _NOWHERE

    def written(self, value: Any) -> bytes:
        plain = _scalar(value)
        if plain is not None:
            return plain
        known = self._known.get(id(value))
        if known is not None:
            return known[1]
        if id(value) in self._path:
            place = self._path.index(id(value))
            self._lowest = min(self._lowest, place)
            return _tagged(b"again", str(len(self._path) - place).encode())
        self._check(value)
        outer, self._lowest = self._lowest, _NOWHERE
        self._path.append(id(value))
        try:
            text = self._compound(value)
        finally:
            self._path.pop()
        if self._lowest >= len(self._path):
            self._known[id(value)] = (value, text)
        self._lowest = min(outer, self._lowest)
        return text

    def _check(self, value: Any) -> None:
        self._budget.left -= 1
        if len(self._path) > _DEEPEST:
            raise UndigestibleError(_type_name(value), "it is nested too deeply")
        if self._budget.left < 0:
            raise UndigestibleError(_type_name(value), f"it leads to more than {MOST_OBJECTS:,} objects")

    def _compound(self, value: Any) -> bytes:
        cls = type(value)
        if cls is tuple or cls is list:
            return _tagged(cls.__name__.encode(), *map(self.written, value))
        if cls is dict or cls is types.MappingProxyType:
            return _tagged(cls.__name__.encode(), *self._pairs(value.items()))  # its order can be seen
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
        if isinstance(value, _BOUND) and not is_a_modules(value):
            return _tagged(b"bound", value.__name__.encode(), self._function(value), self.written(value.__self__))
        if isinstance(value, _CODE):
            return self._named(value)
        if isinstance(value, _DESCRIBED):
            return _tagged(b"descriptor", str(getattr(value, "__qualname__", value.__name__)).encode())
        if isinstance(value, (staticmethod, classmethod)):
            return _tagged(cls.__name__.encode(), self.written(value.__func__))
        if isinstance(value, property):
            return _tagged(b"property", *map(self.written, (value.fget, value.fset, value.fdel)))
        return self._tensor(value) or self._column(value) or self._rebuilt(value)

    def _named(self, thing: Any) -> bytes:
        return _tagged(b"name", self._name_of(thing).encode())

    def _function(self, bound: Any) -> bytes:
        return self._named(bound.__func__) if isinstance(bound, types.MethodType) else b""

    def _pairs(self, items: Iterable[tuple[Any, Any]]) -> list[bytes]:
        return [_tagged(b"pair", self.written(key), self.written(value)) for key, value in items]

    def _state(self, state: Any) -> bytes:
        """Attributes, in no order: which was set first is not looked at."""
        if type(state) is dict:
            return _tagged(b"attributes", *sorted(self._pairs(state.items())))
        return self.written(state)

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

    def _column(self, value: Any) -> bytes | None:
        """A column of a frame that Arrow keeps, if it is in one piece: its memory as it lies."""
        if type(value).__module__.partition(".")[0] != "pandas" or type(value) not in arrow_columns():
            return None
        pieces = pieces_of(value)
        if pieces is None or len(pieces) != 1 or pieces[0][1] != 0:
            return None
        return _tagged(b"column", str(value.dtype).encode(), self.written(pieces[0]))

    def _rebuilt(self, value: Any) -> bytes:
        """What an object is rebuilt from."""
        cls = type(value)
        reducer = copyreg.dispatch_table.get(cls)
        try:
            reduced = reducer(value) if reducer is not None else value.__reduce_ex__(5)
        except Exception as error:
            raise UndigestibleError(_type_name(value), _reason(error)) from error
        if isinstance(reduced, str):
            if callable(value) and not _is_found(value, reduced):
                raise UndigestibleError(
                    _type_name(value), f"it is called {reduced!r}, and is not found under that name"
                )
            return _tagged(b"global", self._named(cls), reduced.encode())
        function, arguments, state, items, pairs = (*reduced, None, None, None)[:5]
        return _tagged(
            b"object",
            self._named(cls),
            self.written(function),
            self.written(arguments),
            self._state(state),
            self.written(list(items)) if items is not None else b"",
            *(self._pairs(pairs) if pairs is not None else ()),
        )


def is_a_modules(bound: Any) -> bool:
    """Whether a bound method is a function of a module: of the module's own hidden object, or of no object.

    >>> import random
    >>> is_a_modules(len), is_a_modules(random.random), is_a_modules("a".join)
    (True, True, False)
    """
    if bound.__self__ is None or isinstance(bound.__self__, (types.ModuleType, type)):
        return True
    places = {getattr(bound, "__module__", None), type(bound.__self__).__module__}
    found = (vars(sys.modules[name]).get(bound.__name__) for name in places if name in sys.modules)
    return any(type(one) is type(bound) and one == bound for one in found)


def _is_found(value: Any, name: str) -> bool:
    """Whether an object is the global that it says it is: a function that was made while running has no name."""
    where: str = pickle.whichmodule(value, name)  # type: ignore[attr-defined]  # as pickling asks; not in the stubs
    place: Any = sys.modules.get(where)
    try:
        for attribute in name.split("."):
            place = getattr(place, attribute)
    except AttributeError:
        return False
    return place is value


def _reason(error: Exception) -> str:
    return str(error).strip().splitlines()[0].rstrip(".") if str(error).strip() else type(error).__name__


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
