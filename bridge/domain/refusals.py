"""The errors about aliases of models and decisions about them: a branch of the tree in `bridge.domain.errors`."""

from __future__ import annotations

from collections.abc import Sequence

from bridge.domain.errors import BridgeError


class OwnedAliasError(BridgeError, PermissionError):
    """An alias that promotion has set, and that is not moved by hand."""

    def __init__(self, asked: str, model: str, alias: str) -> None:
        self.asked, self.model, self.alias = asked, model, alias
        super().__init__(
            f"The alias {asked} is set by promotions of model {model!r} and was left where it is. Run: "
            f"bridge models promote {model}@N --to {alias}, bridge models rollback {model} --alias {alias} or "
            f"bridge models demote {model} {alias}"
        )


class GateError(BridgeError, ValueError):
    """A gate that cannot be used."""

    def __init__(self, gate: object, why: str) -> None:
        self.gate = gate
        super().__init__(f"The gate {gate!r} cannot be used: {why}.")


class ApprovalError(BridgeError, RuntimeError):
    """An approval that cannot be asked for here."""

    def __init__(self, model: str, alias: str, why: str) -> None:
        self.model, self.alias = model, alias
        super().__init__(
            f"Nobody can be asked whether {model} may be {alias}: {why}. Call bridge.promote in a flow, or run: "
            f"bridge models promote {model} --to {alias} --approved-by NAME --reason TEXT"
        )


class RefusedError(BridgeError, PermissionError):
    """A promotion that was refused."""

    def __init__(self, decision: str) -> None:
        super().__init__(f"{decision}. `bridge audit` lists every decision with its evidence.")


class DecisionNotFoundError(BridgeError, LookupError):
    """No decision is at that position of the log."""

    def __init__(self, position: int, end: int) -> None:
        self.position, self.end = position, end
        there = f"there are 1 to {end}" if end else "it is empty"
        super().__init__(f"The log of decisions has no entry {position}: {there}. `bridge audit` lists them.")


class NothingBeforeError(BridgeError, LookupError):
    """An alias that was at no other version before."""

    def __init__(self, alias: str, at: int | None, passed_over: Sequence[int] = ()) -> None:
        self.alias, self.at, self.passed_over = alias, at, tuple(passed_over)
        now = "was never set by a promotion" if at is None else f"is {alias.partition('@')[0]}@{at}"
        gone = f"; {', '.join(map(str, passed_over))} were archived or deleted since" if passed_over else ""
        super().__init__(
            f"{alias} {now}, and was at no version before to which it could go back{gone}. "
            f"`bridge audit` shows where it was."
        )


class AuditError(BridgeError, ValueError):
    """A log of decisions that is not what it was."""

    def __init__(self, position: int, why: str) -> None:
        self.position, self.why = position, why
        super().__init__(
            f"Entry {position} of the log of decisions is not as it was written: {why}. Nothing is decided on a "
            f"damaged log; `bridge audit verify` says what is wrong, and a copy of the catalog puts it right."
        )
