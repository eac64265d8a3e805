"""What a comparison has gathered, as a value that a file can hold."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from pydantic import TypeAdapter


@dataclass(frozen=True)
class Answer:
    """What became of a question to a tool.

    Args:
        said: One line, made of what came back.
        query: The code that asked, as it ran.
        evidence: What it printed; for a failure the exception.
        failed: Whether it raised.
    """

    said: str
    query: str
    evidence: str
    failed: bool = False


@dataclass
class Subject:
    """One tool's part.

    Args:
        key: zenml, prefect or bridge.
        name: For people.
        versions: Of its packages.
        measured: Values by the key of the measure, one for each time.
        days: Bytes stored after each daily version.
        found: How many steps of the second run were found, of how many.
        answers: By the name of the row.
        errors: What failed, by what was tried.
        missing: Why it is left out.
    """

    key: str
    name: str
    versions: dict[str, str] = field(default_factory=dict)
    measured: dict[str, list[float]] = field(default_factory=dict)
    days: list[int] = field(default_factory=list)
    found: tuple[int, int] | None = None
    answers: dict[str, Answer] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    missing: str = ""


@dataclass
class Gathering:
    """A whole comparison.

    Args:
        command: What was run.
        date: When, as `2026-11-27`.
        machine: On what, and what else it did.
        seconds: How long it took.
        server_memory: Megabytes of the Prefect server that ran beside.
        subjects: The tools, in the order of the report.
    """

    command: str
    date: str
    machine: str
    seconds: float = 0.0
    server_memory: float = 0.0
    subjects: list[Subject] = field(default_factory=list)


_ADAPTER = TypeAdapter(Gathering)


def read(path: Path) -> Gathering:
    """What was written to a file."""
    return _ADAPTER.validate_json(path.read_bytes())


def write(gathering: Gathering, path: Path) -> None:
    """Write it to a file."""
    path.write_bytes(_ADAPTER.dump_json(gathering, indent=1) + b"\n")
