"""What code is made of, and what it ran in."""

from bridge.provenance.code import Code, Part, Unstable, reached

__all__ = ["Code", "Part", "Unstable", "reached"]
