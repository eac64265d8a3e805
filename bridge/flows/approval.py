"""Approval by a person: the flow run pauses, with a form in Prefect's pages, until somebody answers."""

from __future__ import annotations

import inspect
from typing import Any
from uuid import uuid4

from prefect.exceptions import FlowPauseTimeout
from prefect.flow_runs import pause_flow_run, suspend_flow_run
from prefect.input import RunInput
from pydantic import Field

from bridge.domain.decision import Answer
from bridge.models.gates.own import awaited
from bridge.models.promotion import Approval, Question

POLL = 5
"""Seconds between two looks at whether somebody has answered."""

HOW = "Prefect"


class Verdict(RunInput):
    """What the form asks for, and what is sent through Prefect's API as `run_input`."""

    approve: bool = Field(description="Whether the version may be promoted.")
    who: str = Field(description="Your name; it goes into the log of decisions.", min_length=1)
    reason: str = Field(default="", description="Why; it goes into the log of decisions.")


def through_prefect(question: Question) -> Answer:
    """Pause the flow run until a person has answered, or time is up.

    Raises:
        RuntimeError: If Prefect does not let the flow run pause.
    """
    wanted = Verdict.with_initial_data(description=described(question))
    approval = question.approval
    try:
        given = _asked(wanted, question, approval)
    except FlowPauseTimeout:
        return Answer(False, "", how=f"nobody answered within {approval.timeout:g} s")
    if given is None:  # Prefect says that this pause is over, and has no answer to it
        return Answer(False, "", how="the flow run was resumed without an answer")
    return Answer(bool(given.approve), " ".join(given.who.split()), " ".join(given.reason.split()), HOW)


def described(question: Question) -> str:
    """The text above the form, in Markdown: what is asked, and what the gates found."""
    lines = [f"**{question}**"]
    if question.why:
        lines.append(question.why)
    lines += [f"- {result.reason}" for result in question.gates]
    if question.approval.approvers:
        lines.append(f"May be answered by: {', '.join(question.approval.approvers)}")
    return "\n\n".join(lines)


def _asked(wanted: type[Verdict], question: Question, approval: Approval) -> Any:
    seconds = max(1, round(approval.timeout))
    if approval.suspend:  # the flow begins anew when it is resumed, and has to find the same pause again
        said = suspend_flow_run(wait_for_input=wanted, timeout=seconds, key=_key(question))
    else:  # a flow run that is tried again asks again: an answer is for the facts that it was shown
        key = f"{_key(question)}-{uuid4().hex[:8]}"
        said = pause_flow_run(wait_for_input=wanted, timeout=seconds, poll_interval=POLL, key=key)
    return awaited(said) if inspect.isawaitable(said) else said  # Prefect gives a coroutine in async flows


def _key(question: Question) -> str:
    """Name of the pause; what Prefect's keys do not hold is left out."""
    champion = 0 if question.champion is None else question.champion.number
    words = f"{question.model.name}-{question.model.number}-{question.alias}-after-{champion}"
    return "promote-" + "".join(c if c.isascii() and (c.isalnum() or c in "-_") else "_" for c in words)
