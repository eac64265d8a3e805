"""A card as one HTML page: no scripts, nothing asked of any server, readable in light, in dark and on paper."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from typing import TYPE_CHECKING

from bridge.models.cards.blocks import BOUND, LONGEST_TEXT, Block, Cell, Code, Lineage, cut
from bridge.models.cards.drawing import Drawing, drawing
from bridge.models.cards.facts import Card
from bridge.models.cards.sections import sections

if TYPE_CHECKING:
    from jinja2 import Environment


def html(card: Card) -> str:
    """Write a card as a page. The same facts give the same text.

    Every text is escaped. The page's own policy forbids scripts, requests and any style but its own, so that nothing
    which somebody wrote into a name could do more than be read.

    >>> import bridge
    >>> from bridge.domain.model import ModelVersion
    >>> from bridge.models.cards.reading import card
    >>> from bridge.workspace import current
    >>> version = bridge.save({"weights": [1, 2]}, "level")
    >>> current().catalog.put_model(ModelVersion("level", 1, version.ref, version.created, "sklearn"))
    >>> "<h1>level@1</h1>" in html(card("level"))
    True
    """
    environment = _environment()
    style, _, _ = environment.loader.get_source(environment, "style.css")  # type: ignore[union-attr]  # it has one
    page = environment.get_template("card.html").render(
        title=cut(card.model.selector),
        aliases=[cut(alias) for alias in card.model.aliases],
        archived=card.model.archived is not None,
        description=_paragraphs(card.model.details.description or ""),
        sections=sections(card),
        style=style,
        style_digest=base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
    )
    return page + "\n"


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined  # 80 ms to import

    made = Environment(
        loader=PackageLoader("bridge.models.cards", "page"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_printable,
    )
    made.filters.update(template=_template, paragraphs=_paragraphs, base64=_encoded, drawing=_drawn, bounded=_bounded)
    made.tests["code"] = _is_code
    return made


def _printable(value: object) -> object:
    """Text without control characters, which HTML does not have; line ends stay."""
    if type(value) is not str or value.isprintable():
        return value
    return "".join(letter if letter.isprintable() or letter == "\n" else " " for letter in value)


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
