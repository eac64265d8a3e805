"""Facts in SQL: runs, steps, versions, edges and models, on SQLite or PostgreSQL."""

from __future__ import annotations

from bridge.domain.ports import Catalog

__all__ = ["open_catalog"]


def open_catalog(url: str) -> Catalog:
    """Open a catalog; nothing is connected to, and no schema made, before the first use.

    The catalog is safe for threads, survives a fork, and is pickled as its URL.

    Args:
        url: SQLAlchemy URL of a SQLite file (`sqlite:////home/me/.bridge/catalog.db`), of a database in
            memory (`sqlite://`, for tests), or of a PostgreSQL database (`postgresql://me@host/bridge`).

    Raises:
        CatalogError: If the URL is for neither; every method raises it if the database cannot be used.

    >>> catalog = open_catalog("sqlite://")
    >>> catalog.runs()
    []
    >>> catalog.close()
    """
    from bridge.catalog.sql import SqlCatalog  # SQLAlchemy takes 0.1 s to import

    return SqlCatalog(url)
