"""Facts that are read when the first of them is looked at."""

from __future__ import annotations

from collections.abc import Callable, ItemsView, Iterator, Mapping, ValuesView
from typing import Any, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Asked(Mapping[K, V]):
    """A mapping that asks for its content once, at the first look at it: of a graph, many want the edges only.

    Looking at it raises what asking raises. A copy that leaves the process has the content.

    >>> facts = Asked(lambda: {"churn": 1})
    >>> facts["churn"], facts == {"churn": 1}
    (1, True)
    """

    def __init__(self, ask: Callable[[], Mapping[K, V]]) -> None:
        self._ask = ask
        self._content: Mapping[K, V] | None = None

    def _read(self) -> Mapping[K, V]:
        if self._content is None:
            self._content = self._ask()
        return self._content

    def __getitem__(self, key: K) -> V:
        return self._read()[key]

    def __iter__(self) -> Iterator[K]:
        return iter(self._read())

    def __len__(self) -> int:
        return len(self._read())

    # What follows would work without: these are asked 100,000 times when a graph is drawn.
    def __contains__(self, key: object) -> bool:
        return key in self._read()

    def get(self, key: K, default: Any = None) -> Any:
        """As a dict's."""
        return self._read().get(key, default)

    def items(self) -> ItemsView[K, V]:
        """As a dict's."""
        return self._read().items()

    def values(self) -> ValuesView[V]:
        """As a dict's."""
        return self._read().values()

    def __repr__(self) -> str:
        return repr(dict(self))

    def __reduce__(self) -> tuple[Any, ...]:
        return dict, (dict(self),)
