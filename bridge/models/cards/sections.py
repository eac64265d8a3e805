"""A card's sections, in the order in which they are read."""

from __future__ import annotations

from bridge.models.cards import about, evidence, origin
from bridge.models.cards.blocks import Section
from bridge.models.cards.facts import Card


def sections(card: Card) -> tuple[Section, ...]:
    """Everything that a card says below its title, whatever it is rendered as."""
    parts = (
        about.intended_use(card),
        evidence.metrics(card),
        evidence.figures(card),
        about.model(card),
        about.signature(card),
        evidence.training_data(card),
        evidence.evaluation_data(card),
        evidence.lineage(card),
        origin.run(card),
        origin.code(card),
        origin.environment(card),
        origin.history(card),
        origin.signatures(card),
    )
    return tuple(part for part in parts if part is not None)
