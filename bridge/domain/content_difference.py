"""What two values differ in, by their kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from bridge.domain.table_difference import TableDifference

Scalar = None | bool | int | float | str
"""What stands for a value in a difference: itself if JSON has it, else its text, cut where it is long."""

What = Literal["added", "removed", "changed"]


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that was added, removed or changed.

    Args:
        path: Where it is: `accuracy`, `layers[2].units`; empty for the value itself.
        old: What it was; None if it was added.
        new: What it is; None if it was removed.
        what: Which of the three.

    >>> change = Change("accuracy", 0.5, 0.75)
    >>> change.delta, change.relative
    (0.25, 0.5)
    """

    derived: ClassVar[tuple[str, ...]] = ("delta", "relative")

    path: str
    old: Scalar = None
    new: Scalar = None
    what: What = "changed"

    @property
    def delta(self) -> float | None:
        """New minus old, if both are numbers."""
        if isinstance(self.old, bool) or isinstance(self.new, bool):
            return None
        if not isinstance(self.old, (int, float)) or not isinstance(self.new, (int, float)):
            return None
        try:
            return float(self.new - self.old)
        except OverflowError:
            return None

    @property
    def relative(self) -> float | None:
        """The delta as a part of the old number; None if that was 0."""
        if self.delta is None or not isinstance(self.old, (int, float)) or not self.old:
            return None
        return self.delta / abs(float(self.old))


@dataclass(frozen=True, slots=True)
class NestedDifference:
    """Two values made of members: mappings, lists, dataclasses, and what has parameters or tensors by name.

    Args:
        added: Members that only the new value has.
        removed: Members that only the old value has.
        changed: Members whose values differ.
        unchanged: Members that are equal.
        changes: The first of those that are plain values, by path.
        members: The first of those that changed and are more than plain values, each with its own difference.

    >>> NestedDifference(added=0, removed=0, changed=1, unchanged=2, changes=(Change("f1", 0.5, 0.6),)).equal
    False
    """

    kind: ClassVar[str] = "nested"
    derived: ClassVar[tuple[str, ...]] = ("kind", "equal")

    added: int
    removed: int
    changed: int
    unchanged: int
    changes: tuple[Change, ...] = ()
    members: tuple[Member, ...] = ()

    @property
    def equal(self) -> bool:
        """Whether nothing differs."""
        return not (self.added or self.removed or self.changed)


@dataclass(frozen=True, slots=True)
class ArrayDifference:
    """Two arrays.

    Args:
        shapes: Old and new.
        dtypes: Old and new.
        differing: Elements that differ; None if the shapes do. NaN equals NaN.
        largest: Largest absolute difference; None if the elements have none.
        mean: Mean absolute difference over all elements.
        close: Whether all elements are equal within a relative tolerance of 1e-5 and an absolute one of 1e-8.
        examples: The first elements that differ, by index.

    >>> ArrayDifference(shapes=((2,), (2,)), dtypes=("float64", "float64"), differing=0).equal
    True
    """

    kind: ClassVar[str] = "array"
    derived: ClassVar[tuple[str, ...]] = ("kind", "equal")

    shapes: tuple[tuple[int, ...], tuple[int, ...]]
    dtypes: tuple[str, str]
    differing: int | None = None
    largest: float | None = None
    mean: float | None = None
    close: bool = False
    examples: tuple[Change, ...] = ()

    @property
    def equal(self) -> bool:
        """Whether nothing differs, the dtype included."""
        return self.differing == 0 and self.dtypes[0] == self.dtypes[1]


@dataclass(frozen=True, slots=True)
class TextDifference:
    """Two texts, line by line.

    Args:
        added: Lines that only the new text has.
        removed: Lines that only the old text has.
        lines: The beginning of a unified diff.
        left_out: Lines of it, or lines that differ, that are not among `lines`.
    """

    kind: ClassVar[str] = "text"
    derived: ClassVar[tuple[str, ...]] = ("kind", "equal")

    added: int
    removed: int
    lines: tuple[str, ...] = ()
    left_out: int = 0

    @property
    def equal(self) -> bool:
        """Whether nothing differs."""
        return not (self.lines or self.left_out)


@dataclass(frozen=True, slots=True)
class FilesDifference:
    """Two sets of files, by path and digest.

    Args:
        added: Files that only the new version has.
        removed: Files that only the old version has.
        changed: Files of one path and two digests.
        unchanged: Files that are the same.
        changes: The first of them; old and new are sizes in bytes.
    """

    kind: ClassVar[str] = "files"
    derived: ClassVar[tuple[str, ...]] = ("kind", "equal")

    added: int
    removed: int
    changed: int
    unchanged: int
    changes: tuple[Change, ...] = ()

    @property
    def equal(self) -> bool:
        """Whether nothing differs."""
        return not (self.added or self.removed or self.changed)


@dataclass(frozen=True, slots=True)
class ModelDifference:
    """Two models: their parameters, and the files that they are stored as.

    Args:
        parameters: What `get_params` says.
        files: The stored files; None within a container.
    """

    kind: ClassVar[str] = "model"
    derived: ClassVar[tuple[str, ...]] = ("kind", "equal")

    parameters: NestedDifference
    files: FilesDifference | None = None

    @property
    def equal(self) -> bool:
        """Whether parameters and files are the same."""
        return self.parameters.equal and self.files is not None and self.files.equal


@dataclass(frozen=True, slots=True)
class OwnDifference:
    """What the materializer of the value, which knows it best, says of the difference.

    Args:
        text: In words.
        facts: JSON-able facts.
    """

    kind: ClassVar[str] = "own"
    derived: ClassVar[tuple[str, ...]] = ("kind", "equal")

    text: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def equal(self) -> bool:
        """Whether it says nothing."""
        return not (self.text or self.facts)


Content = (
    TableDifference
    | NestedDifference
    | ArrayDifference
    | TextDifference
    | FilesDifference
    | ModelDifference
    | OwnDifference
)
"""A difference of two values, by their kind."""


@dataclass(frozen=True, slots=True)
class Member:
    """A member that changed and is more than a plain value.

    Args:
        path: As in `Change`.
        content: Its difference.
    """

    path: str
    content: Content
