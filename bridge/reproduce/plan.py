"""What the process that runs a flow again is told, and what it tells."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be run.

    Args:
        flow: Name of the flow.
        file: Its file.
        function: Qualified name of its function; empty if it is not recorded.
        module: Name of the module that it was in: `__main__` for a script.
        run_as: Name that was given to `python -m`; empty for a file.
        arguments: What the script was given on the command line.
        nested: Whether it was called by another flow.
        parameters: Recorded, as JSON has them.
        versions: Parameters that are versions, with their references.
        lost: Parameters that were not kept.
        seed: What everything was seeded with; None if nothing was.
        activate: Whether its code takes Prefect's own `flow` and `task`.
        outcome: File to which is written what came of it.
        run: Name of the run that is repeated, if studies without a name are to have theirs after it; empty where the
            original's own are kept.
        study_seeds: The seed of each study of the run, by its name.
    """

    flow: str
    file: str
    function: str
    outcome: str
    module: str = "__main__"
    run_as: str = ""
    arguments: tuple[str, ...] = ()
    nested: bool = False
    parameters: Mapping[str, Any] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    lost: tuple[str, ...] = ()
    seed: int | None = None
    activate: bool = False
    run: str = ""
    study_seeds: Mapping[str, int] = field(default_factory=dict)

    def write(self, path: Path) -> None:
        """Write it down.

        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "plan.json"
        >>> plan = Plan("training", "train.py", "training", "outcome.json", lost=("data",))
        >>> plan.write(path)
        >>> Plan.read(path) == plan
        True
        """
        path.write_text(json.dumps(asdict(self)), encoding="utf-8")

    @classmethod
    def read(cls, path: Path) -> Plan:
        """Read it."""
        known = json.loads(path.read_text(encoding="utf-8"))
        return cls(**known | {name: tuple(known[name]) for name in ("lost", "arguments")})


@dataclass(frozen=True, slots=True)
class Came:
    """What came of it.

    Args:
        runs: Ids of the flow runs that were begun, in order; the first is the flow's.
        error: What the flow raised, in one line.
        refused: Why it could not be run at all.
        taken: Parameters that were not kept, for which the script's own were taken.
    """

    runs: tuple[str, ...] = ()
    error: str = ""
    refused: str = ""
    taken: tuple[str, ...] = ()

    def write(self, path: Path) -> None:
        """Write it down."""
        path.write_text(json.dumps(asdict(self)), encoding="utf-8")

    @classmethod
    def read(cls, path: Path) -> Came | None:
        """Read it; None if the process ended before it was written.

        >>> Came.read(Path("/nowhere")) is None
        True
        """
        try:
            known = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return cls(tuple(known["runs"]), known["error"], known["refused"], tuple(known["taken"]))
