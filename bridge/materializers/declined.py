"""How a materializer says, while saving, that a value is not for it after all."""

from __future__ import annotations


class Declined(Exception):
    """Raised by `save`, before it opens a file, for a value that `handles` could not look at closely enough.

    The next materializer is tried then. Internal: `bridge.materializers.save` catches it.

    >>> str(Declined("a column of sets"))
    'a column of sets'
    """
