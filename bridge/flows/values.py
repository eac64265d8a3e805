"""Values by hand: save one, load one, add facts to one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bridge.domain.errors import SelectorError
from bridge.domain.naming import clean
from bridge.domain.version import Tie, Version
from bridge.flows.caching import noting
from bridge.flows.current import current_step
from bridge.flows.identity import table
from bridge.workspace import current


def save(
    value: Any,
    name: str,
    *,
    metadata: Mapping[str, Any] | None = None,
    tags: Mapping[str, str] | None = None,
    aliases: Sequence[str] | str = (),
    preview: bool = True,
) -> Version:
    """Save a value as the next version of a name; within a task or flow, as one of its outputs.

    A value that the name's latest version already holds makes no new version: tags and aliases are then that one's.

    Args:
        value: Anything that a materializer takes.
        name: Artifact's name, without `@`.
        metadata: JSON-able facts.
        tags: Words to find the version by, key to value.
        aliases: Names that from now on mean this version.
        preview: False keeps no preview of it.

    Raises:
        SelectorError: If the name contains `@`, or an alias is none.
        TagError: If a tag cannot be kept.
        UnstorableError: If the value cannot be stored.
        StoreError: If the store did not take it.
        CatalogError: If the catalog did not take it.

    >>> save({"threshold": 0.5}, "settings").ref
    VersionRef(name='settings', number=1)
    >>> save({"threshold": 0.6}, "settings", tags={"team": "growth"}, aliases=["live"]).aliases
    ('live',)
    """
    if clean(name) != name:
        raise SelectorError(name, "a name to save under is not empty and has no @ and no control characters")
    step = current_step.get()
    version = current().save(
        value,
        name,
        metadata=metadata,
        tags=tags,
        aliases=[aliases] if isinstance(aliases, str) else aliases,
        preview=preview,
        step_id=step.id if step else None,
        run_id=step.run.id if step and step.run else None,
    )
    _remember(value, version, "identity")
    return version


def load(selector: str) -> Any:
    """Load a value that was saved; within a task or flow, as one of its inputs.

    Args:
        selector: `name`, `name@3`, `name@champion`, `name@run:<flow run id>` or `name@blake3:<hex>`.

    Raises:
        SelectorError: If the selector cannot be read.
        VersionNotFoundError: If nothing matches.
        BytesMissingError: If the version has no bytes.
        DigestMismatchError: If the bytes are not what was saved.

    >>> _ = save([1, 2, 3], "numbers")
    >>> load("numbers@1")
    [1, 2, 3]
    """
    step = current_step.get()
    version, value = current().load(selector, in_run=step is not None)
    if step is not None:
        step.use("load", version.ref, "declared")
    noting.after(value, noting.before(value), version)
    _remember(value, version, "declared")
    return value


def log_metadata(metadata: Mapping[str, Any], selector: str | None = None) -> Version | None:
    """Add facts to a version, or to what the running task will return.

    Args:
        metadata: JSON-able facts; a key that is there is replaced.
        selector: Version to add them to; left out, every output of the running task or flow.

    Returns:
        The version as it is now; None if the facts wait for the running task's outputs.

    Raises:
        VersionNotFoundError: If there is no such version.
        SelectorError: If no selector is given and no task or flow is running.

    >>> _ = save([1, 2, 3], "numbers")
    >>> log_metadata({"source": "survey"}, "numbers").metadata["source"]
    'survey'
    """
    if selector is not None:
        workspace = current()
        return workspace.annotate(workspace.resolve(selector).ref, metadata)
    step = current_step.get()
    if step is None:
        raise SelectorError("", "outside tasks and flows, say which version: log_metadata({...}, 'name')")
    step.metadata.update(metadata)
    return None


def _remember(value: Any, version: Version, tie: Tie) -> None:
    if tie == "identity" and isinstance(value, (int, float, complex, str, bytes)):
        return  # what the caller passed may be a constant that other code shares
    step = current_step.get()
    scope = step.run.root_id if step is not None and step.run is not None else None
    table.remember(value, (version.ref, tie), scope=scope, size=version.size)
