"""What code is made of, as values."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Literal

from bridge.provenance.sources import digest_of

PartKind = Literal["function", "class", "value", "package", "module"]

LAYOUT = 1
"""Version of a document's layout."""


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that a function reaches.

    Args:
        name: `module:qualname`; of a package, its name.
        kind: What it is.
        digest: Of what it does, or holds: formatting, comments and docstrings do not enter.
        text: The real source (functions, classes, modules), a short repr (values) or the version (packages).
        file: Where it is written; empty if nowhere.
        line: Where it begins; 0 if unknown.
    """

    name: str
    kind: PartKind
    digest: str
    text: str = ""
    file: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Unstable:
    """Something that a function reaches and that has no digest: no key can be made of it.

    Args:
        name: What it is called.
        why: Why it has none.
    """

    name: str
    why: str


@dataclass(frozen=True)
class Code:
    """The code that a function reaches, its own first.

    Args:
        parts: In the order in which they are reached.
        unstable: What has no digest, with the reasons; if there is any, the code's digest tells nothing.

    >>> code = Code((Part("churn:clean", "function", "ab12", "def clean(): ..."),))
    >>> code.digest[:13], '"layout": 1' in code.document
    ('sha256:9a1c35', True)
    """

    parts: tuple[Part, ...]
    unstable: tuple[Unstable, ...] = field(default=())

    @cached_property
    def digest(self) -> str:
        """What goes into a key: equal for the same code, wherever its files lie and however it is formatted."""
        flat = (text for part in self.parts for text in (bare(part.name), part.kind, part.digest))
        return f"sha256:{digest_of(*flat)}"

    @cached_property
    def document(self) -> str:
        """What is kept of it: JSON, with the sources."""
        parts = [asdict(part) for part in self.parts]
        return json.dumps({"layout": LAYOUT, "parts": parts}, ensure_ascii=False)


def bare(name: str) -> str:
    """A name as it enters a digest: without the packages that its module is in.

    A flow that is loaded from its file knows its module by another name than one that is imported.

    >>> bare("flows.churn:clean"), bare("numpy")
    ('churn:clean', 'numpy')
    """
    module, colon, rest = name.partition(":")
    return f"{module.rpartition('.')[2]}:{rest}" if colon else name
