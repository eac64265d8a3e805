"""What two versions differ in, as a value that programs can build on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime
from typing import Any, ClassVar

from bridge.domain.content_difference import Change, Content
from bridge.domain.difference_lines import Line, change_lines, content_lines
from bridge.domain.humane import size
from bridge.domain.sharing import BytesShared


@dataclass(frozen=True, slots=True)
class Side:
    """What was compared: the facts of one version.

    Args:
        selector: Name and number.
        digest: Of its content; None if its bytes were not stored.
        format: As stored.
        type: Of the value.
        size: Bytes.
    """

    selector: str
    digest: str | None
    format: str
    type: str
    size: int


@dataclass(frozen=True, slots=True)
class Difference:
    """What two versions differ in.

    Args:
        old: The version that is compared with.
        new: The version that is looked at.
        same: Whether both have the same content, by digest.
        metadata: Facts of the versions that differ.
        bytes: What of the new version's bytes the old one has as well; None if one of them has none.
        content: What their values differ in; None if they are the same, or nothing could be read.
        notes: What was chosen and why, and what could not be done.

    >>> side = Side("numbers@1", "blake3:ab", "json", "list", 9)
    >>> print(Difference(side, side, same=True))
    numbers@1 → numbers@1: the same content
    """

    derived: ClassVar[tuple[str, ...]] = ("equal",)

    old: Side
    new: Side
    same: bool
    metadata: tuple[Change, ...] = ()
    bytes: BytesShared | None = None
    content: Content | None = None
    notes: tuple[str, ...] = ()

    @property
    def equal(self) -> bool:
        """Whether the values are equal: the same content, or other bytes in which nothing differs."""
        return self.same or (self.content is not None and self.content.equal and self.old.type == self.new.type)

    def document(self) -> dict[str, Any]:
        """Everything as JSON has it; a float that JSON lacks is its text.

        >>> side = Side("numbers@1", "blake3:ab", "json", "list", 9)
        >>> Difference(side, side, same=True).document()["same"]
        True
        """
        whole: dict[str, Any] = as_json(self)
        return whole

    def lines(self) -> list[Line]:
        """Everything in words, line by line; what `str` puts together."""
        title = Line(f"{self.old.selector} → {self.new.selector}", heading=True)
        if self.same:
            return [Line(f"{title.text}: the same content", heading=True), *self._tail()]
        verdict = ": equal values in other bytes" if self.equal else ""
        head = [Line(title.text + verdict, heading=True), *self._facts()]
        return [*head, *(content_lines(self.content) if self.content is not None else ()), *self._tail()]

    def _facts(self) -> Iterator[Line]:
        for name in ("type", "format"):
            old, new = getattr(self.old, name), getattr(self.new, name)
            if old != new:
                yield Line(f"{name:<7}{old} → {new}", mark="~", indent=1)
        yield Line(f"{'size':<7}{size(self.old.size)} → {size(self.new.size)}", indent=1)
        if self.bytes is not None:
            share = f"{size(self.bytes.shared)} shared with {self.old.selector}, {size(self.bytes.new)} new"
            yield Line(f"{'bytes':<7}{share}", indent=1)

    def _tail(self) -> Iterator[Line]:
        if self.metadata:
            yield Line("Metadata", heading=True, space=True)
            yield from change_lines(self.metadata)
        for place, note in enumerate(self.notes):
            yield Line(note, note=True, space=place == 0)

    def __str__(self) -> str:
        return "\n".join(map(str, self.lines()))


def as_json(value: Any) -> Any:
    """A dataclass, with its members and what it derives from them, as JSON has it.

    >>> as_json(Change("f1", 0.5, float("inf")))["new"]
    'inf'
    """
    if is_dataclass(value) and not isinstance(value, type):
        names = [*getattr(value, "derived", ()), *(each.name for each in fields(value))]
        return {name: as_json(getattr(value, name)) for name in names}
    if isinstance(value, Mapping):
        return {str(name): as_json(each) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [as_json(each) for each in value]
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, float) and value - value == 0:
        return value
    return str(value)
