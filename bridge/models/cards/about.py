"""What a model is and takes: the first sections of a card."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from bridge.domain.preview import TEXT, Preview
from bridge.lineage.humane import short_type, size
from bridge.models.cards.blocks import Block, Cell, Code, Facts, Lines, Note, Section, Table, Words, cut, first
from bridge.models.cards.cells import time, value
from bridge.models.cards.facts import Card

FIELDS = 60
"""Inputs, outputs, tags and files that are listed."""

OWN_TAGS = "bridge."
"""How the names of tags begin that bridge writes for MLflow: what they point at is in the card itself."""

EXAMPLE_ROWS, EXAMPLE_COLUMNS = 5, 8


def intended_use(card: Card) -> Section:
    """What the model is for, in its maker's words."""
    told = card.model.details.intended_use
    block = Words(told) if told and told.strip() else Note('Not stated. Model(…, intended_use="…") states it.')
    return Section("Intended use", (block,))


def model(card: Card) -> Section:
    """What the model is, under which name it is kept, and how it is loaded."""
    facts = card.model
    details, version = facts.details, card.version
    rows: list[tuple[str, Cell]] = [
        ("registered", time(facts.created)),
        ("artifact", Code(str(facts.version))),
        ("its aliases", ", ".join(version.aliases) if version is not None else ""),
        ("type", Code(cut(version.type)) if version is not None else ""),
        ("flavour", facts.flavour),
        ("size", size(version.size) if version is not None else ""),
        ("digest", Code(version.digest or "") if version is not None else ""),
        ("format", Code(version.format) if version is not None else ""),
        ("content from", (version.origin or "") if version is not None else ""),
        ("licence", cut(details.licence or "")),
        ("owners", cut(", ".join(details.owners))),
        ("archived", "" if facts.archived is None else time(facts.archived)),
        ("load it", Code(f'bridge.load("{facts.version}")')),
        ("with MLflow", Code(f'mlflow.pyfunc.load_model("{facts.uri or f"models:/{facts.name}/{facts.number}"}")')),
    ]
    blocks: list[Block] = [Facts(_told(rows))]
    missing = [name for name, told in (("licence", details.licence), ("owners", details.owners)) if not told]
    if version is None:
        blocks.append(Note("The catalog does not know the artifact version any more."))
    if missing:
        blocks.append(Note(f"Not stated: {', '.join(missing)}."))
    return Section("Model", (*blocks, *_tags(card), *_files(card), *_shown(card)))


def signature(card: Card) -> Section:
    """What the model takes and gives."""
    details = card.model.details
    rows = [row for part in ("inputs", "outputs", "params") for row in _fields(part, details.signature.get(part))]
    blocks: list[Block] = []
    if rows:
        shown, more = first(rows, FIELDS)
        columns: tuple[str, ...] = ("", "name", "type", "required")
        if all(not row[3] for row in shown):
            columns, shown = columns[:3], [row[:3] for row in shown]
        blocks.append(Table(columns, tuple(shown), more=more))
    else:
        why = getattr(details, "no_signature", "")  # from the version on that has this fact
        blocks.append(Note(f"Not known: {why}." if why else "Not known: no types of inputs and outputs were recorded."))
    return Section("Inputs and outputs", (*blocks, *_example(card)))


def _fields(part: str, told: Any) -> Iterator[tuple[Cell, ...]]:
    """Rows of one part of a signature, which MLflow writes as JSON within JSON."""
    word = {"inputs": "input", "outputs": "output", "params": "parameter"}[part]
    if isinstance(told, str):
        try:
            told = json.loads(told)
        except ValueError:
            told = [told]
    for one in told if isinstance(told, list) else [] if told is None else [told]:
        if not isinstance(one, Mapping):
            yield word, "", Code(value(one)), ""
            continue
        spec = one.get("tensor-spec")
        kind = value(one.get("type", ""))
        if isinstance(spec, Mapping):
            kind = f"{value(spec.get('dtype', ''))} {value(spec.get('shape', ''))}"
        if "default" in one:
            kind = f"{kind} = {value(one['default'])}"
        name = one.get("name")
        required = one.get("required")
        said = "yes" if required is True else "no" if required is False else ""
        yield word, Code(value(name)) if name not in (None, "") else "", Code(kind), said


def _example(card: Card) -> Iterator[Block]:
    ref = card.model.details.example
    if ref is None:
        return
    preview = card.previews.get(ref)
    table = None if preview is None or preview.kind != "table" else _first_rows(preview)
    if table is None:
        yield Facts((("input example from", Code(str(ref))),))
        return
    yield Note(f"First rows of {ref}, from which the input example was taken:")
    yield table
    version = card.data.get(ref)
    shape = version.metadata.get("shape") if version is not None else None
    width = shape[1] if isinstance(shape, list) and len(shape) == 2 and isinstance(shape[1], int) else 0
    if width > len(table.columns):
        yield Note(f"{width - len(table.columns):,} more columns.")


def _first_rows(preview: Preview) -> Table | None:
    """The first rows of a table's preview; None of one that a project's own materializer made in another way."""
    try:
        facts = preview.facts
        names = [cut(str(name), 40) for name, _ in facts["columns"][:EXAMPLE_COLUMNS]]
        rows = [list(row[: len(names)]) for row in facts["rows"][:EXAMPLE_ROWS]]
        numeric = {i for i in range(len(names)) if not any(isinstance(row[i], str) for row in rows)}
        cells = tuple(tuple(cut(_cell(item), 40) for item in row) for row in rows)
    except (LookupError, TypeError, ValueError, AttributeError):
        return None
    return Table(tuple(names), cells, right=frozenset(numeric)) if cells else None


def _cell(item: Any) -> str:
    return "" if item is None else f"{item:.6g}" if isinstance(item, float) else str(item)


def _tags(card: Card) -> Iterator[Block]:
    told = {name: tag for name, tag in card.model.tags.items() if not name.startswith(OWN_TAGS)}
    tags, more = first(sorted(told.items()), FIELDS)
    if tags:
        yield Table(("tag", "value"), tuple((cut(name), cut(str(tag))) for name, tag in tags), more=more)


def _files(card: Card) -> Iterator[Block]:
    files, more = first(card.files, 20)
    if files:
        rows = tuple((Code(cut(file.path)), size(file.size), Code(file.digest)) for file in files)
        yield Table(("file", "size", "BLAKE3"), rows, right=frozenset({1}), more=more)


def _shown(card: Card) -> Iterator[Block]:
    preview = card.previews.get(card.model.version)
    if preview is not None and preview.media_type == TEXT and preview.text.strip():
        lines, more = first(preview.text.splitlines(), 30)
        kind = short_type(card.version.type) if card.version is not None else "model"
        yield Note(f"The {kind} as its library writes it:")
        yield Lines("\n".join(cut(line) for line in lines), more=more)


def _told(rows: list[tuple[str, Cell]]) -> tuple[tuple[str, Cell], ...]:
    """Facts without those that say nothing."""
    return tuple((name, told) for name, told in rows if (told.text if isinstance(told, Code) else told))
