"""How well a model does and what it was made from: the middle sections of a card."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from bridge.domain.model import Evaluation
from bridge.domain.preview import Preview
from bridge.domain.version import VersionRef
from bridge.lineage.humane import size
from bridge.models.cards.blocks import (
    Bars,
    Block,
    Cell,
    Code,
    Facts,
    Histogram,
    Histograms,
    Lineage,
    Note,
    Picture,
    Section,
    Table,
    cut,
    first,
)
from bridge.models.cards.cells import number, rows_and_columns, time
from bridge.models.cards.facts import Card

WHOLE, EARLIER, METRICS, FIGURES, VERSIONS, COLUMNS = 3, 20, 25, 12, 30, 12
"""How many of each a card shows; evaluations in whole, and earlier ones in a row each."""


def metrics(card: Card) -> Section:
    """What steps found out about the model, with the data on which they found it."""
    if not card.evaluations:
        note = "No evaluation is recorded: no step that received this version returned numbers."
        return Section("Metrics", (Note(note),))
    blocks = [block for evaluation in card.evaluations[:WHOLE] for block in _evaluation(evaluation)]
    earlier, more = first(card.evaluations[WHOLE:], EARLIER)
    if earlier:
        blocks.append(Note("Earlier evaluations:"))
        rows = tuple((Code(str(one.version)), time(one.created), _data(one), _numbers(one.metrics)) for one in earlier)
        blocks.append(Table(("found in", "at", "on", "numbers"), rows, more=more))
    return Section("Metrics", tuple(blocks))


def figures(card: Card) -> Section | None:
    """Pictures that steps made with the model."""
    shown, more = first(card.figures, FIGURES)
    blocks: list[Block] = []
    for figure in shown:
        width, height = (int.from_bytes(figure.png[at : at + 4], "big") for at in (16, 20))  # of a PNG's first bytes
        caption = f"{cut(figure.version.name)}, by {cut(figure.task)}"
        blocks.append(Picture(caption, str(figure.version), figure.png, width, height))
    if more:
        blocks.append(Note(f"{more:,} earlier figures."))
    return Section("Figures", tuple(blocks)) if blocks else None


def training_data(card: Card) -> Section:
    """What the step that trained the model used."""
    if not card.training:
        return Section("Training data", (Note("Not known: no step is recorded that used data to make this version."),))
    return Section("Training data", (*_versions(card, card.training), *_spreads(card, card.training)))


def evaluation_data(card: Card) -> Section:
    """What the evaluations used beside the model."""
    used = list(dict.fromkeys(ref for evaluation in card.evaluations for ref in evaluation.data))
    if not used:
        return Section("Evaluation data", (Note("No evaluation of this version used recorded data."),))
    also = [str(ref) for ref in used if ref in card.training]
    blocks: list[Block] = [*_versions(card, used)]
    if also:
        names, more = first(also, 5)
        rest = f" and {more} more" if more else ""
        blocks.append(Note(f"Among what it was trained on: {', '.join(names)}{rest}."))
    return Section("Evaluation data", tuple(blocks))


def lineage(card: Card) -> Section:
    """How the model came to be."""
    if not card.lineage.edges:
        return Section("Lineage", (Note("No step made it: it was saved outside of tasks and flows."),))
    return Section("Lineage", (Lineage(card.lineage, card.model.run_id),))


def _evaluation(evaluation: Evaluation) -> Iterator[Block]:
    yield Facts(
        (
            ("found in", Code(str(evaluation.version))),
            ("at", time(evaluation.created)),
            ("on", _data(evaluation)),
        )
    )
    rows, more = first(evaluation.metrics.items(), METRICS)
    bars = tuple((cut(name), number(found), found if 0.0 <= found <= 1.0 else None) for name, found in rows)
    yield Bars(bars, more=more)


def _data(evaluation: Evaluation) -> Cell:
    names, more = first([str(ref) for ref in evaluation.data], 5)
    return Code(", ".join(names) + (f" and {more} more" if more else "")) if names else "no recorded data"


def _numbers(metrics: Mapping[str, float]) -> str:
    shown, more = first(metrics.items(), 4)
    return ", ".join(f"{cut(name, 40)} {number(found)}" for name, found in shown) + (
        f" and {more} more" if more else ""
    )


def _versions(card: Card, refs: Iterable[VersionRef]) -> Iterator[Block]:
    shown, more = first(refs, VERSIONS)
    rows: list[tuple[Cell, ...]] = []
    for ref in shown:
        version = card.data.get(ref)
        if version is None:
            rows.append((Code(str(ref)), "forgotten", "", "", ""))
            continue
        rows.append(
            (Code(str(ref)), *rows_and_columns(version), size(version.size), Code(version.digest or "not stored"))
        )
    columns = ("version", "rows", "columns", "size", "digest")
    yield Table(columns, tuple(rows), right=frozenset({1, 2, 3}), more=more)


def _spreads(card: Card, refs: Sequence[VersionRef]) -> Iterator[Block]:
    """How the columns of the first of these that has such a preview are spread."""
    for ref in refs:
        preview = card.previews.get(ref)
        found = [] if preview is None or preview.kind != "table" else _histograms(preview)
        if found:
            shown, more = first(found, COLUMNS)
            yield Histograms(tuple(shown), str(ref), more)
            return


def _histograms(preview: Preview) -> list[Histogram]:
    """Histograms of a table's preview; none of one that a project's own materializer made in another way."""
    try:
        facts = preview.facts
        return [
            Histogram(
                cut(str(facts["columns"][int(place)][0]), 40),
                tuple(int(count) for count in spread["counts"]),
                _end(spread["min"]),
                _end(spread["max"]),
            )
            for place, spread in facts["spread"].items()
            if spread.get("counts")
        ]
    except (LookupError, TypeError, ValueError, AttributeError):
        return []


def _end(value: object) -> str:
    return cut(value.removesuffix("T00:00:00").replace("T", " "), 40) if isinstance(value, str) else number(value)
