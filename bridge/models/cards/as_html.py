"""A card as one HTML page: no scripts, nothing asked of any server, readable in light, in dark and on paper."""

from __future__ import annotations

import base64
from functools import cache
from typing import TYPE_CHECKING

from bridge.models.cards.blocks import BOUND, LONGEST_TEXT, Block, Cell, Code, Lineage, cut
from bridge.models.cards.drawing import Drawing, drawing
from bridge.models.cards.facts import Card
from bridge.models.cards.sections import sections
from bridge.pages import environment, render

if TYPE_CHECKING:
    from bridge.pages.page import Templates


def html(card: Card) -> str:
    """Write a card as a page. The same facts give the same text.

    >>> import bridge
    >>> from bridge.domain.model import ModelVersion
    >>> from bridge.models.cards.reading import card
    >>> from bridge.workspace import current
    >>> version = bridge.save({"weights": [1, 2]}, "level")
    >>> current().catalog.put_model(ModelVersion("level", 1, version.ref, version.created, "sklearn"))
    >>> "<h1>level@1</h1>" in html(card("level"))
    True
    """
    return render(
        _templates(),
        "card.html",
        kind="Model card",
        title=cut(card.model.selector),
        aliases=[cut(alias) for alias in card.model.aliases],
        archived=card.model.archived is not None,
        description=_paragraphs(card.model.details.description or ""),
        sections=sections(card),
    )


@cache
def _templates() -> Templates:
    made = environment("bridge.models.cards", "page")
    made.filters.update(template=_template, paragraphs=_paragraphs, base64=_encoded, drawing=_drawn, bounded=_bounded)
    made.tests["code"] = _is_code
    return made


def _template(block: Block) -> str:
    return f"blocks/{type(block).__name__.lower()}.html"


def _bounded(text: str) -> str:
    return cut(text, BOUND)


def _is_code(cell: Cell) -> bool:
    return isinstance(cell, Code)


def _paragraphs(text: str) -> list[str]:
    return [line for line in cut(text.strip(), LONGEST_TEXT).splitlines() if line.strip()]


def _encoded(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _drawn(block: Lineage) -> Drawing:
    return drawing(block.graph, run_id=block.run_id)
