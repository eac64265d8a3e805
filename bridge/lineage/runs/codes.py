"""The code of the steps of two runs, compared."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from bridge.domain.content_difference import What
from bridge.domain.ports import Catalog
from bridge.domain.run import Step
from bridge.domain.run_difference import CodeChange
from bridge.lineage.differences.texts import compare_texts
from bridge.lineage.runs.pairing import Pair


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of the code that a step reached; see `bridge.provenance.parts.Part`."""

    name: str
    kind: str
    digest: str
    text: str
    place: str


@dataclass(frozen=True, slots=True)
class Codes:
    """What of their code two matched steps do not have in common.

    Args:
        changes: Names, with what they are in the older and the newer run; packages are not among them.
        packages: Packages that both reach in other versions.
        known: Whether the code of both is recorded.
        texts: The source that both have, for who looks for a cause.
    """

    changes: Mapping[str, tuple[Piece | None, Piece | None]] = field(default_factory=dict)
    packages: Mapping[str, tuple[str | None, str | None]] = field(default_factory=dict)
    known: bool = False
    texts: tuple[str, ...] = ()


class CodeReader:
    """Reads documents of code from a catalog, each once."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._compared: dict[tuple[str | None, str | None], Codes] = {}
        self._pieces = lru_cache(maxsize=None)(self._read)

    def compare(self, pair: Pair) -> Codes:
        """The code of two matched steps; of a step that is alone, its text."""
        digests = (pair[0].code if pair[0] else None, pair[1].code if pair[1] else None)
        if digests not in self._compared:
            self._compared[digests] = self._codes(*digests)
        return self._compared[digests]

    def _codes(self, old: str | None, new: str | None) -> Codes:
        mine, theirs = (self._pieces(digest) if digest else None for digest in (old, new))
        texts = tuple(
            piece.text for piece in (theirs or mine or {}).values() if piece.kind in ("function", "class", "module")
        )
        if mine is None or theirs is None:
            return Codes(texts=texts)
        changes: dict[str, tuple[Piece | None, Piece | None]] = {}
        packages: dict[str, tuple[str | None, str | None]] = {}
        for name in dict.fromkeys((*mine, *theirs)):
            one, other = mine.get(name), theirs.get(name)
            if one is not None and other is not None and one.digest == other.digest:
                continue
            if "package" in (one.kind if one else "", other.kind if other else ""):
                packages[name] = (one.text if one else None, other.text if other else None)
            else:
                changes[name] = (one, other)
        return Codes(changes, packages, True, texts)

    def _read(self, digest: str) -> Mapping[str, Piece] | None:
        text = self._catalog.document(digest)
        if text is None:
            return None
        try:
            parts: Any = json.loads(text)["parts"]
            return {part["name"]: _piece(part) for part in parts}
        except (ValueError, KeyError, TypeError):
            return None


def _piece(part: Mapping[str, Any]) -> Piece:
    file, line = str(part.get("file") or ""), int(part.get("line") or 0)
    place = f"{file.replace(chr(92), '/').rpartition('/')[2]}:{line}" if file else ""
    return Piece(str(part["name"]), str(part["kind"]), str(part["digest"]), str(part.get("text") or ""), place)


def code_changes(compared: Iterable[tuple[Pair, Codes]], *, limit: int) -> tuple[CodeChange, ...]:
    """Everything that differs, once, with the tasks that reach it."""
    found: dict[str, tuple[Piece | None, Piece | None]] = {}
    reached: dict[str, dict[str, None]] = {}
    for pair, codes in compared:
        for name, pieces in codes.changes.items():
            found.setdefault(name, pieces)
            reached.setdefault(name, {})[_task(pair)] = None
    return tuple(_change(name, *pieces, tuple(reached[name]), limit) for name, pieces in found.items())


def _task(pair: Pair) -> str:
    step: Step | None = pair[1] or pair[0]
    return step.task if step is not None else ""


def _change(name: str, old: Piece | None, new: Piece | None, steps: tuple[str, ...], limit: int) -> CodeChange:
    what: What = "added" if old is None else "removed" if new is None else "changed"
    one = new or old
    if one is None:
        return CodeChange(name, "", what, steps)
    content = compare_texts(old.text if old else "", new.text if new else "", limit=limit)
    return CodeChange(name, one.kind, what, steps, one.place, content)
