"""The log of decisions about models, as `bridge audit verify` checks it."""

from __future__ import annotations

from bridge.cli.checks.finding import Finding
from bridge.domain.ports import Catalog
from bridge.models.promotion import verify


def check_log(catalog: Catalog) -> Finding:
    """Whether every entry, link and alias is as it was written.

    >>> from bridge.catalog import open_catalog
    >>> check_log(open_catalog("sqlite://")).said
    '0 decisions: the chain is intact, and every alias is where the log says'
    """
    audit = verify(catalog=catalog)
    if audit.is_intact:
        return Finding("decisions", "ok", str(audit))
    return Finding("decisions", "failed", str(audit), "Run: bridge audit verify")
