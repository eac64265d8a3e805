"""What is known of one task run's cache key, and what was decided by it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from bridge.domain.version import VersionRef

if TYPE_CHECKING:
    from bridge.provenance.code import Code

Decision = Literal["hit", "miss", "refreshed", "expired", "damaged", "unkeyed"]
"""What became of a key.

*hit*: the result was found. *miss*: nothing is kept under the key. *refreshed*: nobody looked, as `refresh_cache` says.
*expired*: what is kept is too old. *damaged*: what is kept could not be read. *unkeyed*: there is no key, as something
that it is made of has no stable digest.
"""


@dataclass(slots=True)
class Caching:
    """One task run with a cache key of content. Its run alone changes it.

    Args:
        key: The key; None if there is none.
        inputs: For each parameter its digest, its type, how the digest is known, the version it is, and a short text.
        code: The code that the task reaches.
        why: What there is to say of the decision: what has no stable digest, what was damaged.
        implied: Whether a setting asked for it, and not the task.
        decision: What was decided.
        computed_by: Step that computed the result that was found.
        found: The versions that the result is, by slot.
        failed: Whether the task returned a state that is no success: such a result is not kept.
    """

    key: str | None
    inputs: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    code: Code | None = None
    why: str | None = None
    implied: bool = False
    decision: Decision = "refreshed"
    computed_by: str | None = None
    found: tuple[tuple[str, VersionRef], ...] = ()
    failed: bool = False

    def facts(self, code: str | None) -> dict[str, Any]:
        """What is recorded of it.

        Args:
            code: Digest under which the document of the code is kept.

        >>> Caching("content-ab", decision="miss").facts("sha256:12")
        {'key': 'content-ab', 'decision': 'miss', 'inputs': {}, 'code': 'sha256:12'}
        """
        said: dict[str, Any] = {
            "key": self.key,
            "decision": self.decision,
            "inputs": {slot: dict(one) for slot, one in self.inputs.items()},
            "code": code,
        }
        if self.computed_by is not None:
            said["computed_by"] = self.computed_by
        if self.why is not None:
            said["why"] = self.why
        return said
