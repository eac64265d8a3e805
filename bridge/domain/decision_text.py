"""A decision as the log's JSON, and back."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any

from bridge.domain.decision import Answer, Change, Decision, Entry, GateResult, Outcome, canonical, digest_of

LAYOUT = 1
"""Version of the body's layout, which stands in it."""


def entry_of(
    change: Change, *, outcome: Outcome, reason: str, before: int | None, when: datetime, after: Entry | None
) -> Entry:
    """The log's next entry.

    Args:
        change: What was asked for.
        outcome: What became of it.
        reason: Why.
        before: Where the alias was.
        when: Now.
        after: The log's last entry; None if it is empty.
    """
    position = 1 if after is None else after.position + 1
    previous = "" if after is None else after.digest
    answer = change.answer
    body = canonical(
        {
            "layout": LAYOUT,
            "position": position,
            "when": when.astimezone(timezone.utc).isoformat(timespec="microseconds"),
            "action": change.action,
            "outcome": outcome,
            "reason": reason,
            "model": change.model,
            "alias": change.alias,
            "number": change.number,
            "before": before,
            "who": change.who,
            "why": change.why,
            "run": dict(change.run),
            "gates": [_gate(result) for result in change.gates],
            "answer": None
            if answer is None
            else {"approved": answer.approved, "by": answer.by, "reason": answer.reason, "how": answer.how},
            "evidence": facts(change.evidence),
        }
    )
    return Entry(position, change.model, body, previous, digest_of(previous, body))


def decision_of(entry: Entry) -> Decision:
    """What an entry says.

    Raises:
        ValueError: If its body is not one of a decision.
    """
    body = json.loads(entry.body)
    try:
        answer = body["answer"]
        return Decision(
            action=body["action"],
            outcome=body["outcome"],
            model=body["model"],
            alias=body["alias"],
            number=body["number"],
            before=body["before"],
            reason=body["reason"],
            when=datetime.fromisoformat(body["when"]),
            who=body["who"],
            position=entry.position,
            digest=entry.digest,
            why=body["why"],
            run=body["run"],
            gates=tuple(GateResult(**one) for one in body["gates"]),
            answer=None if answer is None else Answer(**answer),
            evidence=body["evidence"],
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"it lacks what a decision has ({error})") from error


def facts(value: Any) -> Any:
    """What a gate or its user says, as JSON takes it: other types as text, and no NaN.

    >>> facts({"auc": float("nan"), 1: (2, {3})})
    {'auc': 'nan', '1': [2, '{3}']}
    """
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, Mapping):
        return {str(name): facts(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [facts(item) for item in value]
    return str(value)


def _gate(result: GateResult) -> dict[str, Any]:
    return {
        "gate": result.gate,
        "passed": result.passed,
        "reason": result.reason,
        "parameters": facts(result.parameters),
        "evidence": facts(result.evidence),
    }
