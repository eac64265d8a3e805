"""The walk from a function to everything of the user's that it reaches."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping
from functools import partial
from importlib import import_module
from importlib.util import resolve_name
from types import FunctionType, ModuleType
from typing import Any

from bridge.domain.errors import UndigestibleError
from bridge.provenance.classes import class_part
from bridge.provenance.constants import Budget, digest_of_value, shown
from bridge.provenance.guards import MISSING, Guards, is_fixed
from bridge.provenance.kinds import is_code, is_own, wrapped_by
from bridge.provenance.owners import OWN, PYTHON, class_label, label_of, owner_of, version_of
from bridge.provenance.parts import Part, PartKind, Unstable, bare
from bridge.provenance.references import Reference, references_of
from bridge.provenance.sources import digest_of, file_source, function_source

_SECRET = re.compile(r"passw|secret|token|credential|api_?key|private_?key", re.IGNORECASE)
_REFLECTING = frozenset({"globals", "eval", "exec"})


class Walk:
    """Gathers parts, in the order of the code. One walk serves one function.

    Whoever works in a checkout of a large framework has all of it as modules of his own: a walk is bounded.
    """

    most = 2_000
    """Functions, classes and modules of the user's that are walked."""

    deepest = 80
    """Levels of what is reached through what."""

    def __init__(self) -> None:
        self.parts: dict[tuple[str, str, str], Part] = {}
        self.unstable: dict[str, Unstable] = {}
        self.guards = Guards()
        self._budget = Budget()
        self._seen: dict[int, tuple[Any, str]] = {}
        self._theirs: set[str] = set()
        self._depth = 0

    def start(self, fn: Any) -> None:
        """Walk from what a task calls."""
        if isinstance(fn, FunctionType) or is_code(fn):
            name = self.name_of(fn)
            if not any(
                part.name == name for part in self.parts.values()
            ):  # a package's: its version does not tell which
                self.add(Part(name, "value", digest_of("is", type(fn).__name__, self.numbered(fn)), f"is {name}"))
        else:
            self.value(f"{type(fn).__qualname__}()", fn, lambda: fn)
        self.package(PYTHON)

    def add(self, part: Part) -> None:
        """Take a part, unless it is there."""
        self.parts.setdefault((part.name, part.kind, part.digest), part)

    def package(self, name: str) -> None:
        """Take an installed package, or Python, by its version."""
        distribution, version = version_of(name)
        self.add(Part(distribution, "package", digest_of(distribution, version), version))

    def name_of(self, thing: Any) -> str:
        """Walk a function, class, task or module; return what it is called."""
        known = self._seen.get(id(thing))
        if known is not None:
            return known[1]
        if self._is_full():
            return self._left_out(thing)
        self._depth += 1
        try:
            return self._walked(thing)
        finally:
            self._depth -= 1

    def _is_full(self) -> bool:
        return len(self._seen) >= self.most or self._depth >= self.deepest

    def _left_out(self, thing: Any) -> str:
        """What becomes of code that is not walked any more; what it is called."""
        why = f"it reaches over {self.most:,} functions, classes and modules of your own, or {self.deepest} levels deep"
        self.unstable.setdefault("", Unstable("its code", why))
        return f"{getattr(thing, '__module__', '')}:{getattr(thing, '__qualname__', type(thing).__qualname__)}"

    def _walked(self, thing: Any) -> str:
        if isinstance(thing, ModuleType):
            return self._module(thing)
        if isinstance(thing, type):
            return self._class(thing)
        if isinstance(thing, FunctionType):
            return self.function(thing)
        inner = wrapped_by(thing)
        if inner is not None:
            self.guards.attribute(thing, inner[0], inner[1])
            name = self.name_of(inner[1])
            self._see(thing, name)
            return name
        return self._foreign(thing)

    def numbered(self, thing: Any) -> str:
        """A name that tells two functions of one name apart: lambdas, closures of one factory."""
        name = self.name_of(thing)
        name = name if name in self._theirs else bare(name)
        place = list(self._seen).index(id(thing)) if "<" in name and id(thing) in self._seen else 0
        return f"{name}#{place}" if place else name

    def function(self, fn: FunctionType, *, within: str | None = None) -> str:
        """Walk a function.

        Args:
            fn: The function.
            within: Name of the class whose source holds its source, which is then no part of its own.
        """
        namespace, code = fn.__globals__, fn.__code__
        owner = owner_of(str(namespace.get("__name__", "")), namespace.get("__file__") or code.co_filename)
        if owner != OWN:
            return self._foreign_function(fn, owner)
        if self._is_full():
            return self._left_out(fn)
        name = f"{label_of(namespace, code.co_filename)}:{fn.__qualname__}"
        self._see(fn, name)
        if within is None:
            written = function_source(code)
            self.add(Part(name, "function", written.digest, written.text, _file(code.co_filename), written.line))
        self.guards.attribute(fn, "__code__", code)
        self._defaults(fn, name)
        if "__wrapped__" in fn.__dict__:
            self.guards.item(fn.__dict__, "__wrapped__", fn.__dict__["__wrapped__"])
            self.name_of(fn.__dict__["__wrapped__"])
        for reference in references_of(code):
            self._reference(fn, name, reference)
        return name

    def value(self, name: str, value: Any, fetch: Callable[[], Any]) -> str:
        """Take a value; returns its digest, empty if it has none."""
        try:
            digest = digest_of_value(value, self.numbered, self._budget)
        except UndigestibleError as error:
            is_itself = error.type_name in {
                type(value).__qualname__,
                f"{type(value).__module__}.{type(value).__qualname__}",
            }
            held = "" if is_itself else f"it holds a {error.type_name}: "
            self.unstable[name] = Unstable(name, f"{held}{error.why}")
            digest = ""
        text = "hidden" if _SECRET.search(name.rpartition(":")[2]) else shown(value)
        self.add(Part(name, "value", digest, text))
        if not is_fixed(value):
            self.guards.live(fetch)
        return digest

    def target(self, name: str, value: Any, fetch: Callable[[], Any]) -> None:
        """Take what a name stands for: code, or a value."""
        if not is_code(value):
            self.value(name, value, fetch)
            return
        called = self.name_of(value)
        if called != name:
            what = digest_of("is", type(value).__name__, self.numbered(value))
            self.add(Part(name, "value", what, f"is {called}"))

    def _see(self, thing: Any, name: str) -> None:
        self._seen[id(thing)] = (thing, name)

    def _defaults(self, fn: FunctionType, name: str) -> None:
        self.guards.attribute(fn, "__defaults__", fn.__defaults__)
        self.guards.attribute(fn, "__kwdefaults__", fn.__kwdefaults__)
        values = fn.__defaults__ or ()
        last = fn.__code__.co_argcount
        for parameter, value in zip(fn.__code__.co_varnames[last - len(values) : last], values, strict=True):
            self.target(f"{name}({parameter}=)", value, partial(_itself, value))
        named = fn.__kwdefaults__ or {}
        for parameter, value in named.items():
            self.guards.item(named, parameter, value)
            self.target(f"{name}({parameter}=)", value, partial(_itself, value))

    def _reference(self, fn: FunctionType, name: str, reference: Reference) -> None:
        first = reference.chain[0]
        if reference.kind == "import":
            self._imported(fn, name, reference)
        elif reference.kind == "free":
            self._cell(fn, name, reference)
        elif first in fn.__globals__:
            module = name.partition(":")[0]
            self._chain(module, fn.__globals__, reference.chain)
        else:
            self._builtin(fn, name, first)

    def _cell(self, fn: FunctionType, name: str, reference: Reference) -> None:
        first = reference.chain[0]
        cell = dict(zip(fn.__code__.co_freevars, fn.__closure__ or (), strict=True))[first]
        try:
            value = cell.cell_contents
        except ValueError:
            self.add(Part(f"{name}[{first}]", "value", "empty", "not bound yet"))
            self.guards.attribute(cell, "cell_contents", MISSING)
            return
        if is_fixed(value) or is_code(value):
            self.guards.attribute(cell, "cell_contents", value)
        self._follow(f"{name}[{first}]", value, reference.chain[1:], lambda: cell.cell_contents)

    def _builtin(self, fn: FunctionType, name: str, first: str) -> None:
        builtins: Any = fn.__globals__.get("__builtins__", {})
        builtins = vars(builtins) if isinstance(builtins, ModuleType) else builtins
        value = builtins.get(first, MISSING)
        self.guards.item(fn.__globals__, first, MISSING)
        self.guards.item(builtins, first, value)
        if first in _REFLECTING:
            self._whole(fn.__globals__, name.partition(":")[0], fn.__code__.co_filename)
        elif value is MISSING:
            self.add(Part(f"{name.partition(':')[0]}:{first}", "value", "missing", "not defined"))
        elif isinstance(value, FunctionType):
            self.target(f"{name.partition(':')[0]}:{first}", value, lambda: value)

    def _chain(self, label: str, namespace: Mapping[str, Any], chain: tuple[str, ...]) -> None:
        value = namespace.get(chain[0], MISSING)
        self._guard(namespace, chain[0], value)
        self._follow(f"{label}:{chain[0]}", value, chain[1:], partial(namespace.get, chain[0]))

    def _guard(self, namespace: Mapping[str, Any], name: str, value: Any) -> None:
        if is_fixed(value) or is_code(value) or value is MISSING:
            self.guards.item(namespace, name, value)  # else its content is guarded, so that it is not kept alive

    def _follow(self, name: str, value: Any, rest: tuple[str, ...], fetch: Callable[[], Any]) -> None:
        """Go through modules by their attributes, to what is not a module."""
        while rest and isinstance(value, ModuleType) and owner_of(value.__name__) == OWN:
            namespace, attribute = vars(value), rest[0]
            if attribute not in namespace:
                getattr(value, attribute, None)  # a lazy one puts itself there
            if attribute not in namespace and "__getattr__" in namespace:
                self._guard(namespace, attribute, MISSING)
                attribute, rest = "__getattr__", rest[:1]
            value = namespace.get(attribute, MISSING)
            self._guard(namespace, attribute, value)
            name, rest, fetch = f"{name}.{attribute}", rest[1:], partial(namespace.get, attribute)
        if value is MISSING:
            self.add(Part(name, "value", "missing", "not defined"))
            return
        self.target(name, value, fetch)
        if rest and isinstance(value, ModuleType):
            self._patched(value, rest)

    def _patched(self, module: ModuleType, rest: tuple[str, ...]) -> None:
        """A function of a package that the user has put another one in place of."""
        value: Any = module
        for attribute in rest:
            if not isinstance(value, ModuleType) or attribute not in vars(value):
                return
            namespace = vars(value)
            value = namespace[attribute]
            if is_code(value):
                self.guards.item(namespace, attribute, value)
        if isinstance(value, FunctionType) and owner_of(str(value.__globals__.get("__name__", ""))) == OWN:
            self.target(f"{module.__name__}:{'.'.join(rest)}", value, lambda: value)

    def _imported(self, fn: FunctionType, name: str, reference: Reference) -> None:
        what = reference.imported
        assert what is not None
        package = str(fn.__globals__.get("__package__") or "")
        try:
            full = resolve_name("." * what.level + what.module, package)
        except ImportError:
            full = what.module
        top = full.partition(".")[0]
        shown_as = f"{name}[import {full}]"
        owner = owner_of(full if full in sys.modules else top)
        if owner != OWN:
            self.package(owner)
            return
        try:
            module: Any = import_module(full)
            module = module if what.leaf else sys.modules[top]
            taken = _submodule(module, what.name) if what.name is not None else module
        except Exception as error:  # noqa: BLE001 - the user's module may raise anything while it is imported
            self.add(Part(shown_as, "value", "missing", f"cannot be imported: {type(error).__name__}"))
            return
        if what.name is None:
            self.guards.item(sys.modules, module.__name__, module)
            self._follow(shown_as, taken, reference.chain[1:], lambda: taken)
        else:
            self._guard(vars(module), what.name, taken)
            fetch = partial(vars(module).get, what.name)
            self._follow(f"{name}[{full}.{what.name}]", taken, reference.chain[1:], fetch)

    def _class(self, cls: type) -> str:
        name = f"{cls.__module__}:{cls.__qualname__}"
        owner = owner_of(cls.__module__)
        if owner != OWN:
            return self._theirs_is(name, owner)
        name, file = class_label(cls)
        self._see(cls, name)
        self.add(class_part(self, cls, name, file))
        return name

    def _module(self, module: ModuleType) -> str:
        owner = owner_of(module.__name__)
        if owner != OWN:
            return self._theirs_is(module.__name__, owner)
        self._see(module, module.__name__)
        return self._whole(vars(module), label_of(vars(module), ""), str(getattr(module, "__file__", None) or ""))

    def _whole(self, namespace: dict[str, Any], label: str, filename: str) -> str:
        """Take all of a module, since what is taken from it cannot be told: every name that it has now."""
        if id(namespace) in self._seen:
            return label
        self._see(namespace, label)
        self.guards.size(namespace)
        names = sorted(
            name for name in namespace if name == "__getattr__" or not (name.startswith("__") and name.endswith("__"))
        )
        kind: PartKind = "module"
        self.add(Part(label, kind, digest_of("module", *names), file_source(filename), _file(filename), 1))
        for name in names:
            self._chain(label, namespace, (name,))
        return label

    def _foreign_function(self, fn: FunctionType, owner: str) -> str:
        """A package's function: its version, and what of the user's it was made around."""
        name = f"{_module_of(fn)}:{fn.__qualname__}"
        self._see(fn, name)
        wrapped = fn.__dict__.get("__wrapped__")
        if isinstance(wrapped, FunctionType) and is_own(wrapped):  # it goes by the name of the user's
            self.package(owner)
        else:
            self._theirs_is(name, owner)
        inner = [cell.cell_contents for cell in fn.__closure__ or () if _is_bound(cell)]
        registry = getattr(fn, "registry", None)
        if isinstance(registry, Mapping):  # functools.singledispatch
            self.guards.size(registry)
            inner += registry.values()
        inner.append(fn.__dict__.get("__wrapped__"))
        for one in inner:
            if isinstance(one, (FunctionType, type)) and is_own(one):
                self.name_of(one)
        return name

    def _foreign(self, thing: Any) -> str:
        module = str(getattr(thing, "__module__", None) or type(thing).__module__)
        name = getattr(thing, "__qualname__", None) or getattr(thing, "__name__", type(thing).__qualname__)
        return self._theirs_is(f"{module}:{name}", owner_of(module))

    def _theirs_is(self, name: str, owner: str) -> str:
        """Take what is a package's, by the version; its name counts in full, as two packages may have one of a name."""
        self.package(owner)
        if owner != OWN:
            self._theirs.add(name)
        return name


def _module_of(fn: FunctionType) -> str:
    """The module that a function says it is of: of one that wraps the user's, that of the user's, by its label."""
    inner = fn.__dict__.get("__wrapped__")
    module = sys.modules.get(fn.__module__)
    namespace = inner.__globals__ if isinstance(inner, FunctionType) else vars(module) if module is not None else {}
    return label_of(namespace, "") if namespace.get("__name__") == fn.__module__ else str(fn.__module__)


def _submodule(module: Any, name: str) -> Any:
    if name not in vars(module) and hasattr(module, "__path__"):
        import_module(f"{module.__name__}.{name}")
    return getattr(module, name)


def _is_bound(cell: Any) -> bool:
    try:
        cell.cell_contents  # noqa: B018 - asked whether it raises
    except ValueError:
        return False
    return True


def _itself(value: Any) -> Any:
    return value


def _file(filename: str) -> str:
    return "" if filename.startswith("<") else filename
