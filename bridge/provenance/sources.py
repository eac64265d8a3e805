"""What a piece of code is: the digest of what it does, and the text that says so.

Formatting, comments and docstrings do not enter a digest: it is made of the syntax tree. The tree is that of the file
as it is now, which need not be what runs: a worker is older than the last edit. So the file is compiled, and its tree
counts only if the code object is the one that runs. Otherwise the code object itself counts: a REPL, `exec`, a lambda.
"""

from __future__ import annotations

import ast
import copy
import hashlib
import linecache
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from types import CodeType
from typing import Any

MOST_TEXT = 1 << 18
"""Characters of source that are kept for one part."""

Defined = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


@dataclass(frozen=True, slots=True)
class Written:
    """A piece of source.

    Args:
        digest: Of what it does.
        text: As it is written; empty if there is no source.
        line: Where it begins; 0 if unknown.
    """

    digest: str
    text: str
    line: int


def digest_of(*parts: str) -> str:
    """SHA-256 of texts, each with its length.

    >>> digest_of("ab", "c") != digest_of("a", "bc")
    True
    """
    hasher = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        hasher.update(b"%d:" % len(data))
        hasher.update(data)
    return hasher.hexdigest()


def function_source(code: CodeType) -> Written:
    """The source of a function that runs.

    >>> function_source(digest_of.__code__).text.splitlines()[0]
    'def digest_of(*parts: str) -> str:'
    """
    return _function(code, code.co_filename)


@lru_cache(maxsize=4096)
def _function(code: CodeType, filename: str) -> Written:
    for attempt in range(2):
        file = _parsed(filename, "".join(linecache.getlines(filename)))
        place = (code.co_firstlineno, code.co_name)
        node = file.nodes.get(place)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and _is_same(code, file.codes.get(place)):
            return Written(digest_of("tree", normalised(node)), _segment(file.lines, node), _first_line(node))
        if attempt == 0:
            linecache.checkcache(filename)
    text = file.lines[code.co_firstlineno - 1] if code.co_name == "<lambda>" and file.lines else ""
    return Written(digest_of("code", code_text(code)), text.strip(), code.co_firstlineno)


def class_source(name: str, filename: str) -> Written | None:
    """The source of a class by its qualified name; None if it is not there. The digest is that of its tree."""
    file = _parsed(filename, "".join(linecache.getlines(filename)))
    node = file.classes.get(name)
    if node is None:
        return None
    return Written(digest_of("tree", normalised(node)), _segment(file.lines, node), _first_line(node))


def file_source(filename: str) -> str:
    """The text of a whole file; empty if it cannot be read."""
    return "".join(linecache.getlines(filename))[:MOST_TEXT]


def normalised(node: ast.AST) -> str:
    """A syntax tree as text, without places, docstrings and the decorators of functions.

    What a decorator does to a function is seen in the function that it returned.
    """
    return ast.dump(_Plain().visit(copy.deepcopy(node)))


class _Plain(ast.NodeTransformer):
    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        return self._undocumented(node, decorators=False)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        return self._undocumented(node, decorators=False)

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        return self._undocumented(node, decorators=True)

    def _undocumented(self, node: Defined, *, decorators: bool) -> ast.AST:
        self.generic_visit(node)
        if ast.get_docstring(node, clean=False) is not None:
            node.body = node.body[1:] or [ast.Pass()]
        return node


def code_text(code: CodeType) -> str:
    """A code object as text: what it does, not where it stands."""
    constants = [code_text(one) if isinstance(one, CodeType) else _constant(one) for one in code.co_consts]
    shape = (code.co_argcount, code.co_posonlyargcount, code.co_kwonlyargcount, code.co_flags, code.co_name)
    names = (code.co_names, code.co_varnames, code.co_freevars, code.co_cellvars)
    return f"{shape}{names}{code.co_code.hex()}{getattr(code, 'co_exceptiontable', b'').hex()}{constants}"


def _constant(value: Any) -> str:
    if isinstance(value, frozenset):
        return f"frozenset{sorted(map(_constant, value))}"
    return f"{type(value).__name__} {value!r}"


@dataclass(frozen=True, slots=True)
class _File:
    lines: list[str]
    nodes: dict[tuple[int, str], Defined]
    classes: dict[str, ast.ClassDef]
    codes: dict[tuple[int, str], CodeType]


@lru_cache(maxsize=256)
def _parsed(filename: str, text: str) -> _File:
    file = _File(text.splitlines(keepends=True), {}, {}, {})
    try:
        tree = ast.parse(text)
        compiled = compile(tree, filename, "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError):
        return file
    for name, node in _definitions(tree, ""):
        file.nodes[_first_line(node), node.name] = node
        if isinstance(node, ast.ClassDef):
            file.classes[name] = node  # the last one of a name, as when it runs
    for code in _nested(compiled):
        file.codes[code.co_firstlineno, code.co_name] = code
    return file


def _definitions(node: ast.AST, prefix: str) -> Iterator[tuple[str, Defined]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield f"{prefix}{child.name}", child
            inner = "." if isinstance(child, ast.ClassDef) else ".<locals>."
            yield from _definitions(child, f"{prefix}{child.name}{inner}")
        else:
            yield from _definitions(child, prefix)


def _nested(code: CodeType) -> Iterator[CodeType]:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield constant
            yield from _nested(constant)


def _first_line(node: Defined) -> int:
    return min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])


def _segment(lines: list[str], node: Defined) -> str:
    text = "".join(lines[_first_line(node) - 1 : node.end_lineno])
    return text[:MOST_TEXT]


def _is_same(running: CodeType, compiled: CodeType | None) -> bool:
    return compiled is not None and code_text(running) == code_text(compiled)
