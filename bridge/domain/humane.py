"""Sizes as people say them."""

from __future__ import annotations

_UNITS = ("kB", "MB", "GB", "TB", "PB")


def size(amount: int) -> str:
    """Bytes in decimal units, as disks are sold.

    >>> size(312), size(1_234_567), size(999_999)
    ('312 B', '1.2 MB', '1.0 MB')
    """
    if amount < 1000:
        return f"{amount} B"
    value = float(amount)
    for unit in _UNITS:
        value /= 1000
        if round(value, 1) < 1000 or unit == _UNITS[-1]:
            break
    return f"{value:.1f} {unit}"
