"""How long requests to MLflow may take, and by whom."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

SEND_TIMEOUT = 30
"""Seconds that a server has to answer what bridge sends: it is sent again, if it takes longer."""

USER_TRIES = 3
"""How often MLflow tries again what a user asks for inside a flow: about 12 s. Its own seven take over four minutes."""

is_sending: ContextVar[bool] = ContextVar("bridge_is_sending", default=False)
"""Whether it is bridge that speaks to MLflow here: once, and directly."""


@contextmanager
def sending() -> Iterator[None]:
    """Speak to MLflow directly in a block: no request is tried again, and nothing is kept for later.

    >>> with sending():
    ...     is_sending.get()
    True
    """
    token = is_sending.set(True)
    try:
        yield
    finally:
        is_sending.reset(token)
