"""Notebooks as modules: all code cells in one text, and back; what is no Python stays as it is."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bridge.migrate.sources import NotReadableError

_MARK = "#@bridge-cell:{}"
_MARKED = re.compile(r"^#@bridge-cell:(\d+)\n", re.MULTILINE)
_MAGIC = "#@bridge-magic:"
_LINE_MAGIC = re.compile(r"^(\s*)([%!?].*|[\w.]+\?{1,2})$")
_ASSIGNED = re.compile(r"^\s*[\w, ]+=\s*[%!]")


@dataclass(frozen=True, slots=True)
class Notebook:
    """A notebook.

    Args:
        document: As JSON.
        indent: Of the file; None for one line.
        ending: What the file ends with.
        cells: Numbers of its code cells that are Python.
    """

    document: Any
    indent: int | None
    ending: str
    cells: tuple[int, ...]

    @classmethod
    def of(cls, text: str) -> Notebook:
        """Read a notebook.

        Raises:
            NotReadableError: If it is none.
        """
        try:
            document = json.loads(text)
            cells = document["cells"]
            python = tuple(i for i, cell in enumerate(cells) if cell["cell_type"] == "code" and _is_python(cell))
        except (ValueError, KeyError, TypeError) as error:
            raise NotReadableError(f"it is no notebook of format 4: {type(error).__name__}: {error}") from error
        indent = re.match(r"\{\n( *)", text)
        ending = text[len(text.rstrip()) :]
        return cls(document, len(indent[1]) if indent else None, ending, python)

    def module(self) -> str:
        """The code of all cells as one module."""
        parts = [f"{_MARK.format(i)}\n{_commented(_source(self.document['cells'][i]))}\n" for i in self.cells]
        return "".join(parts)

    def with_module(self, text: str) -> str:
        """The notebook's text with the code of such a module.

        Raises:
            NotReadableError: If the module does not tell where cells begin.
        """
        pieces = _MARKED.split(text)
        numbers = [int(number) for number in pieces[1::2]]
        if tuple(numbers) != self.cells:
            raise NotReadableError("its cells cannot be told from each other after the change")
        codes = pieces[2::2]
        codes[:1] = [pieces[0] + codes[0]] if codes else []
        document = json.loads(json.dumps(self.document))
        for number, code in zip(numbers, codes, strict=True):
            cell, source = document["cells"][number], _uncommented(code.removesuffix("\n"))
            if source != _source(cell):
                cell["source"] = source.splitlines(keepends=True) if isinstance(cell["source"], list) else source
        return json.dumps(document, indent=self.indent, ensure_ascii=False) + self.ending


def _source(cell: Any) -> str:
    source = cell["source"]
    return "".join(source) if isinstance(source, list) else str(source)


def _is_python(cell: Any) -> bool:
    source = _source(cell).lstrip()
    return not source.startswith("%%") or source.startswith(("%%time", "%%capture"))


def _commented(code: str) -> str:
    """Magics as comments, which Python reads; a line of a text that looks like one is taken for one, and comes back."""
    return "\n".join(_hidden(line) for line in code.split("\n"))


def _hidden(line: str) -> str:
    found = _LINE_MAGIC.match(line)
    if found:
        return f"{found[1]}pass  {_MAGIC}{found[2]}" if found[1] else f"{_MAGIC}{found[2]}"
    if _ASSIGNED.match(line):
        name, _, rest = line.partition("=")
        return f"{name}= None  {_MAGIC}{rest}"
    return line


def _uncommented(code: str) -> str:
    lines = []
    for line in code.split("\n"):
        before, mark, magic = line.partition(_MAGIC)
        if not mark:
            lines.append(line)
        elif before.rstrip().endswith("= None"):
            lines.append(before.rstrip().removesuffix(" None") + magic)
        else:
            lines.append(before.removesuffix("pass  ") + magic)
    return "\n".join(lines)


def place_in(module: str, line: int, cells: Sequence[int]) -> tuple[int, int]:
    r"""Which cell a line of the module is in, and which line of that cell, both from 1.

    >>> place_in("#@bridge-cell:0\nx\n#@bridge-cell:2\ny\n", 4, [0, 2])
    (3, 1)
    """
    number, start = 0, 0
    for position, text in enumerate(module.split("\n"), start=1):
        if position >= line:
            break
        found = _MARKED.match(f"{text}\n")
        if found:
            number, start = int(found[1]), position
    return number + 1, max(line - start, 1)
