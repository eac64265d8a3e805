"""Which materializer stores a value, and which reads a format."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.metadata import entry_points
from threading import Lock
from typing import Any, TypeVar

from bridge.domain.errors import FormatUnknownError, UnstorableError
from bridge.domain.ports import Materializer, Sink
from bridge.materializers.declined import Declined
from bridge.materializers.names import type_name

GROUP = "bridge.materializers"
"""Entry-point group of plugins: each names a materializer, its class, or a list of them."""

_log = logging.getLogger("bridge.materializers")
_Written = TypeVar("_Written")


class Registry:
    """Materializers in the order in which they are asked.

    Plugins are loaded when a value or a format is first looked for that the families here do not name, and stand before
    the last resorts: those whose `unsafe` is true.

    Thread safety: reads are lock-free on a tuple that is replaced whole.

    >>> Registry([]).formats()
    ()
    """

    def __init__(self, materializers: Sequence[Materializer], *, group: str | None = None) -> None:
        self._all = tuple(materializers)
        self._group = group
        self._lock = Lock()

    def candidates(self, value: object) -> Iterator[Materializer]:
        """Give every materializer that handles the value, the best first."""
        for materializer in self._all:
            if self._group is not None and is_last_resort(materializer):
                self._load_plugins()
                yield from self.candidates(value)
                return
            if materializer.handles(value):
                yield materializer

    def for_value(self, value: object) -> Materializer:
        """Give the first materializer that handles the value.

        Raises:
            UnstorableError: If none does.
        """
        for materializer in self.candidates(value):
            return materializer
        raise UnstorableError(
            type_name(value),
            "no materializer handles it; return something storable, keep it with `@task(output=None)`, or register "
            "a materializer of your own with `bridge.materializers.register`",
        )

    def for_format(self, format: str) -> Materializer:
        """Give the materializer that reads a format.

        Raises:
            FormatUnknownError: If none does.
        """
        for _ in range(2):
            for materializer in self._all:
                if materializer.format == format:
                    return materializer
            self._load_plugins()
        raise FormatUnknownError(format, self.formats())

    def register(self, materializer: Materializer, *, before: str | None = None) -> None:
        """Add a materializer: first of all, or just before the one of a format; replaces one of the same format.

        Raises:
            FormatUnknownError: If `before` is no format here.
        """
        if not isinstance(materializer, Materializer):
            raise TypeError(f"{materializer!r} is not a materializer: it needs format, handles, save and load.")
        with self._lock:
            rest = [other for other in self._all if other.format != materializer.format]
            formats = [other.format for other in rest]
            if before is not None and before not in formats:
                raise FormatUnknownError(before, formats)
            place = 0 if before is None else formats.index(before)
            self._all = (*rest[:place], materializer, *rest[place:])

    def append(self, materializer: Materializer) -> None:
        """Add a materializer as the last one."""
        self._all = (*self._all, materializer)

    def formats(self) -> tuple[str, ...]:
        """Give the formats that can be read here, in the order in which values are offered."""
        return tuple(materializer.format for materializer in self._all)

    def is_unsafe(self, format: str) -> bool:
        """Say whether loading a format can run code that the bytes name.

        A format that is unknown here counts as unsafe.
        """
        try:
            return is_last_resort(self.for_format(format))
        except FormatUnknownError:
            return True

    def save(self, value: object, write: Callable[[str, Callable[[Sink], Mapping[str, Any]]], _Written]) -> _Written:
        """Store a value with the first materializer that takes it.

        Args:
            value: Any value.
            write: A store's `write`: is called with a format and with what fills a sink.

        Raises:
            UnstorableError: If no materializer takes it.
        """
        why = ""
        for materializer in self.candidates(value):
            try:
                return write(materializer.format, lambda sink, chosen=materializer: chosen.save(value, sink))  # type: ignore[misc]  # mypy cannot infer a lambda with a default
            except Declined as declined:
                why = f" ({declined})"
        raise UnstorableError(type_name(value), f"no materializer takes it{why}; return something storable")

    def _load_plugins(self) -> None:
        """Load the plugins, once; one that cannot be loaded is a warning and nothing else."""
        with self._lock:
            group, self._group = self._group, None
        for entry in entry_points(group=group) if group else ():
            try:
                for found in _materializers_of(entry.load()):
                    self.register(found, before=self._first_last_resort())
            except Exception as error:  # noqa: BLE001  a plugin can fail in any way and must not break a save
                _log.warning("The materializer plugin %s was left out: %r. Repair or uninstall it.", entry, error)

    def _first_last_resort(self) -> str | None:
        return next((one.format for one in self._all if is_last_resort(one)), None)


def is_last_resort(materializer: Materializer) -> bool:
    """Say whether a materializer has declared that loading its format can run code.

    >>> class Dangerous:
    ...     unsafe = True
    >>> is_last_resort(Dangerous())
    True
    """
    return bool(getattr(materializer, "unsafe", False))


def _materializers_of(loaded: Any) -> list[Materializer]:
    found = loaded if isinstance(loaded, (list, tuple)) else [loaded]
    return [one() if isinstance(one, type) else one for one in found]
