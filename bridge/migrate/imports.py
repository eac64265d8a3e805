"""Changes of a module's imports: names that come from elsewhere now, that are new, or that nothing needs any more."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import libcst as cst
import libcst.matchers as m

from bridge.migrate.nodes import code_of, comments_of
from bridge.migrate.statements import without

_Changed = cst.BaseStatement | cst.FlattenSentinel[cst.BaseStatement] | cst.RemovalSentinel


class Imports:
    r"""What a rule wants of the imports of a module; applied when the rule is through.

    >>> wanted = Imports()
    >>> wanted.move("prefect", "flow", to="bridge")
    >>> print(wanted.applied(cst.parse_module("from prefect import flow, get_run_logger\n")).code, end="")
    from bridge import flow
    from prefect import get_run_logger
    """

    def __init__(self) -> None:
        self._moves: dict[tuple[str, str], tuple[str, str]] = {}
        self._dropped: set[tuple[str, str]] = set()
        self._unused: set[tuple[str, str]] = set()
        self._added: dict[tuple[str, str, str | None], None] = {}

    def move(self, module: str, name: str, *, to: str, called: str | None = None) -> None:
        """Import a name from another module, or another name from this; `as` stays."""
        self._moves[module, name] = (to, called or name)

    def drop(self, module: str, name: str = "") -> None:
        """Take a name out of `from module import name`; without one, take `import module` out."""
        self._dropped.add((module, name))

    def drop_unused(self, module: str, name: str) -> None:
        """Take a name out of `from module import name` if nothing names it any more."""
        self._unused.add((module, name))

    def add(self, module: str, name: str = "", *, alias: str | None = None) -> None:
        """Import a name from a module, or a module, unless that is there."""
        self._added[module, name, alias] = None

    def applied(self, tree: cst.Module) -> cst.Module:
        """The module with its imports changed."""
        if not (self._moves or self._dropped or self._added or self._unused):
            return tree
        used = _Named.of(tree) if self._unused else frozenset()
        tree = cst.ensure_type(tree.visit(_Statements(self._moves, self._dropped, self._unused, used)), cst.Module)
        there = set(_imported(tree))
        return _with_added(tree, [one for one in self._added if one not in there])


class _Named(cst.CSTVisitor):
    """Names that stand anywhere but in imports; those in annotations that are texts, too."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    @classmethod
    def of(cls, tree: cst.Module) -> frozenset[str]:
        visitor = cls()
        tree.visit(visitor)
        return frozenset(visitor.names)

    def visit_ImportFrom(self, node: cst.ImportFrom) -> bool:  # noqa: N802  LibCST's
        return False

    def visit_Name(self, node: cst.Name) -> None:  # noqa: N802  LibCST's
        self.names.add(node.value)

    def visit_Attribute(self, node: cst.Attribute) -> bool:  # noqa: N802  LibCST's
        node.value.visit(self)
        return False

    def visit_Arg(self, node: cst.Arg) -> bool:  # noqa: N802  LibCST's
        node.value.visit(self)
        return False

    def visit_Annotation(self, node: cst.Annotation) -> None:  # noqa: N802  LibCST's
        for text in m.findall(node, m.SimpleString()):
            self.names.update(re.findall(r"\w+", cst.ensure_type(text, cst.SimpleString).value))


class _Statements(cst.CSTTransformer):
    """Rewrites `from … import …`, wherever it stands."""

    def __init__(
        self,
        moves: dict[tuple[str, str], tuple[str, str]],
        dropped: set[tuple[str, str]],
        unused: set[tuple[str, str]],
        used: frozenset[str],
    ) -> None:
        super().__init__()
        self._moves, self._dropped, self._unused, self._used = moves, dropped, unused, used
        self._nothing: set[cst.CSTNode] = set()

    def leave_SimpleStatementLine(  # noqa: N802  LibCST's
        self, original_node: cst.SimpleStatementLine, updated_node: cst.SimpleStatementLine
    ) -> _Changed:
        if len(updated_node.body) != 1 or not isinstance(updated_node.body[0], (cst.Import, cst.ImportFrom)):
            return updated_node
        made = self._made_of(updated_node, updated_node.body[0])
        for one in made if isinstance(made, cst.FlattenSentinel) else (made,):
            if isinstance(one, cst.SimpleStatementLine) and isinstance(one.body[0], cst.Pass):
                self._nothing.add(one)
        return made

    def leave_IndentedBlock(  # noqa: N802
        self, original_node: cst.IndentedBlock, updated_node: cst.IndentedBlock
    ) -> cst.IndentedBlock:
        """Leave the comments of an import that is gone, where something else is left of the block."""
        body, rest = without(updated_node.body, updated_node.body, self._nothing)
        return updated_node.with_changes(body=body, footer=[*rest, *updated_node.footer]) if body else updated_node

    def leave_Module(self, original_node: cst.Module, updated_node: cst.Module) -> cst.Module:  # noqa: N802
        """Leave the comments of an import that is gone."""
        body, rest = without(updated_node.body, updated_node.body, self._nothing)
        return updated_node.with_changes(body=body, footer=[*rest, *updated_node.footer])

    def _made_of(self, line: cst.SimpleStatementLine, statement: cst.Import | cst.ImportFrom) -> _Changed:
        if isinstance(statement, cst.Import):
            return self._of_modules(line, statement)
        module = _module_of(statement)
        if module is None or isinstance(statement.names, cst.ImportStar):
            return line
        return _with_comments(line, self._changed(line, statement, module))

    def _changed(self, line: cst.SimpleStatementLine, statement: cst.ImportFrom, module: str) -> _Changed:
        names = statement.names
        assert not isinstance(names, cst.ImportStar)
        kept, groups = self._sorted(module, names)
        if kept == list(names):
            return line
        parts = [_with_names(statement, kept)] if kept else []
        parts[:0] = [_from(_with_names(statement, moved), to) for to, moved in groups.items()]
        return _one_after_the_other(line, parts) if parts else _nothing(line)

    def _of_modules(
        self, line: cst.SimpleStatementLine, statement: cst.Import
    ) -> cst.BaseStatement | cst.RemovalSentinel:
        kept = [alias for alias in statement.names if (alias.evaluated_name, "") not in self._dropped]
        if len(kept) == len(statement.names):
            return line
        if not kept:
            return _nothing(line)
        kept[-1] = kept[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT)
        return line.with_changes(body=[statement.with_changes(names=kept)])

    def _sorted(
        self, module: str, names: Sequence[cst.ImportAlias]
    ) -> tuple[list[cst.ImportAlias], dict[str, list[cst.ImportAlias]]]:
        kept: list[cst.ImportAlias] = []
        groups: dict[str, list[cst.ImportAlias]] = {}
        for alias in names:
            key = (module, alias.evaluated_name)
            if key in self._moves:
                to, called = self._moves[key]
                if to != module:
                    groups.setdefault(to, []).append(_called(alias, called))
                elif not any(one.evaluated_name == called for one in [*kept, *names]):
                    kept.append(_called(alias, called))
            elif key not in self._dropped and not self._is_unused(key, alias):
                kept.append(alias)
        return kept, groups

    def _is_unused(self, key: tuple[str, str], alias: cst.ImportAlias) -> bool:
        return key in self._unused and (alias.evaluated_alias or alias.evaluated_name) not in self._used


def _with_comments(line: cst.SimpleStatementLine, changed: _Changed) -> _Changed:
    """What has become of an import; comments that stood at names that are gone stand above it."""
    parts: list[Any] = [] if isinstance(changed, cst.RemovalSentinel) else [changed]
    if isinstance(changed, cst.FlattenSentinel):
        parts = list(changed)
    lost = Counter(comments_of(line)) - Counter(comment for part in parts for comment in comments_of(part))
    if not lost:
        return changed
    first = parts[0] if parts else line.with_changes(body=[cst.Pass()])
    above = [cst.EmptyLine(comment=cst.Comment(value)) for value in lost.elements()]
    return cst.FlattenSentinel([first.with_changes(leading_lines=[*first.leading_lines, *above]), *parts[1:]])


def _called(alias: cst.ImportAlias, name: str) -> cst.ImportAlias:
    return alias if alias.evaluated_name == name else alias.with_changes(name=cst.Name(name))


def _module_of(statement: cst.ImportFrom) -> str | None:
    if statement.relative or statement.module is None:
        return None
    return code_of(statement.module)


def _with_names(statement: cst.ImportFrom, names: Sequence[cst.ImportAlias]) -> cst.ImportFrom:
    """The same statement for some of its names, each with the comment behind it; laid out as before."""
    if not statement.lpar:
        bare = names[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT)
        return statement.with_changes(names=[*names[:-1], bare])
    inner = statement.lpar.whitespace_after
    if not isinstance(inner, cst.ParenthesizedWhitespace):
        return statement.with_changes(names=[*names[:-1], names[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT)])
    indents = [inner.last_line] * (len(names) - 1) + [cst.SimpleWhitespace("")]
    laid_out = [_before(alias, indent) for alias, indent in zip(names, indents, strict=True)]
    return statement.with_changes(names=laid_out)


def _before(alias: cst.ImportAlias, indent: cst.SimpleWhitespace) -> cst.ImportAlias:
    """A name of a statement over several lines, with what the next line begins with."""
    if not isinstance(alias.comma, cst.Comma):
        return alias
    space = alias.comma.whitespace_after
    if not isinstance(space, cst.ParenthesizedWhitespace):
        space = cst.ParenthesizedWhitespace(indent=True)
    return alias.with_changes(comma=alias.comma.with_changes(whitespace_after=space.with_changes(last_line=indent)))


def _without_comment(part: cst.ImportFrom) -> cst.ImportFrom:
    """Without the comment behind the opening parenthesis, which the part before has."""
    if part.lpar is None or not isinstance(part.lpar.whitespace_after, cst.ParenthesizedWhitespace):
        return part
    bare = part.lpar.whitespace_after.with_changes(first_line=cst.TrailingWhitespace(), empty_lines=[])
    return part.with_changes(lpar=part.lpar.with_changes(whitespace_after=bare))


def _from(statement: cst.ImportFrom, module: str) -> cst.ImportFrom:
    node = cst.parse_expression(module)
    assert isinstance(node, (cst.Name, cst.Attribute))
    return statement.with_changes(module=node)


def _one_after_the_other(
    line: cst.SimpleStatementLine, parts: Sequence[cst.ImportFrom]
) -> cst.BaseStatement | cst.FlattenSentinel[cst.BaseStatement]:
    """A statement for each part: comments above stay above the first, the one behind stays behind the last."""
    if len(parts) == 1:
        return line.with_changes(body=[parts[0]])
    parts = [parts[0], *map(_without_comment, parts[1:])]
    ends = [_ended(part, is_last=part is parts[-1]) for part in parts]
    lines = [cst.SimpleStatementLine(body=[part]) for part in ends]
    lines[0] = lines[0].with_changes(leading_lines=line.leading_lines)
    lines[-1] = lines[-1].with_changes(trailing_whitespace=line.trailing_whitespace)
    return cst.FlattenSentinel(lines)


def _ended(part: cst.ImportFrom, *, is_last: bool) -> cst.ImportFrom:
    """Without comments before the closing parenthesis, unless it is the last part, which has them."""
    if is_last or part.rpar is None or not isinstance(part.rpar.whitespace_before, cst.ParenthesizedWhitespace):
        return part
    comma = part.names[-1].comma if not isinstance(part.names, cst.ImportStar) else None
    bare: cst.BaseParenthesizableWhitespace = cst.SimpleWhitespace("")
    if not isinstance(comma, cst.Comma):
        bare = part.rpar.whitespace_before.with_changes(first_line=cst.TrailingWhitespace(), empty_lines=[])
    return part.with_changes(rpar=part.rpar.with_changes(whitespace_before=bare))


def _nothing(line: cst.SimpleStatementLine) -> cst.BaseStatement | cst.RemovalSentinel:
    """In place of an import of which nothing is left; a comment at it stays, and `pass` until that is at another."""
    comments = [each for each in line.leading_lines if each.comment is not None]
    if not comments and line.trailing_whitespace.comment is None:
        return cst.RemoveFromParent()
    return line.with_changes(body=[cst.Pass()])


def _imported(tree: cst.Module) -> Iterator[tuple[str, str, str | None]]:
    """What the module imports at its top level: module, name, alias."""
    for line in tree.body:
        if not isinstance(line, cst.SimpleStatementLine):
            continue
        for statement in line.body:
            if isinstance(statement, cst.ImportFrom) and not isinstance(statement.names, cst.ImportStar):
                module = _module_of(statement)
                if module is not None:
                    yield from ((module, one.evaluated_name, one.evaluated_alias) for one in statement.names)
            elif isinstance(statement, cst.Import):
                yield from ((one.evaluated_name, "", one.evaluated_alias) for one in statement.names)


def _with_added(tree: cst.Module, added: Iterable[tuple[str, str, str | None]]) -> cst.Module:
    grouped: dict[str, list[str]] = {}
    lines: list[str] = []
    for module, name, alias in added:
        called = f" as {alias}" if alias else ""
        if name:
            grouped.setdefault(module, []).append(f"{name}{called}")
        else:
            lines.append(f"import {module}{called}")
    body = list(tree.body)
    for module, names in grouped.items():
        if not _extended(body, module, sorted(names)):
            lines.append(f"from {module} import {', '.join(sorted(names))}")
    place = head_of(body)
    body[place:place] = [cst.parse_statement(line) for line in sorted(lines)]
    return tree.with_changes(body=body)


def _extended(body: list[Any], module: str, names: Sequence[str]) -> bool:
    """Add names to an import of the module that is there on one line; whether there is one."""
    for position, line in enumerate(body):
        if not isinstance(line, cst.SimpleStatementLine) or len(line.body) != 1:
            continue
        statement = line.body[0]
        if not isinstance(statement, cst.ImportFrom) or isinstance(statement.names, cst.ImportStar):
            continue
        if _module_of(statement) == module and statement.lpar is None:
            made = cst.ensure_type(cst.parse_statement(f"from m import {', '.join(names)}"), cst.SimpleStatementLine)
            more = cst.ensure_type(made.body[0], cst.ImportFrom).names
            comma = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
            before = [*statement.names[:-1], statement.names[-1].with_changes(comma=comma)]
            body[position] = line.with_changes(body=[statement.with_changes(names=[*before, *more])])  # type: ignore[misc]
            return True
    return False


def head_of(body: Sequence[Any]) -> int:
    """Where an import is added: after the last import of the module's head, or after its docstring."""
    place = 0
    for position, line in enumerate(body):
        if not isinstance(line, cst.SimpleStatementLine):
            break
        first = line.body[0]
        if isinstance(first, (cst.Import, cst.ImportFrom)):
            place = position + 1
        elif not (position == 0 and isinstance(first, cst.Expr)) and place:
            break
        elif position == 0 and isinstance(first, cst.Expr) and isinstance(first.value, cst.SimpleString):
            place = 1
    return place
