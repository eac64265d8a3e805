"""`CONTENT`: the cache policy by content."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from prefect.cache_policies import CachePolicy, CompoundCachePolicy
from prefect.context import TaskRunContext

from bridge.flows.caching import noting


@dataclass
class Content(CachePolicy):
    """A result is found again if the code that makes it and the content of its inputs are what they were.

    Use the ready-made `CONTENT`. It goes with Prefect's own policies: `CONTENT + RUN_ID`; `CONTENT - "verbose"` leaves
    an input out of the key.

    Args:
        exclude: Parameters that do not count.

    >>> from bridge import CONTENT
    >>> (CONTENT - "verbose").exclude
    ['verbose']
    """

    exclude: list[str] = field(default_factory=list)

    def compute_key(
        self, task_ctx: TaskRunContext, inputs: dict[str, Any], flow_parameters: dict[str, Any], **kwargs: Any
    ) -> str | None:
        """A key for this run of a task; None, with one warning, if something has no stable digest."""
        from bridge.flows.caching.keying import content_key

        alone = isinstance(task_ctx.task.cache_policy, Content)
        return content_key(task_ctx, inputs, exclude=self.exclude, alone=alone)

    def __sub__(self, other: str) -> Content:
        """Leave an input out."""
        super().__sub__(other)
        return replace(self, exclude=[*self.exclude, other])

    def __add__(self, other: CachePolicy) -> CachePolicy:
        """Together with another policy: both keys count."""
        return _together(super().__add__(other))


@dataclass
class ContentAndMore(CompoundCachePolicy):
    """`CONTENT` together with other policies."""

    def __sub__(self, other: str) -> CachePolicy:
        """Leave an input out, of `CONTENT` and of Prefect's `INPUTS` if that is there."""
        less = super().__sub__(other)
        if not isinstance(less, CompoundCachePolicy):
            return less
        policies = [one - other if isinstance(one, Content) else one for one in less.policies]
        return _together(replace(less, policies=policies))

    def __add__(self, other: CachePolicy) -> CachePolicy:
        """Together with one more."""
        return _together(super().__add__(other))


def _together(policy: CachePolicy) -> CachePolicy:
    if not isinstance(policy, CompoundCachePolicy) or isinstance(policy, ContentAndMore):
        return policy
    return ContentAndMore(
        key_storage=policy.key_storage,
        isolation_level=policy.isolation_level,
        lock_manager=policy.lock_manager,
        policies=policy.policies,
    )


def has_content(policy: object) -> bool:
    """Whether a policy is, or includes, `CONTENT`.

    >>> from prefect.cache_policies import INPUTS, RUN_ID
    >>> has_content(RUN_ID + CONTENT), has_content(INPUTS + RUN_ID)
    (True, False)
    """
    return any(isinstance(one, Content) for one in _members(policy))


def _members(policy: object) -> Iterator[object]:
    if isinstance(policy, CompoundCachePolicy):
        for one in policy.policies:
            yield from _members(one)
    else:
        yield policy


noting.begin()

CONTENT = Content()
"""Found by content: the task's code with what it reaches, and its inputs' digests."""
