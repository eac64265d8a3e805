"""Objects to files and back.

`save` stores a value with the first family that holds it exactly; `for_format` gives what reads it back. No library is
imported to find out: a value's own type says which library it comes from.
"""

from __future__ import annotations

from bridge.materializers.bounds import check_bounds
from bridge.materializers.families import (
    candidates,
    for_format,
    for_value,
    formats,
    is_unsafe,
    register,
    save,
)
from bridge.materializers.names import type_name
from bridge.materializers.path import PathContent, new_copy_folder, save_tree
from bridge.materializers.previews import preview_of
from bridge.materializers.streamed import streamed_digest
from bridge.materializers.tree import LocalTree

__all__ = [
    "LocalTree",
    "PathContent",
    "candidates",
    "check_bounds",
    "for_format",
    "for_value",
    "formats",
    "is_unsafe",
    "new_copy_folder",
    "preview_of",
    "register",
    "save",
    "save_tree",
    "streamed_digest",
    "type_name",
]
