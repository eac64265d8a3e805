"""Sending events that waited, when somebody asks for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bridge.domain.errors import LineageEndpointError
from bridge.domain.secret_urls import redacted
from bridge.lineage.openlineage.endpoints import endpoint
from bridge.lineage.openlineage.unsent import Unsent
from bridge.workspace.settings import Settings

AT_ONCE = 100
"""Events that are sent between two tellings of how far it is."""


@dataclass(frozen=True, slots=True)
class Resent:
    """What became of lineage events that waited.

    Args:
        sent: Events that the endpoint took, or refused as wrong.
        left: Events that wait on.
        where: The endpoint, without secrets; empty where none is set.
        why: What kept those that are left.
    """

    sent: int = 0
    left: int = 0
    where: str = ""
    why: str = ""


def waiting(settings: Settings) -> int:
    """How many events wait, without those that a process is sending.

    >>> import tempfile
    >>> waiting(Settings(home=tempfile.mkdtemp()))
    0
    """
    return _unsent(settings).waiting()


def resend(settings: Settings, advance: Callable[[int], object] = lambda _: None) -> Resent:
    """Send the events that wait to the endpoint that is set now; what it does not take waits on.

    Args:
        settings: Where events wait, and where they go.
        advance: Called with how many more are done.

    >>> import tempfile
    >>> resend(Settings(home=tempfile.mkdtemp()))
    Resent(sent=0, left=0, where='', why='')

    Raises:
        SettingsError: If events wait and the endpoint's URL cannot be used.
        LineageEndpointError: If what is left cannot be written back; it is found again by a later process.
    """
    unsent = _unsent(settings)
    there = unsent.waiting()
    if not there:
        return Resent()
    if not settings.openlineage:
        return Resent(
            left=there, why="no place is set for them: set BRIDGE_OPENLINEAGE, or `openlineage` of [tool.bridge]"
        )
    to = endpoint(settings.openlineage)
    where, sent, why = redacted(settings.openlineage), 0, ""
    with unsent.taken() as events:
        while events and not why:
            try:
                taken = to.send(events[:AT_ONCE])
            except LineageEndpointError as error:
                why = str(error)
                continue
            del events[:taken]
            sent += taken
            advance(taken)
        left = len(events)
    return Resent(sent, left, where, why)


def _unsent(settings: Settings) -> Unsent:
    return Unsent(settings.home / "openlineage")
