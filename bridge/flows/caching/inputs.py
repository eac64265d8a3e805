"""TEMPORARY: until part KEYS has it."""

from dataclasses import dataclass
from typing import Any

from bridge.workspace import Workspace


@dataclass(frozen=True)
class Digest:
    digest: str | None
    type: str
    how: str
    version: str | None = None


def digest_of_input(workspace: Workspace, value: Any) -> Digest:
    found = workspace.digest_of(value)
    return Digest(found[0] if found else None, type(value).__qualname__, "computed")
