"""Which classes of a project are ZenML's parameters, and which of their fields have no default."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bridge.migrate.survey import homes_of, origins_in, tree_of

BASES = frozenset({"BaseParameters", "BaseStepConfig"})
AMBIGUOUS = "…"
"""In the place of a field's name, where several classes have a class's name."""


@dataclass(frozen=True, slots=True)
class _Class:
    bases: tuple[str, ...]
    given: frozenset[str]
    missing: frozenset[str]


def parameters_in(texts: Mapping[Path, str], *, below: Path) -> dict[str, str]:
    r"""The classes of parameters, with what a rule asks of them: their fields without a default.

    They are known as steps are, by the name of their module or its package and their own. What comes of each other's
    classes is found in whatever order the files come.

    >>> text = "from zenml.steps import BaseParameters\nclass P(BaseParameters):\n    rate: float\n    depth: int = 3"
    >>> parameters_in({Path("steps/config.py"): text}, below=Path())
    {'fields of config.P': 'rate', 'fields of steps.P': 'rate'}
    """
    classes: dict[str, list[_Class]] = {}
    for path, text in texts.items():
        for name, found in _classes(text, path.stem):
            for home in homes_of(path, below=below):
                classes.setdefault(f"{home}.{name}", []).append(found)
    known = {}
    for key, several in classes.items():
        missing = [_missing(one, classes, frozenset({key})) for one in several]
        if all(one is None for one in missing):
            continue
        fields = {AMBIGUOUS} if len(set(missing)) > 1 else set(missing[0] or ())
        known[f"fields of {key}"] = ", ".join(sorted(fields))
    return known


def _missing(one: _Class, classes: Mapping[str, list[_Class]], seen: frozenset[str]) -> frozenset[str] | None:
    """The fields without a default, those of its bases, too; None if it is no class of parameters."""
    inherited: set[str] = set()
    is_parameters = False
    for base in one.bases:
        if base.startswith("zenml."):
            is_parameters = True
        for other in classes.get(base, ()) if base not in seen else ():
            found = _missing(other, classes, seen | {base})
            is_parameters |= found is not None
            inherited |= found or set()
    return frozenset((inherited - one.given) | one.missing) if is_parameters else None


def _classes(text: str, home: str) -> Iterator[tuple[str, _Class]]:
    tree = tree_of(text) if "class" in text else None
    if tree is None:
        return
    origins = dict(origins_in(tree))
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and node.bases:
            bases = tuple(_origin(ast.unparse(base), origins, home) for base in node.bases)
            yield node.name, _Class(bases, *_fields(node))


def _origin(base: str, origins: Mapping[str, str], home: str) -> str:
    """Where a base comes from, as it is known: "zenml.BaseParameters", "config.Base"."""
    head, _, rest = base.partition(".")
    whole = f"{origins.get(head, head)}.{rest}".strip(".") if rest or head in origins else f"{home}.{base}"
    if whole.startswith("zenml."):
        last = whole.rpartition(".")[2]
        return f"zenml.{last}" if last in BASES else last
    return ".".join(whole.split(".")[-2:])


def _fields(node: ast.ClassDef) -> tuple[frozenset[str], frozenset[str]]:
    given: set[str] = set()
    missing: set[str] = set()
    for line in node.body:
        if isinstance(line, ast.Assign):
            given.update(one.id for one in line.targets if isinstance(one, ast.Name))
        elif isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name) and not _is_of_class(line):
            (missing if line.value is None else given).add(line.target.id)
    return frozenset(given), frozenset(missing)


def _is_of_class(line: ast.AnnAssign) -> bool:
    return "ClassVar" in ast.unparse(line.annotation)
