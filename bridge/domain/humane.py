"""Sizes and durations as people say them."""

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


def duration(seconds: float) -> str:
    """A span of time with about two digits.

    >>> duration(0.0123), duration(3.21), duration(75), duration(7_500), duration(-1)
    ('12 ms', '3.2 s', '1 min 15 s', '2 h 05 min', '0 ms')
    """
    seconds = max(seconds, 0.0)
    if seconds < 0.9995:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    minutes = whole // 60
    return f"{minutes // 60} h {minutes % 60:02d} min"
