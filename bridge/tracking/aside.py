"""What a tracker refused, kept aside so that nothing waits for it."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from bridge.domain.secret_urls import redacted
from bridge.tracking.entries import Entry, to_json

FOLDER = "refused"


@dataclass(frozen=True, slots=True)
class Refused:
    """What was refused: the tracker, the run, and why."""

    path: Path
    tracker: str
    run: str
    why: str


def set_aside(folder: Path, uri: str, entry: Entry, why: str) -> Path:
    """Keep an entry that the tracker does not take, one file each; returns the file."""
    path = folder / FOLDER / f"{int(time.time() * 1000)}-{uuid4().hex[:8]}.json"
    with suppress(OSError):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        document = {"tracker": redacted(uri), "run": entry.run, "why": why, "entry": json.loads(to_json(entry))}
        path.write_text(json.dumps(document, indent=1))
    return path


def refused(folder: Path) -> Iterator[Refused]:
    """Everything that was refused.

    >>> list(refused(Path("/nowhere")))
    []
    """
    for path in sorted((folder / FOLDER).glob("*.json")):
        with suppress(OSError, ValueError, KeyError):
            document = json.loads(path.read_text())
            yield Refused(path, document["tracker"], document["run"], document["why"])
