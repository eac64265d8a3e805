"""What is live: the one rule for what a sweep leaves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from bridge.domain.manifest import Manifest
from bridge.domain.ports import Catalog
from bridge.workspace.spool import Spool


def live_contents(catalog: Catalog, spool: Spool, *, forgotten_since: datetime) -> Iterator[Manifest]:
    """Contents that a version has, one that was forgotten since then included, or a fact that waits for the catalog.

    The spool is read first: what is recorded meanwhile is then seen in one place or the other.

    >>> from pathlib import Path
    >>> from bridge.catalog import open_catalog
    >>> list(live_contents(open_catalog("sqlite://"), Spool(Path("none")), forgotten_since=datetime.now()))
    []
    """
    yield from list(spool.manifests())
    yield from catalog.contents(forgotten_since=forgotten_since)


def live_keys(catalog: Catalog, spool: Spool, *, forgotten_since: datetime) -> Iterator[str]:
    """The objects that live contents lie in; some more than once.

    >>> from pathlib import Path
    >>> from bridge.catalog import open_catalog
    >>> list(live_keys(open_catalog("sqlite://"), Spool(Path("none")), forgotten_since=datetime.now()))
    []
    """
    for manifest in live_contents(catalog, spool, forgotten_since=forgotten_since):
        yield from manifest.keys()
