"""A registration as bytes, for another process or a later one."""

from __future__ import annotations

import pickle
from dataclasses import dataclass, replace

from bridge.tracking.registry.registration import Registration, Rows


@dataclass(frozen=True, slots=True)
class Packed:
    """A registration without its rows, and each of those by itself: one that cannot be made there is left out.

    Args:
        registration: The registration, pickled.
        rows: Its rows, pickled one by one.
    """

    registration: bytes
    rows: tuple[bytes, ...] = ()


def pack(registration: Registration) -> Packed:
    """Make bytes of a registration; rows that cannot be pickled are left out.

    >>> from datetime import datetime
    >>> from bridge.domain.version import Version, VersionRef
    >>> version = Version(VersionRef("m", 1), "blake3:00", "skops", "Ridge", 10, datetime(2026, 5, 3))
    >>> unpack(pack(Registration("churn", version))).name
    'churn'
    """
    rows = [data for one in registration.rows if (data := _dumped(one)) is not None]
    return Packed(pickle.dumps(replace(registration, rows=())), tuple(rows))


def unpack(packed: Packed) -> Registration:
    """Make the registration again; imports the libraries of its rows, and leaves out those that cannot be made here."""
    registration: Registration = pickle.loads(packed.registration)
    rows = [one for data in packed.rows if (one := _loaded(data)) is not None]
    return replace(registration, rows=tuple(rows))


def _dumped(rows: Rows) -> bytes | None:
    try:
        return pickle.dumps(rows)
    except Exception:  # noqa: BLE001 - cells may be of any class
        return None


def _loaded(data: bytes) -> Rows | None:
    try:
        rows = pickle.loads(data)
    except Exception:  # noqa: BLE001 - of a class that is not there
        return None
    return rows if isinstance(rows, Rows) else None
