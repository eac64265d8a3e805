"""Facts in SQL: which versions there are, which steps made and used them, in which runs."""

from bridge.catalog.catalog import SqlCatalog, open_catalog

__all__ = ["SqlCatalog", "open_catalog"]
