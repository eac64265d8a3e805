"""Model cards: what is known of a model version, for people to read."""

from bridge.models.cards.as_html import html
from bridge.models.cards.as_markdown import markdown
from bridge.models.cards.facts import Card
from bridge.models.cards.reading import card

__all__ = ["Card", "card", "html", "markdown"]
