"""Promotion: an alias of a model moves to a version that passes the gates."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timezone

from bridge.domain.decision import Answer, Change, Decision, GateResult, checked_model_alias
from bridge.domain.model import ModelVersion
from bridge.domain.refusals import ApprovalError, GateError
from bridge.domain.version import Version
from bridge.models.finding import find, wait_for_registered
from bridge.models.gates.candidate import Candidate, Gate
from bridge.models.gates.declared import Given, declared, gates_of
from bridge.models.gates.own import Custom
from bridge.models.promotion.evidence import evidence_of, who
from bridge.models.promotion.following import follow
from bridge.workspace import Workspace, current
from bridge.workspace.promotion_rules import Approval, rules_for
from bridge.workspace.recorded import aliases_of


@dataclass(frozen=True, slots=True)
class Question:
    """What a person is asked.

    Args:
        model: Version that is to be promoted.
        alias: To what.
        champion: Version at which the alias is now; None if at none.
        gates: What the gates found.
        why: Why it is wanted.
        approval: How it is to be asked.
    """

    model: ModelVersion
    alias: str
    champion: ModelVersion | None
    gates: tuple[GateResult, ...]
    why: str
    approval: Approval

    def __str__(self) -> str:
        now = self.champion.selector if self.champion is not None else "none"
        return f"Is {self.model.selector} to be {self.alias} of {self.model.name}? Now it is {now}."


Ask = Callable[[Question], Answer]


@dataclass(frozen=True)
class _Plan:
    """What is looked at, and how: the gates and the approval that are in force."""

    workspace: Workspace
    model: ModelVersion
    alias: str
    gates: tuple[Gate, ...]
    approval: Approval | None
    data: Version | None

    def candidate(self) -> Candidate:
        """The version and the one that has the alias, as they are now."""
        versions = {one.number: one for one in self.workspace.catalog.models(self.model.name)}
        at = aliases_of(self.workspace.catalog, self.model.name).get(self.alias)
        champion = None if at is None else versions.get(at)
        model = versions.get(self.model.number, self.model)
        return Candidate(model, champion, self.alias, self.workspace, datetime.now(timezone.utc), self.data)


def promote(
    selector: str,
    *,
    to: str = "champion",
    gates: Iterable[Given] = (),
    data: str | None = None,
    approval: Approval | None = None,
    answer: Answer | None = None,
    ask: Ask | None = None,
    why: str = "",
    run: Mapping[str, str] | None = None,
    workspace: Workspace | None = None,
) -> Decision:
    """Move an alias of a model to a version, if it passes; log it either way.

    The gates are those given here and those that settings declare. A person is asked once they have passed, and then
    they are looked at again (but not functions of your own: what they said stands). The alias moves only if it is still
    where it was when the gates were looked at.

    Args:
        selector: The version.
        to: The alias.
        gates: See `bridge.models.gates`.
        data: Version of the data on which metrics count.
        approval: How a person is asked; None if only settings say so.
        answer: What a person said already.
        ask: Asks a person.
        why: Why it is wanted.
        run: The flow run in which this is called.
        workspace: Which one; the current one if None.

    Returns:
        What was decided; `raise_for_refusal()` makes a refusal an error.

    Raises:
        ModelNotFoundError: If there is no such version.
        SelectorError: If the alias is none.
        GateError: If a gate cannot be used.
        SettingsError: If a declared one cannot be.
        ApprovalError: If a person is to be asked, and that cannot be done here.
        VersionNotFoundError: If there is no such data.
        AuditError: If the log of decisions was damaged.
        CatalogError: If the catalog cannot be read or written.
    """
    workspace = workspace or current()
    plan = _plan(workspace, selector, to=to, gates=gates, data=data, approval=approval)
    if plan.approval is not None and answer is None and ask is None:
        raise ApprovalError(plan.model.selector, plan.alias, "no flow run is going on that could wait for the answer")
    candidate = plan.candidate()
    change = Change(
        action="promote",
        model=plan.model.name,
        alias=plan.alias,
        number=plan.model.number,
        expected=None if candidate.champion is None else candidate.champion.number,
        who=who(),
        why=why,
        run=run or {},
        evidence=evidence_of(workspace, plan.model),
    )
    if change.expected != change.number:  # what is there already is only noted
        change = _looked_into(plan, candidate, change, answer=answer, ask=ask)
    decision = workspace.catalog.decide(change)
    if decision.is_moved:
        follow(workspace, plan.model.name, plan.alias)
    return decision


def check(
    selector: str,
    *,
    to: str = "champion",
    gates: Iterable[Given] = (),
    data: str | None = None,
    workspace: Workspace | None = None,
) -> tuple[GateResult, ...]:
    """What the gates would say now; nothing is decided or logged.

    Raises:
        BridgeError: As `promote`.
    """
    plan = _plan(workspace or current(), selector, to=to, gates=gates, data=data, approval=None)
    return _results(plan.gates, plan.candidate())


def _plan(
    workspace: Workspace,
    selector: str,
    *,
    to: str,
    gates: Iterable[Given],
    data: str | None,
    approval: Approval | None,
) -> _Plan:
    wait_for_registered(workspace)
    model = find(workspace.catalog, selector)
    alias = checked_model_alias(model.name, to)
    key, rules = rules_for(model.name, alias, workspace.settings.promotion)
    wanted = list(declared(rules, key))
    wanted += [gate for gate in gates_of(gates) if gate not in wanted]
    on = _pinned(workspace, data, rules.data, key)
    return _Plan(workspace, model, alias, tuple(wanted), _stricter(approval, rules.approval), on)


def _pinned(workspace: Workspace, given: str | None, ruled: str | None, key: str) -> Version | None:
    """The data on which metrics count; a call does not go past what the project declares."""
    if ruled is None:
        return None if given is None else workspace.resolve(given)
    pinned = workspace.resolve(ruled)
    if given is not None and workspace.resolve(given).ref != pinned.ref:
        raise GateError(f"data={given!r}", f"{key} says data = {ruled!r}, which is {pinned.ref}; leave it out")
    return pinned


def _stricter(given: Approval | None, ruled: Approval | None) -> Approval | None:
    """How a person is asked; who may answer is what the project declares, if it does."""
    if given is None or ruled is None or not ruled.approvers:
        return given or ruled
    return given.model_copy(update={"approvers": ruled.approvers})


def _looked_into(
    plan: _Plan, candidate: Candidate, change: Change, *, answer: Answer | None, ask: Ask | None
) -> Change:
    """The change with what gates and people say about it."""
    change = replace(change, gates=_results(plan.gates, candidate))
    change = replace(change, refusal=_refusal(change.gates))
    if change.refusal or (plan.approval is None and answer is None):
        return change
    if answer is None:
        assert ask is not None and plan.approval is not None
        answer = ask(Question(plan.model, plan.alias, candidate.champion, change.gates, change.why, plan.approval))
        change = replace(change, gates=_again(plan, change.gates))
    refusal = _no(answer, plan.approval) or _refusal(change.gates)
    return replace(change, answer=answer, refusal=refusal)


def _again(plan: _Plan, before: Sequence[GateResult]) -> tuple[GateResult, ...]:
    """What the gates say after a person has answered; a function of the user's is not called twice."""
    candidate = plan.candidate()
    return tuple(
        found if isinstance(gate, Custom) else _result(gate, candidate)
        for gate, found in zip(plan.gates, before, strict=True)
    )


def _results(gates: Iterable[Gate], candidate: Candidate) -> tuple[GateResult, ...]:
    return tuple(_result(gate, candidate) for gate in gates)


def _result(gate: Gate, candidate: Candidate) -> GateResult:
    try:
        return gate.check(candidate)
    except Exception as error:  # noqa: BLE001 - what cannot be looked at is not let pass
        text = " ".join(str(error).split()) or "no text"
        return GateResult(str(gate), False, f"{gate} could not be looked at: {type(error).__name__}: {text}")


def _refusal(results: Iterable[GateResult]) -> str:
    return "; ".join(result.reason for result in results if not result.passed)


def _no(answer: Answer, approval: Approval | None) -> str:
    """Why an answer is not an approval."""
    if approval is not None and approval.approvers and answer.by and answer.by not in approval.approvers:
        return f"{answer.by} is not one of those who may approve: {', '.join(approval.approvers)}"
    if answer.approved:
        return "" if answer.by else "the approval does not say whose it is"
    if not answer.by:
        return answer.how or "nobody answered"
    return f"{answer.by} said no" + (f": {answer.reason}" if answer.reason else "")
