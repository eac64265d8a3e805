"""Which flows of Prefect 1 the files of a project define, and which of them other files name."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

from bridge.migrate.survey import tree_of

FLOW, MAKER = "prefect1.flow", "prefect1.maker"
"""What a name of a project is known as: a flow, or a function that returns one."""

SHARED = "shared:"
"""Before a name, "shared:etl.flow": another file names it, so that it has to stay."""

_DEPTH = 3
"""Packages within packages that pass a flow on."""

FLOWS = frozenset({"prefect.Flow", "prefect.core.Flow", "prefect.core.flow.Flow"})


def home_of(path: Path) -> str:
    """What the module of a file is called within its package.

    >>> home_of(Path("flows/etl.py")), home_of(Path("flows/__init__.py"))
    ('etl', 'flows')
    """
    return path.parent.name if path.stem == "__init__" else path.stem


def flows_in(texts: Mapping[Path, str]) -> dict[str, str]:
    r"""What is known of the flows of a project's files: "etl.flow" → "prefect1.flow".

    >>> etl = "from prefect import Flow\nwith Flow('etl') as flow: pass\n"
    >>> flows_in({Path("etl.py"): etl, Path("main.py"): "from etl import flow\nflow.run()\n"})
    {'etl.flow': 'prefect1.flow', 'shared:etl.flow': 'prefect1.flow'}
    """
    trees = {path: tree for path, text in texts.items() if (tree := tree_of(text)) is not None}
    known: dict[str, str] = {}
    for path, tree in trees.items():
        known.update((f"{home_of(path)}.{name}", kind) for name, kind in _defined(tree))
    if not known:
        return {}
    for _ in range(_DEPTH):
        for path, tree in trees.items():
            known.update(_passed_on(path, tree, known))
    for path, tree in trees.items():
        for name in _named_elsewhere(tree):
            known.update({f"{SHARED}{one}": known[one] for one in _meant(name, path, known)})
    return known


def _passed_on(path: Path, tree: ast.Module, known: Mapping[str, str]) -> dict[str, str]:
    """Flows that the file of a package imports, so that others may import them from there."""
    if path.stem != "__init__":
        return {}
    return {
        f"{home_of(path)}.{alias.asname or alias.name}": kind
        for node in tree.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if (kind := kind_of(f"{node.module or ''}.{alias.name}", known))
    }


def kind_of(name: str, known: Mapping[str, str]) -> str:
    """What a qualified name is in the project: `FLOW`, `MAKER`, or nothing.

    >>> kind_of(".flows.etl.flow", {"etl.flow": FLOW})
    'prefect1.flow'
    """
    found = known.get(".".join(name.split(".")[-2:]), "")
    return found if found in (FLOW, MAKER) else ""


def uses_flows(text: str, known: Mapping[str, str]) -> bool:
    """Whether a file imports a flow of the project's, or what makes one.

    >>> uses_flows("from flows.etl import flow", {"etl.flow": FLOW})
    True
    """
    if not any(kind in (FLOW, MAKER) for kind in known.values()):
        return False
    tree = tree_of(text)
    return tree is not None and any(kind_of(name, known) for name in _imported(tree))


def _defined(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """The flows and the functions that return one, of a module's top level."""
    origins = {
        alias.asname or alias.name: f"{node.module}.{alias.name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    for node in tree.body:
        yield from ((name, FLOW) for name in _made(node, origins))
        if isinstance(node, ast.FunctionDef):
            made = {name for one in ast.walk(node) for name in _made(one, origins)}
            values = [one.value for one in ast.walk(node) if isinstance(one, ast.Return)]
            returned = {value.id for value in values if isinstance(value, ast.Name)}
            if made & returned:
                yield node.name, MAKER


def _made(node: ast.AST, origins: Mapping[str, str]) -> Iterator[str]:
    """The name of a flow that a statement makes."""
    if isinstance(node, ast.With):
        for item in node.items:
            if _is_flow(item.context_expr, origins) and isinstance(item.optional_vars, ast.Name):
                yield item.optional_vars.id
    elif isinstance(node, ast.Assign) and _is_flow(node.value, origins):
        yield from (target.id for target in node.targets if isinstance(target, ast.Name))


def _is_flow(node: ast.expr, origins: Mapping[str, str]) -> bool:
    if not isinstance(node, ast.Call):
        return False
    name = ast.unparse(node.func)
    return origins.get(name, name) in FLOWS


def _named_elsewhere(tree: ast.Module) -> Iterator[str]:
    """What a file imports, and attributes that it reads of anything: `module.flow`."""
    yield from _imported(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Attribute):
            yield f"*.{node.value.attr}"


def _imported(tree: ast.Module) -> Iterator[str]:
    modules: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                modules[alias.asname or alias.name] = f"{node.module or ''}.{alias.name}"
                yield f"{node.module or ''}.{alias.name}"
        elif isinstance(node, ast.Import):
            modules.update((alias.asname or alias.name, alias.name) for alias in node.names)
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            head = modules.get(ast.unparse(node.value))
            if head is not None:
                yield f"{head}.{node.attr}"


def _meant(name: str, path: Path, known: Mapping[str, str]) -> list[str]:
    """The flows of other files that a name may mean."""
    home, _, last = name.rpartition(".")
    if home == "*":
        return [one for one in known if one.endswith(f".{last}") and not one.startswith((SHARED, f"{home_of(path)}."))]
    short = ".".join(name.split(".")[-2:])
    return [short] if short in known else []
