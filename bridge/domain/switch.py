"""What the text of `BRIDGE_ENABLED` means."""

from __future__ import annotations

_NO = frozenset({"0", "false", "no", "off", "f", "n"})


def is_off(text: str | None) -> bool:
    """Whether a text switches bridge off; nothing said does not.

    >>> is_off("false"), is_off("1"), is_off(None)
    (True, False, False)
    """
    return text is not None and text.strip().lower() in _NO
