"""Promotion from flows and scripts: approval through Prefect, and Prefect events of what was decided."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Any

from bridge.domain.decision import Answer, Decision
from bridge.domain.refusals import GateError
from bridge.flows import events
from bridge.models import promotion
from bridge.models.finding import find
from bridge.models.gates.declared import Given
from bridge.models.promotion import Approval, Question
from bridge.workspace import current

EVENTS = {"promote": "bridge.model.promoted", "rollback": "bridge.model.rolled_back", "remove": "bridge.model.demoted"}


def promote(
    selector: str,
    *,
    to: str = "champion",
    gates: Iterable[Given] = (),
    data: str | None = None,
    approval: Approval | Answer | bool | None = None,
    reason: str = "",
) -> Decision:
    """Move an alias of a registered model to a version, if it passes the gates and a person agrees.

    The alias of the model, the alias of the same name of its artifact and an entry in the log of decisions change in
    one transaction; MLflow's alias follows, and the event `bridge.model.promoted` can start a deployment. Of several
    that promote at once one wins, and the others are refused.

    Args:
        selector: The version: `churn@3`, `churn` (the latest), `churn@challenger`.
        to: The alias: champion, challenger, staging, production, or another of your own.
        gates: What it has to pass beside what `[tool.bridge.promotion]` declares: `"accuracy >= 0.9"`, those of
            `bridge.models.gates`, functions and tasks that get the model version.
        data: Version of the data on which metrics count (`held-out@3`); the latest evaluation of each version, or the
            latest on data that both were evaluated on, if it is left out.
        approval: True or an `Approval` pauses the flow run until a person has answered in Prefect; an `Answer` says
            what a person has said already.
        reason: Why; for the log.

    Returns:
        What was decided, refusals too: `raise_for_refusal()` makes one an error.

    Raises:
        ModelNotFoundError: If there is no such version.
        GateError: If a gate cannot be used.
        ApprovalError: If a person is to be asked, and no flow run is going on.
        AuditError: If the log of decisions was damaged.
        CatalogError: If the catalog cannot be read or written.

    >>> promote("nothing@1")
    Traceback (most recent call last):
        ...
    bridge.domain.errors.ModelNotFoundError: No model version matches 'nothing@1'. Registered models: none yet.
    """
    run = _run()
    if approval is not None and not isinstance(approval, bool | Approval | Answer):
        raise GateError(approval, "approval is True, an Approval or an Answer of bridge.models.promotion")
    asked = Approval() if approval is True else approval if isinstance(approval, Approval) else None
    decision = promotion.promote(
        selector,
        to=to,
        gates=gates,
        data=data,
        approval=asked,
        answer=approval if isinstance(approval, Answer) else None,
        ask=_ask if run else None,
        why=reason,
        run=run,
    )
    _tell(decision)
    return decision


def rollback(name: str, *, alias: str = "champion", reason: str = "") -> Decision:
    """Point an alias of a registered model at the version where it was before; twice goes two back.

    Raises:
        ModelNotFoundError: If there is no such model.
        NothingBeforeError: If the alias was at no other version that is still there.
        CatalogError: If the catalog cannot be read or written.

    >>> rollback("nothing")
    Traceback (most recent call last):
        ...
    bridge.domain.errors.ModelNotFoundError: No model version matches 'nothing'. Registered models: none yet.
    """
    decision = promotion.rollback(name, alias=alias, why=reason, run=_run())
    _tell(decision)
    return decision


def demote(name: str, alias: str, *, reason: str = "") -> Decision:
    """Take an alias of a registered model away; `rollback` brings it back.

    Raises:
        ModelNotFoundError: If there is no such model, or it has no such alias.
        CatalogError: If the catalog cannot be read or written.

    >>> demote("nothing", "champion")
    Traceback (most recent call last):
        ...
    bridge.domain.errors.ModelNotFoundError: No model version matches 'nothing'. Registered models: none yet.
    """
    decision = promotion.demote(name, alias, why=reason, run=_run())
    _tell(decision)
    return decision


def _ask(question: Question) -> Answer:
    from bridge.flows.approval import through_prefect

    return through_prefect(question)


def _run() -> dict[str, str]:
    """Prefect's flow run in which this is called; empty outside."""
    from prefect.context import FlowRunContext, TaskRunContext

    flow = FlowRunContext.get()
    if flow is not None and flow.flow_run is not None:
        found: dict[str, Any] = {
            "id": flow.flow_run.id,
            "name": flow.flow_run.name,
            "deployment": flow.flow_run.deployment_id,
        }
        return {name: str(value) for name, value in found.items() if value}
    task = TaskRunContext.get()
    if task is not None and task.task_run.flow_run_id is not None:
        return {"id": str(task.task_run.flow_run_id)}
    return {}


def _tell(decision: Decision) -> None:
    """Emit what became of it. Outside flows only where there is a server: none is started for it."""
    if not decision.is_moved:
        return
    workspace = current()
    workspace.tracker.flush(workspace.settings.flush_timeout)  # who hears of it may load models:/name@alias at once
    if not (decision.run or _has_server()):
        return
    number = decision.before if decision.number is None else decision.number
    model = find(workspace.catalog, f"{decision.model}@{number}")
    events.of_model(
        EVENTS[decision.action],
        model,
        flow_run_id=decision.run.get("id"),
        alias=decision.alias,
        to=decision.number,
        position=decision.position,
        digest=decision.digest,
        **{"from": decision.before},
    )
    if not decision.run:  # no flow's end waits for it
        events.sent()


def _has_server() -> bool:
    from prefect.settings import PREFECT_API_URL

    return bool(PREFECT_API_URL.value() or os.environ.get("PREFECT_API_URL"))
