"""Times, types and digests as people say them."""

from __future__ import annotations

from datetime import datetime

from bridge.domain.humane import duration as duration
from bridge.domain.humane import size as size


def ago(moment: datetime, now: datetime) -> str:
    """How long ago something was; the date for what is more than four weeks old.

    >>> from datetime import timezone
    >>> now = datetime(2026, 5, 3, 12, 0, tzinfo=timezone.utc)
    >>> ago(datetime(2026, 5, 3, 11, 58, tzinfo=timezone.utc), now)
    '2 min ago'
    >>> ago(datetime(2025, 1, 2, tzinfo=timezone.utc), now)
    '2025-01-02'
    """
    seconds = (now - moment).total_seconds()
    if seconds < 10:
        return "just now"
    for limit, span, unit in ((60, 1, "s"), (3600, 60, "min"), (86400, 3600, "h")):
        if seconds < limit:
            return f"{int(seconds // span)} {unit} ago"
    days = int(seconds // 86400)
    if days > 28:
        return moment.date().isoformat()
    return "yesterday" if days == 1 else f"{days} days ago"


def short_type(name: str) -> str:
    """A type without its modules.

    >>> short_type("sklearn.ensemble._forest.RandomForestClassifier"), short_type("dict")
    ('RandomForestClassifier', 'dict')
    """
    return name.rpartition(".")[2] or name


def short_digest(digest: str) -> str:
    """The first eight characters of a digest.

    >>> short_digest("blake3:ab12cd34ef56")
    'ab12cd34'
    """
    return digest.rpartition(":")[2][:8]
