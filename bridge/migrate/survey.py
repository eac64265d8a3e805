"""What the files of a project say about each other: which names are steps and pipelines, and who imports what."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

KINDS = {"step": "zenml.step", "pipeline": "zenml.pipeline"}


@dataclass(slots=True)
class Survey:
    """Looks at one file after the other.

    Args:
        known: "ingest.load" → "zenml.step", by a module's or a package's own name and the function's;
            "imported:load" for a name that some file imports; "parameter of load" → what it calls its class of
            parameters.
    """

    known: dict[str, str] = field(default_factory=dict)

    def look(self, path: Path, text: str, *, below: Path) -> None:
        r"""Note what a file defines and imports; nothing of one that is no Python.

        >>> survey = Survey()
        >>> survey.look(Path("steps/a.py"), "from zenml import step\n@step\ndef load(): ...", below=Path())
        >>> survey.known["a.load"], survey.known["steps.load"]
        ('zenml.step', 'zenml.step')
        """
        tree = tree_of(text)
        if tree is None:
            return
        origins = dict(origins_in(tree))
        homes = homes_of(path, below=below)
        for name, origin in origins.items():
            if not origin.startswith("zenml."):
                self.known.setdefault(f"imported:{name}", origin)
        for node in tree.body:
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                kind = next(filter(None, (_kind(one, origins) for one in node.decorator_list)), None)
                if kind is not None:
                    self.known.update({f"{home}.{node.name}": kind for home in homes})
                    self._parameter(node)

    def _parameter(self, node: ast.stmt) -> None:
        """Guess which parameter is the class of parameters: its type is called so."""
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            for arg in node.args.args:
                kind = ast.unparse(arg.annotation) if arg.annotation is not None else ""
                if kind.endswith(("Parameters", "Params", "Config", "Configuration")):
                    self.known[f"parameter of {node.name}"] = arg.arg


def uses(text: str, known: Mapping[str, str]) -> bool:
    """Whether a file imports a step or a pipeline of the project's, or a module that has some.

    >>> known = {"steps.load": "zenml.step"}
    >>> [uses(text, known) for text in ("from steps import load", "import a.steps", "from a import steps", "import a")]
    [True, True, True, False]
    """
    if not any(kind.startswith("zenml.") for kind in known.values()):
        return False
    tree = tree_of(text)
    if tree is None:
        return False
    names = {".".join(origin.split(".")[-2:]) for _, origin in origins_in(tree)}
    modules = {name.rpartition(".")[2] for name in (*names, *_modules(tree))}
    return any(
        kind.startswith("zenml.") and (name in names or name.partition(".")[0] in modules)
        for name, kind in known.items()
    )


def tree_of(text: str) -> ast.Module | None:
    """A file's syntax tree; None of what is no Python.

    >>> tree_of("def (")
    """
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def homes_of(path: Path, *, below: Path) -> tuple[str, ...]:
    """By which modules and packages what a file defines may be imported, each by its own name.

    >>> homes_of(Path("src/steps/load.py"), below=Path("src"))
    ('load', 'steps')
    """
    return tuple(dict.fromkeys([path.stem, *path.relative_to(below).parts[:-1]]))


def origins_in(tree: ast.Module) -> Iterator[tuple[str, str]]:
    r"""The names that a file imports from modules, with where they come from.

    >>> dict(origins_in(ast.parse("from steps import load as first")))
    {'first': 'steps.load'}
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                yield alias.asname or alias.name, f"{node.module or ''}.{alias.name}"


def _modules(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def _kind(decorator: ast.expr, origins: Mapping[str, str]) -> str | None:
    node = decorator.func if isinstance(decorator, ast.Call) else decorator
    origin = origins.get(ast.unparse(node), ast.unparse(node))
    if not origin.startswith("zenml."):
        return None
    if origin.startswith("zenml.pipelines."):
        return "zenml.legacy"
    return KINDS.get(origin.rpartition(".")[2])
