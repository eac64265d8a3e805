"""Recorded parameters of a flow, as the values that they were."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping, Sequence
from enum import Enum
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from prefect import Flow
from prefect.utilities.callables import get_call_parameters

from bridge.flows.parameters import readable


def recalled(flow: Flow[Any, Any], recorded: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """Values for recorded parameters, those that the flow does not take any more left out.

    What a script passes by itself, or what is the default, is taken if it would be recorded in the same way: it has
    the type that a record does not have. All else is as its annotation tells, which Prefect's validation does but for
    some kinds, and no validation for flows without it.

    Args:
        flow: The flow.
        recorded: Its parameters, as JSON has them.
        own: What its script passes; empty if there is none.
    """
    signature = inspect.signature(flow.fn).parameters
    defaults = {name: one.default for name, one in signature.items() if one.default is not one.empty}
    known = {**defaults, **own}
    seen = readable({name: known[name] for name in recorded if name in known})
    try:
        kinds = get_type_hints(flow.fn)
    except Exception:  # noqa: BLE001  annotations may name what is not there
        kinds = {}
    return {
        name: known[name] if name in seen and _same(seen[name], value) else as_annotated(kinds.get(name), value)
        for name, value in recorded.items()
        if name in signature
    }


def _same(one: Any, other: Any) -> bool:
    """Whether two records are the same; 1, 1.0 and True are not."""
    return one == other and repr(one) == repr(other)


def as_annotated(kind: Any, value: Any) -> Any:
    """A recorded value as an annotation has it: members of enumerations, collections, alone or within others.

    >>> Loss = Enum("Loss", ["SQUARED", "LOG"])
    >>> as_annotated(list[Loss | None], ["LOG", None])
    [<Loss.LOG: 2>, None]
    """
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind.__members__.get(value, value) if isinstance(value, str) and not _is_value(kind, value) else value
    if get_origin(kind) in (Union, UnionType):
        found = (as_annotated(each, value) for each in get_args(kind))
        return next((one for one in found if one is not value), value)
    if isinstance(value, Mapping):
        parts = dict(_parts(kind, value))
        return {name: as_annotated(parts.get(name), item) for name, item in value.items()} if parts else value
    if isinstance(value, list):
        return _collected(kind, value)
    return value


def _is_value(kind: type[Enum], value: str) -> bool:
    return any(member.value == value for member in kind)


def _parts(kind: Any, value: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """What a dictionary's values, or the fields of a class, are annotated with."""
    if get_origin(kind) is not None:
        item = get_args(kind)[-1:]
        yield from ((name, item[0]) for name in value if item)
    elif isinstance(kind, type) and kind is not dict:
        try:
            yield from get_type_hints(kind).items()
        except Exception:  # noqa: BLE001  as above
            return


def _collected(kind: Any, value: Sequence[Any]) -> Any:
    container, items = get_origin(kind) or kind, get_args(kind)
    if container is tuple and len(items) == len(value) and Ellipsis not in items:
        return tuple(as_annotated(each, item) for each, item in zip(items, value, strict=True))
    found = [as_annotated(items[0], item) if items else item for item in value]
    if container in (tuple, set, frozenset):
        return container(found)
    return found if any(new is not old for new, old in zip(found, value, strict=True)) else value


def passed(flow: Flow[Any, Any], args: Any, kwargs: Any) -> Mapping[str, Any]:
    """What a script passes, by name; nothing if that is not what the flow takes."""
    kept = {name: value for name, value in kwargs.items() if name not in ("return_state", "wait_for")}
    try:
        return get_call_parameters(flow.fn, args, kept)
    except Exception:  # noqa: BLE001  Prefect has an error of its own for each case
        return {}


def called_with(flow: Flow[Any, Any], parameters: Mapping[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Positions and keywords of a call with these parameters: a flow may take some in one of these ways only."""
    signature = inspect.signature(flow.fn)
    bound = signature.bind_partial()
    bound.arguments.update({name: parameters[name] for name in signature.parameters if name in parameters})
    return bound.args, bound.kwargs
