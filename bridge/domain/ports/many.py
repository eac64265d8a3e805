"""What a catalog must tell of many versions, steps and runs at once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from bridge.domain.run import Run, Step
from bridge.domain.version import Version, VersionRef


class ManyCatalog(Protocol):
    """Facts of many, in a number of queries that does not grow with each.

    Promises: what is not recorded, or forgotten, is left out; asking for one twice is asking once; any number may be
    asked for. Errors are `CatalogError`.
    """

    def versions_of(self, refs: Iterable[VersionRef]) -> dict[VersionRef, Version]:
        """Versions by name and number."""

    def steps_of_ids(self, ids: Iterable[str]) -> dict[str, Step]:
        """Steps by id; inputs and outputs as references."""

    def runs_of_ids(self, ids: Iterable[str]) -> dict[str, Run]:
        """Runs by id."""

    def runs_within(self, run_id: str) -> list[Run]:
        """Runs that a run called, and those that these called, by start; not the run itself."""
