"""What a value's type is called."""

from __future__ import annotations

_BUILTIN = frozenset({"builtins", "__builtin__"})


def type_name(value: object) -> str:
    """Name the type of a value the way people write it.

    Builtins have no module (`int`, `dict`). For a type of a package the inner modules are left out when the package
    itself offers the very same type under its name, which is looked up and never imported:
    `pandas.core.frame.DataFrame` is `pandas.DataFrame`. Otherwise it is the shortest of the parent modules that does,
    or the full path.

    >>> type_name(1), type_name({}), type_name(__import__("decimal").Decimal(1))
    ('int', 'dict', 'decimal.Decimal')
    """
    return class_name(type(value))


def class_name(cls: type) -> str:
    """Name a type the way people write it; see `type_name`.

    >>> class_name(__import__("collections").OrderedDict)
    'collections.OrderedDict'
    """
    known = _NAMES.get(cls)
    if known is None:
        known = _shortest(cls)
        if len(_NAMES) < _LIMIT and "<locals>" not in known and not known.startswith("__main__"):
            _NAMES[cls] = known
    return known


_NAMES: dict[type, str] = {}
_LIMIT = 1000


def _shortest(cls: type) -> str:
    import sys

    module, name = cls.__module__, cls.__qualname__
    if module in _BUILTIN:
        return name
    parts = module.split(".")
    for length in range(1, len(parts)):
        parent = ".".join(parts[:length])
        loaded = sys.modules.get(parent)
        if loaded is not None and vars(loaded).get(name) is cls:
            return f"{parent}.{name}"
    return f"{module}.{name}"
