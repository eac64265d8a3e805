from __future__ import annotations

from collections.abc import Iterator

import pytest

from bridge.catalog import open_catalog
from bridge.domain.ports import Catalog
from bridge.testing.arrivals import ArrivalContract
from bridge.testing.catalog import CatalogContract
from bridge.testing.documents import DocumentContract
from bridge.testing.journals import JournalContract
from bridge.testing.keeping import KeepingContract
from bridge.testing.labels import LabelContract
from bridge.testing.many import ManyContract
from bridge.testing.models import ModelContract
from bridge.testing.promotion import PromotionContract
from bridge.testing.signatures import SignatureContract


class TestOnSqlite(CatalogContract, LabelContract, ModelContract, KeepingContract, PromotionContract, ManyContract):
    @pytest.fixture
    def catalog(self, sqlite_catalog: Catalog) -> Catalog:
        return sqlite_catalog


class TestOnPostgres(CatalogContract, LabelContract, ModelContract, KeepingContract, PromotionContract, ManyContract):
    @pytest.fixture
    def catalog(self, postgres_url: str) -> Iterator[Catalog]:
        catalog = open_catalog(postgres_url)
        yield catalog
        catalog.close()


class TestArrivalsOnSqlite(ArrivalContract):
    @pytest.fixture
    def catalog(self, sqlite_catalog: Catalog) -> Catalog:
        return sqlite_catalog


class TestArrivalsOnPostgres(ArrivalContract):
    @pytest.fixture
    def catalog(self, postgres_url: str) -> Iterator[Catalog]:
        catalog = open_catalog(postgres_url)
        yield catalog
        catalog.close()


class TestSignaturesOnSqlite(SignatureContract):
    @pytest.fixture
    def catalog(self, sqlite_catalog: Catalog) -> Catalog:
        return sqlite_catalog


class TestSignaturesOnPostgres(SignatureContract):
    @pytest.fixture
    def catalog(self, postgres_url: str) -> Iterator[Catalog]:
        catalog = open_catalog(postgres_url)
        yield catalog
        catalog.close()


class TestDocumentsOnSqlite(DocumentContract):
    @pytest.fixture
    def catalog(self, sqlite_catalog: Catalog) -> Catalog:
        return sqlite_catalog


class TestDocumentsOnPostgres(DocumentContract):
    @pytest.fixture
    def catalog(self, postgres_url: str) -> Iterator[Catalog]:
        catalog = open_catalog(postgres_url)
        yield catalog
        catalog.close()


class TestJournalsOnSqlite(JournalContract):
    @pytest.fixture
    def catalog(self, sqlite_catalog: Catalog) -> Catalog:
        return sqlite_catalog


class TestJournalsOnPostgres(JournalContract):
    @pytest.fixture
    def catalog(self, postgres_url: str) -> Iterator[Catalog]:
        catalog = open_catalog(postgres_url)
        yield catalog
        catalog.close()
