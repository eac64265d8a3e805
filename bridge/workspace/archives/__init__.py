"""A selection of versions with its lineage as one file, and back."""

from bridge.workspace.archives.archiving import Archived, archive
from bridge.workspace.archives.restoring import Restored, restore

__all__ = ["Archived", "Restored", "archive", "restore"]
