"""The catalog on SQLite and PostgreSQL."""

from __future__ import annotations

from bridge.catalog.arrivals import ArrivalFacts
from bridge.catalog.documents import DocumentFacts
from bridge.catalog.journals import JournalFacts
from bridge.catalog.keeping import KeepingFacts
from bridge.catalog.labels import LabelFacts
from bridge.catalog.lineage import LineageFacts
from bridge.catalog.many import ManyFacts
from bridge.catalog.models import ModelFacts
from bridge.catalog.promotion import PromotionFacts
from bridge.catalog.runs import RunFacts
from bridge.catalog.signatures import SignatureFacts
from bridge.catalog.versions import VersionFacts


class SqlCatalog(
    RunFacts,
    VersionFacts,
    LabelFacts,
    LineageFacts,
    ManyFacts,
    ModelFacts,
    PromotionFacts,
    SignatureFacts,
    ArrivalFacts,
    KeepingFacts,
    DocumentFacts,
    JournalFacts,
):
    """Implements `bridge.domain.ports.Catalog`.

    Thread-safe; goes on after a fork with connections of its own; pickled as its URL, password included.

    >>> catalog = SqlCatalog("sqlite://")
    >>> catalog.check()
    >>> catalog.close()
    """

    def check(self) -> None:
        """Raise `CatalogError` if the catalog cannot be read and written."""
        with self._database.write() as connection:
            connection.exec_driver_sql("UPDATE alembic_version SET version_num = version_num")

    def close(self) -> None:
        """Give back connections; the next call opens new ones."""
        self._database.close()

    def __reduce__(self) -> tuple[type[SqlCatalog], tuple[str]]:
        return type(self), (self.url,)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._database.shown!r})"
