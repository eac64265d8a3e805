"""Errors of bringing code and data over from elsewhere."""

from __future__ import annotations

from collections.abc import Sequence

from bridge.domain.errors import BridgeError


class MigrationError(BridgeError, ValueError):
    """A migration that cannot be begun as asked."""

    def __init__(self, what: str, why: str, way_out: str = "") -> None:
        self.what, self.why = what, why
        super().__init__(f"{what} is not migrated: {why}.{f' {way_out}' if way_out else ''}")


class DirtyTreeError(MigrationError):
    """Files that are to be changed have changes that are not committed."""

    def __init__(self, folder: str, files: Sequence[str]) -> None:
        self.files = tuple(files)
        few = ", ".join(files[:3]) + (f" and {len(files) - 3} more" if len(files) > 3 else "")
        super().__init__(
            folder,
            f"git has uncommitted changes there ({few})",
            "Commit or stash them, so that git can take the migration back, or add --allow-dirty.",
        )


class MissingLibraryError(BridgeError, ImportError):
    """A library that only this part of bridge needs is not installed."""

    def __init__(self, library: str, extra: str) -> None:
        super().__init__(f"{library} is not installed. Run: pip install 'prefect-bridge[{extra}]'")


class NotInStandInError(BridgeError, NotImplementedError):
    """Something of ZenML's is used that bridge's stand-in for it has not."""

    def __init__(self, name: str, way_out: str = "") -> None:
        self.what = name
        super().__init__(
            f"{name} is not in bridge's stand-in for ZenML. "
            + (way_out or "`bridge migrate` of the file says what to write instead, or leave this part with ZenML.")
        )


class AttributeNotInStandInError(NotInStandInError, AttributeError):
    """An attribute of something of ZenML's is asked for that bridge's stand-in for it has not: `hasattr` is False."""
