"""Asks a tracker about a run without waiting for one that does not answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bridge.tracking.bounds import sending
from bridge.tracking.owned import Owned
from bridge.tracking.reach import silence
from bridge.tracking.sending import UnreachableError

FLUSH = 10.0
"""Seconds that a read waits for what was logged before."""


def ask(owned: Owned, question: Callable[[str], Any], otherwise: Callable[[], Any]) -> Any:
    """Ask the tracker about a run; do something else if it does not answer, or does not have the run.

    Args:
        owned: The run.
        question: Given MLflow's id of it.
        otherwise: What to do instead.
    """
    real = owned.tracking_id
    if real is None or not answers(owned):
        return otherwise()
    try:
        with sending():
            return question(real)
    except Exception:  # noqa: BLE001 - whatever it is, MLflow's own tries tell the user
        if not answers(owned):
            return otherwise()
    return question(real)


def answers(owned: Owned) -> bool:
    """Whether the tracker of a run answers; asks it, if it is a server that did so far."""
    lane = owned.lane
    if lane.is_resting:
        return False
    why = silence(lane.uri)
    if why:
        lane.rest(UnreachableError(lane.uri, why), why)
    return not why


def real_id(owned: Owned) -> str:
    """MLflow's id of a run, with everything that was logged to it there.

    Raises:
        MlflowException: If the tracker does not answer.
    """
    owned.lane.flush(FLUSH)
    real = owned.tracking_id
    if real is None or not answers(owned):
        raise silent(owned)
    return real


def silent(owned: Owned) -> Exception:
    """What to raise where something cannot be done later."""
    from mlflow.exceptions import MlflowException

    return MlflowException(
        f"The tracker {owned.lane.uri} does not answer. Metrics, parameters, tags and files are kept and sent later, "
        f"by bridge; this cannot be."
    )
