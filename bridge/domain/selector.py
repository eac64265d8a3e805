"""How a version is asked for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from bridge.domain.errors import SelectorError

Kind = Literal["latest", "number", "alias", "run", "digest"]

_DIGEST = re.compile(r"blake3:[0-9a-f]{4,64}")


@dataclass(frozen=True, slots=True)
class Selector:
    """A name, and which of its versions is meant.

    | text | kind | value |
    |---|---|---|
    | `name`, `name@latest` | latest | |
    | `name@3` | number | `3` |
    | `name@champion` | alias | `champion` |
    | `name@run:<flow run id>` | run | the id, or its first characters |
    | `name@blake3:ab12` | digest | `blake3:` and at least four hex digits |

    >>> Selector.parse("churn-data@3")
    Selector(name='churn-data', kind='number', value='3')
    >>> str(Selector.parse("churn-data"))
    'churn-data'
    """

    name: str
    kind: Kind = "latest"
    value: str = ""

    @classmethod
    def parse(cls, text: str) -> Selector:
        """Read a selector.

        Raises:
            SelectorError: If the text is not one of the forms above.
        """
        text = getattr(text, "bridge_selector", text)  # what ids of versions stand for
        if not isinstance(text, str):
            raise SelectorError(text, f"it is of type {type(text).__name__}, not a text")
        name, at, which = text.partition("@")
        name, which = name.strip(), which.strip()
        if not name:
            raise SelectorError(text, "it has no name")
        if not at:
            return cls(name)
        if not which or "@" in which:
            raise SelectorError(text, "what follows the @ is not a version")
        if which == "latest":
            return cls(name)
        if which.isdecimal() and which.isascii():
            if int(which) < 1:
                raise SelectorError(text, "versions are numbered from 1")
            return cls(name, "number", str(int(which)))
        if which.startswith("run:"):
            if not which[4:]:
                raise SelectorError(text, "the run's id is missing")
            return cls(name, "run", which[4:])
        if which.startswith("blake3:"):
            if not _DIGEST.fullmatch(which):
                raise SelectorError(text, "a digest is blake3: and 4 to 64 of 0-9a-f")
            return cls(name, "digest", which)
        return cls(name, "alias", which)

    def __str__(self) -> str:
        if self.kind == "latest":
            return self.name
        return f"{self.name}@run:{self.value}" if self.kind == "run" else f"{self.name}@{self.value}"
