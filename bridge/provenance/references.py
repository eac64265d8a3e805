"""What a code object refers to outside itself, read from its bytecode."""

from __future__ import annotations

import dis
from dataclasses import dataclass, field
from functools import lru_cache
from types import CodeType
from typing import Any, Literal

Kind = Literal["global", "free", "import"]

_THROUGH = frozenset({"EXTENDED_ARG", "CACHE", "NOP", "RESUME", "PRECALL"})
_NAMES = frozenset({"LOAD_GLOBAL", "LOAD_NAME", "LOAD_FROM_DICT_OR_GLOBALS"})
_CELLS = frozenset({"LOAD_DEREF", "LOAD_CLASSDEREF", "LOAD_FROM_DICT_OR_DEREF"})
_ATTRIBUTES = frozenset({"LOAD_ATTR", "LOAD_METHOD", "STORE_ATTR", "DELETE_ATTR"})
_IMPORTING = frozenset({"import_module", "__import__"})
_STORES = frozenset({"STORE_FAST", "STORE_DEREF", "STORE_NAME", "STORE_GLOBAL"})


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import inside a body binds.

    Args:
        level: Dots before the name.
        module: What is imported.
        leaf: True if the name stands for the module itself, False if for its first parent (`import a.b`).
        name: What is taken out of it; None for the module.
    """

    level: int
    module: str
    leaf: bool
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Reference:
    """A name with the attributes that are taken from it one after the other: `helpers.text.clean`.

    Args:
        kind: Where the first name is looked up.
        chain: The names.
        imported: For an import inside a body: what the first name stands for.
    """

    kind: Kind
    chain: tuple[str, ...]
    imported: Imported | None = None


def references_of(code: CodeType) -> tuple[Reference, ...]:
    """Everything that a code object, with those nested in it, refers to: in the order of the code, each once.

    >>> def train(rows):
    ...     return [helpers.clean(row, LIMIT) for row in rows]
    >>> [".".join(one.chain) for one in references_of(train.__code__)]
    ['helpers.clean', 'LIMIT']
    """
    return _of(code, code.co_filename)


@lru_cache(maxsize=4096)
def _of(code: CodeType, _: str) -> tuple[Reference, ...]:
    found: dict[Reference, None] = {}
    _scan(code, {}, frozenset(code.co_freevars), found)
    return tuple(found)


def _scan(code: CodeType, outer: dict[str, Imported], free: frozenset[str], found: dict[Reference, None]) -> None:
    imported = {name: what for name, what in outer.items() if name in code.co_freevars}
    scan = _Scan(imported, free, found)
    for instruction in dis.get_instructions(code):
        scan.take(instruction.opname, instruction.argval)
    scan.end()
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            _scan(constant, scan.imported, free & frozenset(constant.co_freevars), found)


@dataclass(slots=True)
class _Scan:
    imported: dict[str, Imported]
    free: frozenset[str]
    found: dict[Reference, None]
    open: tuple[Kind, list[str]] | None = None
    constants: list[Any] = field(default_factory=list)
    pending: Imported | None = None
    fromlist: bool = False
    importing: bool = False

    def take(self, op: str, value: Any) -> None:
        if op in _THROUGH:
            return
        if op in _ATTRIBUTES and self.open is not None:
            self.open[1].append(str(value))
            return
        self.end()
        if self.importing and op == "LOAD_CONST" and isinstance(value, str):
            self._import_called(value)
        self.importing = False
        if op in _NAMES:
            self.open = ("global", [str(value)])
        elif op in _CELLS or op.startswith("LOAD_FAST"):
            self._local(value)
        elif op == "IMPORT_NAME":
            self._import(str(value))
        elif op == "IMPORT_FROM" and self.pending is not None:
            self._take_from(str(value))
        elif op in _STORES and self.pending is not None:
            self.imported[str(value)] = self.pending
            self.pending = None if not self.fromlist else Imported(self.pending.level, self.pending.module, True)
        self._remember(op, value)

    def end(self) -> None:
        """The chain is over: it is a reference."""
        if self.open is not None:
            kind, chain = self.open
            what = self.imported.get(chain[0]) if kind == "import" else None
            self.found.setdefault(Reference(kind, tuple(chain), what))
            self.open, self.importing = None, chain[-1] in _IMPORTING

    def _local(self, value: Any) -> None:
        names = value if isinstance(value, tuple) else (value,)  # 3.13 loads two at once
        for name in names:
            self.end()
            if name in self.imported:
                self.open = ("import", [name])
            elif name in self.free:
                self.open = ("free", [name])

    def _remember(self, op: str, value: Any) -> None:
        if op in {"LOAD_CONST", "LOAD_SMALL_INT"}:
            self.constants = [*self.constants[-1:], value]

    def _import(self, name: str) -> None:
        level, fromlist = self.constants if len(self.constants) == 2 else (0, None)
        self.fromlist = bool(fromlist)
        self.pending = Imported(int(level or 0), name, self.fromlist or "." not in name)

    def _import_called(self, name: str) -> None:
        """`import_module("helpers")`: a name that is written down, and all of what it names."""
        module = name.lstrip(".")
        what = Imported(len(name) - len(module), module, True)
        self.found.setdefault(Reference("import", (name,), what))

    def _take_from(self, name: str) -> None:
        base = self.pending
        assert base is not None
        if self.fromlist:
            self.pending = Imported(base.level, base.module, True, name)
        else:  # `import a.b as c` walks down to the module that was named
            self.pending = Imported(base.level, base.module, True)
