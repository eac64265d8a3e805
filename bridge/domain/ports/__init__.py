"""The promises between floors: what a store, a catalog, a tracker and a materializer must do."""

from __future__ import annotations

from bridge.domain.ports.catalog import (
    ArrivalCatalog,
    Catalog,
    KeepingCatalog,
    LabelCatalog,
    LineageCatalog,
    ModelCatalog,
    RunCatalog,
    VersionCatalog,
)
from bridge.domain.ports.materializers import Comparer, Materializer, Sink, Source
from bridge.domain.ports.signatures import SignatureCatalog
from bridge.domain.ports.store import Store, SweptStore
from bridge.domain.ports.tracker import Tracker

__all__ = [
    "ArrivalCatalog",
    "Catalog",
    "Comparer",
    "KeepingCatalog",
    "LabelCatalog",
    "LineageCatalog",
    "Materializer",
    "ModelCatalog",
    "RunCatalog",
    "SignatureCatalog",
    "Sink",
    "Source",
    "Store",
    "SweptStore",
    "Tracker",
    "VersionCatalog",
]
