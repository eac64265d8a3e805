"""Two values compared in the way of their kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import Any, cast, get_args

from bridge import materializers
from bridge.domain.content_difference import Content, ModelDifference, NestedDifference, OwnDifference
from bridge.domain.errors import DifferenceError
from bridge.domain.ports import Comparer
from bridge.lineage.differences.arrays import as_array, compare_arrays
from bridge.lineage.differences.files import compare_paths
from bridge.lineage.differences.nested import compare_nested, is_nested
from bridge.lineage.differences.scalars import bare
from bridge.lineage.differences.tabular import is_tabular
from bridge.lineage.differences.texts import compare_texts

VALUES = 4
"""Changed values, elements and files that are listed for each row that would be."""


@dataclass
class Comparison:
    """How values are compared, and what is to be said of it.

    Args:
        key: Columns that rows of tables are matched by; empty: they are chosen.
        limit: Rows of each kind that are given as examples; of plain values and of files, `VALUES` times as many.
        notes: What was chosen and why, and what could not be done; grows while values are compared.

    >>> Comparison().compare({"f1": 0.5}, {"f1": 0.75}).changes[0].delta
    0.25
    """

    key: tuple[str, ...] = ()
    limit: int = 5
    notes: list[str] = field(default_factory=list)

    def compare(self, old: Any, new: Any, *, top: bool = True) -> Content | None:
        """Compare two values; None if they are of a kind that nothing here knows.

        Args:
            old: The old value.
            new: The new value.
            top: Whether they are whole values, not members of others.

        Raises:
            DifferenceError: If the key is not in the tables.
        """
        old, new = bare(old), bare(new)
        own = self._own(old, new)
        if own is not None:
            return own
        if is_tabular(old) and is_tabular(new):
            return self._tables(old, new, top)
        arrays = as_array(old), as_array(new)
        if arrays[0] is not None and arrays[1] is not None:
            return compare_arrays(arrays[0], arrays[1], limit=self.limit)
        if type(old) is type(new) is str:
            return compare_texts(old, new, limit=self.limit)
        if isinstance(old, PurePath) and isinstance(new, PurePath):
            return compare_paths(Path(old), Path(new), limit=VALUES * self.limit)
        named = _named(old), _named(new)
        if named[0] is not None and named[1] is not None:
            return ModelDifference(self._nested(*named))
        if is_nested(old) and is_nested(new):
            return self._nested(old, new)
        return self._nested(old, new) if top and _is_plain(old) and _is_plain(new) else None

    def note(self, text: str) -> None:
        """Keep something that is to be said, once."""
        if text not in self.notes:
            self.notes.append(text)

    def _nested(self, old: Any, new: Any) -> NestedDifference:
        richly = lambda one, other: self.compare(one, other, top=False)  # noqa: E731  short, and used once
        return compare_nested(old, new, limit=VALUES * self.limit, richly=richly, own=self._own)

    def _tables(self, old: Any, new: Any, top: bool) -> Content | None:
        try:
            from bridge.lineage.differences.tables import compare_tables

            found, notes = compare_tables(old, new, key=self.key, limit=self.limit)
        except ImportError as error:
            self.note(f"Rows are not compared: {error}")
            return None
        except DifferenceError:
            if top:
                raise
            found, notes = compare_tables(old, new, limit=self.limit)
        for each in notes:
            self.note(each)
        return found

    def _own(self, old: Any, new: Any) -> Content | None:
        """What the materializer of the values says, if it has a `diff` and that works."""
        if type(old) is not type(new) or _is_plain(old) or type(old) in (list, tuple, dict):
            return None
        materializer: Any = next(iter(materializers.candidates(new)), None)
        if not isinstance(materializer, Comparer):
            return None
        name = type(materializer).__qualname__
        try:
            said = materializer.diff(old, new)
        except Exception as error:  # noqa: BLE001  a user's class may raise anything
            self.note(f"{name}.diff failed, so values are compared in the general way: {type(error).__name__}: {error}")
            return None
        if said is None or isinstance(said, get_args(Content)):
            return cast("Content | None", said)
        if isinstance(said, str):
            return OwnDifference(said)
        if isinstance(said, Mapping):
            return OwnDifference(facts=dict(said))
        self.note(f"{name}.diff gave a {type(said).__name__}; it gives a text, a mapping, a difference or None")
        return None


def _is_plain(value: object) -> bool:
    return value is None or isinstance(value, (bool, int, float, complex, str))


def _named(value: Any) -> Any:
    """The parameters of a model by name: of an estimator, or the tensors of a module; None for anything else."""
    if isinstance(value, type):
        return None
    for name in ("get_params", "state_dict"):
        ask = getattr(value, name, None)
        if callable(ask):
            try:
                found = ask()
            except Exception:  # noqa: BLE001  an estimator without its library, or a class that means something else
                continue
            if isinstance(found, Mapping):
                return found
    return None
