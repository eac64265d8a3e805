"""What a key is made of: the code that a task reaches, and the content of its inputs."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from enum import Enum
from types import BuiltinFunctionType, FunctionType, ModuleType
from typing import Any

from blake3 import blake3

from bridge.domain.errors import UndigestibleError
from bridge.flows.caching.decision import Caching
from bridge.flows.caching.inputs import digest_of_input
from bridge.flows.parameters import fields_of
from bridge.provenance.code import reached
from bridge.provenance.secrets import has_secret, is_secret_variable
from bridge.workspace import Workspace
from bridge.workspace.identity import identity_of

LAYOUT = 1
"""Of the key: another number is another key for everything."""

LONGEST = 60
"""Characters of an input that are recorded, or of a member of it."""

MOST_READ = 1_000
"""Characters of a text that are looked through for secrets."""

MOST_MEMBERS = 8
"""Fields or items of an input that are recorded."""


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
            "shown": "hidden" if is_secret_variable(slot, "") else shown(value),
        }
    caching.inputs = facts
    made_of = [LAYOUT, identity_of(workspace.catalog), code.digest]
    made_of += [[slot, one["type"], one["digest"]] for slot, one in sorted(facts.items())]
    caching.key = f"content-{blake3(json.dumps(made_of).encode()).hexdigest()}"
    return caching


def shown(value: Any) -> str:
    """A value in a few characters, without a pass over its data.

    >>> shown(0.1), shown("a" * 80)[-3:], shown([1, [2, 3]]), shown(list(range(50)))
    ('0.1', 'aa…', '[1, list of 2]', 'list of 50')
    >>> shown({"trees": 100, "api_key": "c2VjcmV0"})
    '{trees: 100, api_key: hidden}'
    """
    try:
        return _with_members(value) or _alone(value)
    except Exception:  # noqa: BLE001 - a user's own class may do anything when it is looked at
        return type(value).__qualname__


def _alone(value: Any) -> str:
    if isinstance(value, str) and has_secret(value[:MOST_READ]):
        return "hidden"
    if type(value) in (bool, int, float, str, bytes, type(None)):
        return _cut(repr(value[:LONGEST] if isinstance(value, (str, bytes)) else value))
    shape = getattr(value, "shape", None)
    kind = type(value).__qualname__
    if isinstance(shape, tuple):
        return f"{kind} {'x'.join(str(n) for n in shape) or _cut(str(value))}"
    if isinstance(value, (type, FunctionType, BuiltinFunctionType, ModuleType)):
        return _cut(str(getattr(value, "__qualname__", None) or value.__name__))
    if isinstance(value, Enum):
        return f"{kind}.{value.name}"
    return f"{kind} of {len(value)}" if isinstance(value, (list, tuple, dict, set, frozenset)) else kind


def _with_members(value: Any) -> str:
    """What is in a small container, a dataclass, a model; empty if there is too much of it."""
    fields = None if isinstance(value, Mapping) and type(value) is not dict else fields_of(value)
    if fields is not None and len(fields) <= MOST_MEMBERS:
        mark = ": " if type(value) is dict else "="
        inner = ", ".join(f"{_cut(str(name))}{mark}{_named(str(name), one)}" for name, one in fields.items())
        text = f"{{{inner}}}" if type(value) is dict else f"{type(value).__qualname__}({inner})"
    elif type(value) in (list, tuple) and len(value) <= MOST_MEMBERS:
        inner = ", ".join(map(_alone, value))
        text = f"[{inner}]" if type(value) is list else f"({inner})"
    else:
        return ""
    return text if len(text) <= 2 * LONGEST else ""


def _named(name: str, value: Any) -> str:
    return "hidden" if is_secret_variable(name, "") else _alone(value)


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
