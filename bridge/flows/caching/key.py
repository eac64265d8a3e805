"""What a key is made of: the code that a task reaches, and the content of its inputs."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from typing import Any

from blake3 import blake3

from bridge.domain.errors import UndigestibleError
from bridge.flows.caching.decision import Caching
from bridge.flows.caching.inputs import digest_of_input
from bridge.provenance.code import reached
from bridge.workspace import Workspace
from bridge.workspace.identity import identity_of

LAYOUT = 1
"""Of the key: another number is another key for everything."""

LONGEST = 60
"""Characters of an input that are recorded."""


def make_key(
    workspace: Workspace,
    fn: Callable[..., Any],
    inputs: Mapping[str, Any],
    *,
    exclude: Collection[str] = (),
) -> Caching:
    """The key of a call, with what it was made of.

    Args:
        workspace: Part of the key: two workspaces never find each other's results.
        fn: The task's function.
        inputs: Its arguments, by parameter.
        exclude: Parameters that do not count.

    Returns:
        What is known; without a key if something has no stable digest.
    """
    code = reached(fn)
    caching = Caching(None, code=code)
    if code.unstable:
        caching.why = "; ".join(f"{one.name} has no stable digest ({one.why})" for one in code.unstable) + "."
        return caching
    facts = {}
    for slot, value in inputs.items():
        if slot in exclude:
            continue
        try:
            one = digest_of_input(workspace, value)
        except UndigestibleError as error:
            caching.why = f"its input {slot!r}: {error}"
            return caching
        facts[slot] = {
            "digest": one.digest,
            "type": one.type,
            "how": one.how,
            "version": None if one.version is None else str(one.version),
            "shown": shown(value),
        }
    caching.inputs = facts
    made_of = [LAYOUT, identity_of(workspace.catalog), code.digest]
    made_of += [[slot, one["type"], one["digest"]] for slot, one in sorted(facts.items())]
    caching.key = f"content-{blake3(json.dumps(made_of).encode()).hexdigest()}"
    return caching


def shown(value: Any) -> str:
    """A value in a few characters, without a pass over its data.

    >>> shown(0.1), shown("a" * 80)[-3:]
    ('0.1', 'aa…')
    """
    if isinstance(value, (bool, int, float, str, bytes, type(None))):
        text = repr(value[:LONGEST] if isinstance(value, (str, bytes)) else value)
        return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
    shape = getattr(value, "shape", None)
    kind = type(value).__qualname__
    if isinstance(shape, tuple):
        return f"{kind} {'x'.join(str(n) for n in shape)}"
    return f"{kind} of {len(value)}" if isinstance(value, (list, tuple, dict, set, frozenset)) else kind
