"""What could not be recorded, kept on disk until the catalog takes it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

from pydantic import TypeAdapter, ValidationError

from bridge.domain.document import Document
from bridge.domain.errors import VersionNotFoundError
from bridge.domain.manifest import Manifest
from bridge.domain.ports import Catalog
from bridge.domain.run import Run, RunTie, Saved, Step

Fact = Run | RunTie | Step | Document
"""What is recorded while a flow runs."""

_ADAPTER: TypeAdapter[Fact] = TypeAdapter(Fact, config={"ser_json_bytes": "base64", "val_json_bytes": "base64"})


class Spool:
    """A folder of facts that wait for the catalog, one file each, in the order in which they came.

    Files appear by rename, so a crash leaves none half-written. Safe for threads and processes; two that replay at
    once may both record a fact, which the catalog takes as one.

    Args:
        folder: Made when first needed.

    >>> import tempfile
    >>> Spool(Path(tempfile.mkdtemp()) / "spool").waiting()
    0
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def add(self, fact: Fact) -> None:
        """Keep a fact.

        Raises:
            OSError: If the folder cannot be written.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        seconds, rest = divmod(time.time_ns(), 1_000_000_000)
        name = f"{seconds:013d}.{rest:09d}-{uuid4().hex}"
        part = self.folder / f".{name}.part"
        part.write_bytes(_ADAPTER.dump_json(fact))
        part.replace(self.folder / f"{name}.json")

    def waiting(self) -> int:
        """Number of facts that wait."""
        return sum(1 for _ in self._files())

    def replay(self, catalog: Catalog) -> int:
        """Record everything that waits; returns how many facts went in. Unreadable files are kept aside.

        A fact that the catalog refuses, such as a step whose input it does not know, waits on; those after it go in.

        Raises:
            CatalogError: If the catalog still does not take them; what is left stays.
        """
        done = 0
        for path in self._files():
            try:
                fact: Any = _ADAPTER.validate_json(path.read_bytes())
            except FileNotFoundError:
                continue
            except (ValidationError, OSError):
                path.rename(path.with_suffix(".unreadable"))
                continue
            if not put(fact, catalog):
                continue
            path.unlink(missing_ok=True)
            done += 1
        return done

    def manifests(self) -> Iterator[Manifest]:
        """The contents of what waits: the catalog does not know yet that they are needed."""
        for path in self._files():
            with suppress(ValidationError, OSError):
                fact = _ADAPTER.validate_json(path.read_bytes())
                for output in fact.outputs if isinstance(fact, Step) else ():
                    if isinstance(output.what, Saved) and output.what.manifest is not None:
                        yield output.what.manifest

    def _files(self) -> Iterator[Path]:
        if self.folder.is_dir():
            yield from sorted(self.folder.glob("*.json"))


def spool_in(home: Path) -> Spool:
    """The spool of a home."""
    return Spool(home / "spool")


def put(fact: Fact, catalog: Catalog) -> bool:
    """Record a fact; whether the catalog knows what it is about."""
    if isinstance(fact, RunTie):
        return catalog.tie_run(fact.run_id, fact.tracking_id, fact.tracking_uri)
    try:
        if isinstance(fact, Run):
            catalog.put_run(fact)
        elif isinstance(fact, Document):
            catalog.put_document(fact.text)
        else:
            catalog.put_step(fact)
    except VersionNotFoundError:
        return False
    return True
