"""What code is made of, and what it ran in."""

from bridge.provenance.arrow_pieces import arrow_columns, pieces_of
from bridge.provenance.code import Code, Part, Unstable, reached
from bridge.provenance.kinds import is_own
from bridge.provenance.owners import class_label
from bridge.provenance.parts import bare
from bridge.provenance.sources import digest_of as digest_of_text

__all__ = [
    "Code",
    "Part",
    "Unstable",
    "arrow_columns",
    "bare",
    "class_label",
    "digest_of_text",
    "is_own",
    "pieces_of",
    "reached",
]
