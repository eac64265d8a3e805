"""Which row of one table is which row of another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Matching:
    """Rows of two tables, matched.

    Args:
        old: Places in the old table of the rows that both have.
        new: Their places in the new table, in the new table's order.
        removed: Places of the old rows that the new table lacks, in order.
        added: Places of the new rows that the old table lacks, in order.
    """

    old: Any
    new: Any
    removed: Any
    added: Any

    @property
    def moved(self) -> bool:
        """Whether rows of both tables stand in another order."""
        return bool((self.old[1:] < self.old[:-1]).any())


def by_position(rows: int) -> Matching:
    """Match row by row.

    >>> by_position(2).old.tolist()
    [0, 1]
    """
    import numpy as np

    same, none = np.arange(rows), np.arange(0)
    return Matching(same, same, none, none)


def is_unique(codes: Any, count: int) -> bool:
    """Say whether no code comes twice.

    >>> import numpy as np
    >>> is_unique(np.array([0, 2]), 3), is_unique(np.array([1, 1]), 3)
    (True, False)
    """
    import numpy as np

    return not len(codes) or int(np.bincount(codes, minlength=count).max()) <= 1


def by_code(old: Any, new: Any, count: int) -> Matching:
    """Match rows of equal codes; where a code comes several times, the first with the first, and so on.

    Args:
        old: Codes of the old rows, from 0.
        new: Codes of the new rows.
        count: How many codes there are.

    >>> import numpy as np
    >>> found = by_code(np.array([0, 1, 1]), np.array([1, 2, 0]), 3)
    >>> found.old.tolist(), found.new.tolist(), found.removed.tolist(), found.added.tolist()
    ([1, 0], [0, 2], [2], [1])
    """
    import numpy as np

    if not (is_unique(old, count) and is_unique(new, count)):
        times = [_occurrence(each) for each in (old, new)]
        most = max((int(each.max()) for each in times if len(each)), default=0) + 1
        joint = np.concatenate([old * most + times[0], new * most + times[1]])
        dense = np.unique(joint, return_inverse=True)[1]
        old, new, count = dense[: len(old)], dense[len(old) :], len(joint)
    at = np.full(count, -1)
    at[old] = np.arange(len(old))
    places = at[new]
    hit = places >= 0
    there = np.zeros(len(old), bool)
    there[places[hit]] = True
    return Matching(places[hit], np.flatnonzero(hit), np.flatnonzero(~there), np.flatnonzero(~hit))


def by_key(keys: tuple[Any, Any, int], whole: tuple[Any, Any, int]) -> Matching:
    """Match rows by a key that may come several times: equal rows with each other first, then the rest in order.

    Args:
        keys: Codes of the key.
        whole: Codes of the whole rows.

    >>> import numpy as np
    >>> found = by_key((np.array([0, 0]), np.array([0, 0]), 1), (np.array([0, 1]), np.array([1, 2]), 3))
    >>> found.old.tolist(), found.new.tolist()
    ([1, 0], [0, 1])
    """
    import numpy as np

    old, new, count = keys
    equal = by_code(*whole)
    rest = by_code(old[equal.removed], new[equal.added], count)
    old_places = np.concatenate([equal.old, equal.removed[rest.old]])
    new_places = np.concatenate([equal.new, equal.added[rest.new]])
    order = np.argsort(new_places)
    return Matching(old_places[order], new_places[order], equal.removed[rest.removed], equal.added[rest.added])


def _occurrence(codes: Any) -> Any:
    """For each place, how often its code came before."""
    import numpy as np

    order = np.argsort(codes, kind="stable")
    ordered = codes[order]
    begins = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]])) if len(codes) else np.arange(0)
    lengths = np.diff(np.append(begins, len(codes)))
    times = np.empty(len(codes), np.int64)
    times[order] = np.arange(len(codes)) - np.repeat(begins, lengths)
    return times
