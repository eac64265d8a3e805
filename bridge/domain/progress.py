"""How far a transfer is: the store says so, who shows it is decided above.

>>> class Counting:
...     done = 0
...     def begin(self, doing, total): ...
...     def advance(self, amount): self.done += amount
>>> with metered(Counting()) as meter:
...     current_meter().advance(10)
>>> meter.done
10
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar, Token
from typing import Protocol, TypeVar


class Meter(Protocol):
    """Is told how far a transfer is. Promises: costs next to nothing, never raises, safe for many threads."""

    def begin(self, doing: str, total: int | None) -> None:
        """Something new is being done ("sending", "reading"), with so many bytes; None if they are not known."""

    def advance(self, amount: int) -> None:
        """So many bytes more are done."""


class _Silent:
    def begin(self, doing: str, total: int | None) -> None:
        """Nobody wants to know."""

    def advance(self, amount: int) -> None:
        """Nobody wants to know."""


_current: ContextVar[Meter] = ContextVar("bridge_meter", default=_Silent())  # noqa: B039  it has no state
_M = TypeVar("_M", bound=Meter)


def use(meter: Meter) -> Token[Meter]:
    """Let the store tell this meter from now on, until `Token` is given to `stop`."""
    return _current.set(meter)


def stop(token: Token[Meter]) -> None:
    """Let the store tell the meter that was there before."""
    _current.reset(token)


def current_meter() -> Meter:
    """The meter of the transfer that this thread is in the midst of; threads that it starts are given it."""
    return _current.get()


@contextmanager
def metered(meter: _M) -> Iterator[_M]:
    """Let the store tell this meter while the block runs."""
    token = use(meter)
    try:
        yield meter
    finally:
        stop(token)
