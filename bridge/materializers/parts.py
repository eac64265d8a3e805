"""Values that are stored as a dictionary of their parts, each part in the format that holds it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from blake3 import blake3

from bridge.domain.errors import BridgeError, UnreadableError
from bridge.domain.ports import Sink, Source
from bridge.materializers.declined import Declined
from bridge.materializers.members import Members
from bridge.materializers.registry import Registry

_DIGESTS = "files"


class InParts:
    """What families of this kind have in common; a subclass says what the parts are.

    Parts are stored as `Members` stores a dictionary; bytes under a name with a suffix (`model.cbm`) are a file of that
    name, whose digest is checked before a library reads it: some take the process with them when they meet half a file
    (XGBoost 3.2). A part that only pickle holds makes the whole value declined.

    >>> class Celsius(InParts):
    ...     format = "celsius"
    ...     def handles(self, value): return isinstance(value, complex)
    ...     def parts(self, value): return {"degrees": value.real}
    ...     def whole(self, parts): return complex(parts["degrees"])
    >>> from bridge.testing.materializer import load_files, save_files
    >>> from bridge.materializers.families import registry
    >>> files, facts = save_files(Celsius(registry), 21 + 0j)
    >>> load_files(Celsius(registry), files)
    (21+0j)
    """

    format: str

    def __init__(self, registry: Registry) -> None:
        self._members = Members(registry)

    def parts(self, value: Any) -> dict[str, Any]:
        """Give the parts of a value.

        Raises:
            Declined: If they are not all of it.
        """
        raise NotImplementedError

    def whole(self, parts: dict[str, Any]) -> Any:
        """Put the parts together; any `ValueError`, `TypeError` or `LookupError` says that they do not fit."""
        raise NotImplementedError

    def facts(self, value: Any) -> dict[str, Any]:
        """Give what is known of a value at no cost."""
        return {}

    def save(self, value: Any, sink: Sink) -> Mapping[str, Any]:
        """Write `index.json`, a folder for each part that is not JSON, and files.

        Raises:
            Declined: If a part turns out to need pickle.
        """
        try:
            parts = self.parts(value)
        except BridgeError:
            raise
        except (ValueError, TypeError, LookupError, AttributeError) as error:
            raise Declined(f"{type(error).__name__}: {error}") from error
        files = {name: part for name, part in parts.items() if "." in name and type(part) is bytes}
        digests = {name: blake3(content).hexdigest() for name, content in files.items()}
        rest = {name: part for name, part in parts.items() if name not in files}
        self._members.save({**rest, **({_DIGESTS: digests} if files else {})}, sink)
        for name, content in files.items():
            with sink.open(name) as file:
                file.write(content)
        return self.facts(value)

    def load(self, source: Source) -> Any:
        """Read the parts and put them together.

        Raises:
            UnreadableError: If a part is junk, or they do not fit.
        """
        parts = self._members.load(source)
        if type(parts) is not dict:
            raise UnreadableError(self.format, "its index is not one of parts")
        try:
            for name, digest in parts.pop(_DIGESTS, {}).items():
                with source.open(name) as file:
                    parts[name] = file.read()
                if blake3(parts[name]).hexdigest() != digest:
                    raise ValueError(f"{name} is damaged")
            return self.whole(parts)
        except BridgeError:
            raise
        except (ValueError, TypeError, LookupError, AttributeError, ArithmeticError) as error:
            raise UnreadableError(self.format, f"{type(error).__name__}: {error}") from error
