"""What Prefect keeps of a result instead of its bytes: which versions it is."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bridge.domain.errors import CacheRecordError
from bridge.domain.version import Version, VersionRef
from bridge.workspace import Workspace
from bridge.workspace.recorded import version_at

LAYOUT = 1

FOLDER = "bridge-catalog"
"""First part of the names of records of results in the catalog."""


@dataclass(frozen=True, slots=True)
class Part:
    """One value of a result.

    Args:
        slot: `""` for the result as it is, `"0"`, `"1"` … for elements of a tuple.
        ref: The version that it is.
        digest: Of its content.
        size: Bytes of its content.
    """

    slot: str
    ref: VersionRef
    digest: str
    size: int = 0


@dataclass(frozen=True, slots=True)
class Pointer:
    """Which versions a result is; a few hundred bytes, whatever the result's size.

    Args:
        task: Name of the task.
        step: Step that computed it; None if none was recorded.
        parts: The versions; none for a result that is None.
        elements: How many elements the tuple has; None if the result is no tuple that was taken apart.

    >>> pointer = Pointer("double", "3f2a", (Part("", VersionRef("train/double", 1), "blake3:ab"),))
    >>> Pointer.read(pointer.text()) == pointer
    True
    """

    task: str
    step: str | None
    parts: tuple[Part, ...]
    elements: int | None = None

    @classmethod
    def to(cls, value: Any, made: Sequence[tuple[str, Version]], *, task: str, step: str | None) -> Pointer | None:
        """A pointer to the versions that a value became; None if they do not make it whole.

        >>> Pointer.to(None, (), task="notify", step=None).parts
        ()
        """
        parts = [
            Part(slot, version.ref, version.digest, version.size)
            for slot, version in made
            if version.digest is not None
        ]
        slots = [part.slot for part in parts]
        if value is None or slots == [""]:
            return cls(task, step, tuple(parts))
        if type(value) is tuple and slots == [str(i) for i, one in enumerate(value) if one is not None] and slots:
            return cls(task, step, tuple(parts), len(value))
        return None

    def text(self) -> str:
        """As it is kept."""
        parts = [[part.slot, part.ref.name, part.ref.number, part.digest, part.size] for part in self.parts]
        document = {"bridge": LAYOUT, "task": self.task, "step": self.step, "parts": parts, "elements": self.elements}
        return json.dumps(document, separators=(",", ":"))

    @classmethod
    def read(cls, text: str | bytes) -> Pointer:
        """From what is kept.

        Raises:
            CacheRecordError: If it is none.

        >>> Pointer.read("{}")
        Traceback (most recent call last):
        ...
        bridge.domain.errors.CacheRecordError: A record of a result cannot be used: it has no layout that this ...
        """
        try:
            document = json.loads(text)
            layout = document.get("bridge")
            if layout != LAYOUT:
                raise CacheRecordError(f"it has no layout that this version of bridge reads ({layout!r})")
            parts = tuple(
                Part(slot, VersionRef(name, number), digest, size)
                for slot, name, number, digest, size in document["parts"]
            )
            return cls(document["task"], document["step"], parts, document["elements"])
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            if isinstance(error, CacheRecordError):
                raise
            raise CacheRecordError(f"it is no pointer of bridge's ({error!r})") from error

    def load(self, workspace: Workspace) -> Any:
        """The value, its digest checked on the way.

        Raises:
            CacheRecordError: If one of the versions was forgotten.
            BridgeError: If the bytes are gone or damaged.
        """
        values = {part.slot: self._load(part, workspace) for part in self.parts}
        if self.elements is None:
            return values.get("")
        return tuple(values.get(str(position)) for position in range(self.elements))

    def _load(self, part: Part, workspace: Workspace) -> Any:
        version = version_at(workspace.catalog, part.ref)
        if version is None or version.digest != part.digest:
            raise CacheRecordError(f"version {part.ref}, which it points to, was forgotten")
        return workspace.load_version(version, in_run=True, is_asked_again=True)
