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
from bridge.domain.ports.documents import DocumentCatalog, ResultCatalog
from bridge.domain.ports.journals import JournalCatalog
from bridge.domain.ports.many import ManyCatalog
from bridge.domain.ports.materializers import Comparer, Materializer, Sink, Source
from bridge.domain.ports.promotion import PromotionCatalog
from bridge.domain.ports.signatures import SignatureCatalog
from bridge.domain.ports.store import Store, SweptStore
from bridge.domain.ports.tracker import (
    Callbacks,
    Delivery,
    Lender,
    Lent,
    ModelTracker,
    RunTracker,
    Synced,
    Tracker,
    Unsent,
)

__all__ = [
    "ArrivalCatalog",
    "Callbacks",
    "Catalog",
    "Comparer",
    "Delivery",
    "DocumentCatalog",
    "JournalCatalog",
    "KeepingCatalog",
    "LabelCatalog",
    "Lender",
    "Lent",
    "LineageCatalog",
    "ManyCatalog",
    "Materializer",
    "ModelCatalog",
    "ModelTracker",
    "PromotionCatalog",
    "ResultCatalog",
    "RunCatalog",
    "RunTracker",
    "SignatureCatalog",
    "Sink",
    "Source",
    "Store",
    "SweptStore",
    "Synced",
    "Tracker",
    "Unsent",
    "VersionCatalog",
]
