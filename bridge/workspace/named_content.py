"""A value by its full digest, for readers that know neither this workspace nor its catalog: MLflow's pages and code."""

from __future__ import annotations

from typing import Any


def load_content(selector: str, digest: str) -> Any:
    """Load the version that a selector names, and be sure that it is the content of this digest.

    The reader that `mlflow.data.get_source(...).load()` finds, by the entry point `bridge.readers`.

    Raises:
        VersionNotFoundError: If this workspace has no such version.
        DigestMismatchError: If that version has another content: it is of another workspace.

    >>> from bridge import save
    >>> version = save([1, 2], "pair")
    >>> load_content("pair@1", version.digest)
    [1, 2]
    """
    from bridge.workspace.bootstrap import current

    workspace = current()
    name = selector.partition("@")[0]
    return workspace.load(f"{name}@{digest}")[1]
