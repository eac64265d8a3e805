"""The one way in: a value becomes files in the store, ready for the catalog."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from bridge import materializers
from bridge.domain.errors import StoreError
from bridge.domain.manifest import Manifest
from bridge.domain.naming import clean
from bridge.domain.ports import Store
from bridge.domain.preview import Preview
from bridge.domain.run import Saved
from bridge.workspace.guard import warn_once
from bridge.workspace.repeats import Repeats
from bridge.workspace.settings import OnError


def put_value(
    store: Store,
    value: Any,
    name: str,
    *,
    where: str,
    on_error: OnError,
    metadata: Mapping[str, Any] | None = None,
    tags: Mapping[str, str] | None = None,
    aliases: tuple[str, ...] = (),
    preview: bool = True,
    repeats: Repeats | None = None,
    bases: Callable[[], Sequence[Manifest]] = tuple,
    is_asked_again: bool = False,
) -> Saved:
    """Write a value's bytes to the store.

    A value that cannot be stored comes back without a manifest, with one warning that says which task, which type and
    what to do, unless `on_error` is `raise`.

    Args:
        store: Where to.
        value: What; is not changed and not kept.
        name: Artifact's name.
        where: Who asks, for messages: "task 'train'".
        on_error: `raise` lets errors through.
        metadata: Added to what the materializer says of the value.
        tags: For the version that it becomes.
        aliases: To point at that version.
        preview: Whether to make what can be shown of it without loading it.
        repeats: Objects that this store has been given.
        bases: Gives what the value may have come from, which it then shares bytes with.
        is_asked_again: Whether it will be loaded again, as results are that are found by content.

    Raises:
        UnstorableError: If no materializer takes it and `on_error` is `raise`.
        StoreError: If the store did not take it and `on_error` is `raise`.
    """
    type_name = materializers.type_name(value)
    labels = {str(key): str(word) for key, word in (tags or {}).items()}
    try:
        manifest, facts = _stored(
            store, value, repeats, partial(store.write, bases=bases, is_asked_again=is_asked_again)
        )
    except Exception as error:
        if on_error == "raise":
            raise
        topic = "store" if isinstance(error, StoreError) else f"unstorable {name} {type_name}"
        warn_once(
            topic,
            f"bridge: the result of {where} (artifact {name!r}, {type_name}) is recorded without its bytes: {error} "
            f"The run goes on.",
        )
        told: Mapping[str, Any] = {**(metadata or {}), "not_stored": str(error)}
        return Saved(clean(name), type_name, None, told, labels, aliases)
    shown = _preview(value, manifest) if preview else None
    return Saved(clean(name), type_name, manifest, {**facts, **(metadata or {})}, labels, aliases, shown)


def _preview(value: Any, manifest: Manifest) -> Preview | None:
    return materializers.preview_of(value, materializers.for_format(manifest.format), size=manifest.size)


def _stored(
    store: Store,
    value: Any,
    repeats: Repeats | None,
    write: Callable[..., tuple[Manifest, Mapping[str, Any]]],
) -> tuple[Manifest, Mapping[str, Any]]:
    known = repeats.find(value) if repeats is not None else None
    if known is not None and store.reuse(known.manifest):  # else a sweep took it since
        return known.manifest, known.facts
    manifest, facts = materializers.save(value, write)
    if repeats is not None:
        repeats.note(value, manifest, facts)
    return manifest, facts
