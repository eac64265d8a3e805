"""What the Prefect that is installed here has, read from its files: importing it would take seconds."""

from __future__ import annotations

import ast
import importlib.util
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

PACKAGE = "prefect"

_MIGRATION = "prefect._internal.compatibility.migration"
"""Names that Prefect 3 passes on to where they have moved are listed there."""


@dataclass(frozen=True, slots=True)
class _Module:
    """What is known of a module.

    Args:
        names: What it binds at its top level, and the texts in it if it makes names when they are asked for.
        is_open: Whether it may have other names, too.
    """

    names: frozenset[str]
    is_open: bool


def lacks(name: str) -> tuple[str, str] | None:
    """The module, and what of a qualified name it does not have; None if all of it is there, or may be.

    >>> lacks("prefect.engine.FlowRunner"), lacks("prefect.tasks.Task.map")
    (('prefect.engine', 'FlowRunner'), None)
    >>> lacks("prefect.get_run_logger"), lacks("prefect.orion.schemas"), lacks("prefect_aws.S3Bucket")
    (None, ('prefect', 'orion'), None)
    """
    parts = name.split(".")
    if parts[0] != PACKAGE or _file(PACKAGE) is None:
        return None
    module = PACKAGE
    for part in parts[1:]:
        if _file(f"{module}.{part}") is not None:
            module = f"{module}.{part}"
            continue
        found = _read(module)
        return None if found.is_open or part in found.names else (module, part)
    return None


@cache
def homes_of(name: str) -> tuple[str, ...]:
    """The public modules that define a name; not the server's.

    >>> homes_of("ThreadPoolTaskRunner")
    ('prefect.task_runners',)
    """
    file = _file(PACKAGE)
    if file is None:
        return ()
    root = file.parent
    defines = re.compile(rf"^(?:class|def|async def) {re.escape(name)}\b|^{re.escape(name)}(?::[^\n=]+)? =", re.M)
    found = []
    for path in sorted(root.rglob("*.py")):
        parts = path.relative_to(root.parent).with_suffix("").parts
        is_public = "server" not in parts and not any(part.startswith("_") for part in parts)
        if is_public and defines.search(path.read_text(encoding="utf-8")):
            found.append(".".join(parts))
    return tuple(found)


@cache
def _file(module: str) -> Path | None:
    """The file of a module of Prefect's; none of it is run."""
    if module == PACKAGE:
        spec = importlib.util.find_spec(PACKAGE)
        return Path(spec.origin) if spec is not None and spec.origin else None
    above, _, name = module.rpartition(".")
    file = _file(above)
    if file is None or file.name != "__init__.py":
        return None
    places = (file.parent / f"{name}.py", file.parent / name / "__init__.py")
    return next((place for place in places if place.is_file()), None)


@cache
def _read(module: str) -> _Module:
    file = _file(module)
    try:
        tree = ast.parse(file.read_text(encoding="utf-8")) if file is not None else None
    except (OSError, SyntaxError, ValueError):
        tree = None
    if tree is None:
        return _Module(frozenset(), is_open=True)
    names = set(_bound(tree.body))
    if "*" in names:
        return _Module(frozenset(names), is_open=True)
    makes_names = any(isinstance(one, ast.FunctionDef) and one.name == "__getattr__" for one in tree.body)
    if makes_names and "_public_api" not in names:
        return _Module(frozenset(names), is_open=True)
    if makes_names:
        texts = (one.value for one in ast.walk(tree) if isinstance(one, ast.Constant))
        names |= {one for one in texts if isinstance(one, str) and one.isidentifier()}
    if "getattr_migration" in names:
        names |= {old.partition(":")[2] for old in _moved() if old.partition(":")[0] == module}
    elif "__getattr__" in names and not makes_names:
        return _Module(frozenset(names), is_open=True)
    return _Module(frozenset(names), is_open=False)


@cache
def _moved() -> frozenset[str]:
    file = _file(_MIGRATION)
    for node in ast.parse(file.read_text(encoding="utf-8")).body if file is not None else ():
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "MOVED_IN_V3":
            return frozenset(ast.literal_eval(node.value))
    return frozenset()


def _bound(body: list[ast.stmt]) -> Iterator[str]:
    """What statements bind; not what only type checkers see."""
    for node in body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield node.name
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            for alias in node.names:
                yield alias.asname or (alias.name if isinstance(node, ast.ImportFrom) else alias.name.partition(".")[0])
        elif isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            yield from (one.id for target in targets for one in ast.walk(target) if isinstance(one, ast.Name))
        elif isinstance(node, (ast.If, ast.Try, ast.With, ast.For)):
            is_for_types = isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
            yield from _bound([] if is_for_types else node.body)
            yield from _bound(getattr(node, "orelse", []))
            yield from _bound(getattr(node, "finalbody", []))
            for handler in getattr(node, "handlers", ()):
                yield from _bound(handler.body)
