"""What a look at the log of decisions found."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that is not as it was written.

    Args:
        position: Of the entry; None if it is about none of them.
        what: One line.
    """

    position: int | None
    what: str

    def __str__(self) -> str:
        return self.what if self.position is None else f"entry {self.position}: {self.what}"


@dataclass(frozen=True, slots=True)
class Audit:
    """What `verify` found.

    Args:
        entries: How many there are.
        head: Digest of the last one, which covers all of them; empty if there is none.
        faults: What is wrong, by position.
        gone: Evidence that was forgotten since: no fault, but nobody can look at it any more.
        tracker: What the tracker said of its aliases: `"same"`, `"differs"`, why it was not asked, or nothing if no
            alias is set.
    """

    entries: int
    head: str
    faults: tuple[Fault, ...] = ()
    gone: tuple[str, ...] = field(default=())
    tracker: str = ""

    @property
    def is_intact(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults

    def __str__(self) -> str:
        entries = f"{self.entries} decision{'' if self.entries == 1 else 's'}"
        if self.faults:
            return f"{entries}: {len(self.faults)} wrong; first, {self.faults[0]}"
        where = ", in MLflow too" if self.tracker == "same" else ""
        return f"{entries}: the chain is intact, and every alias is where the log says{where}"
