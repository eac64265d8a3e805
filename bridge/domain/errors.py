"""The one tree of errors that bridge raises.

```
BridgeError
├── SelectorError (ValueError)             a selector that cannot be read
├── VersionNotFoundError (LookupError)     no saved version matches a selector
├── AmbiguousError (LookupError)           the beginning of an id or digest that fits several
├── RunNotFoundError (LookupError)         no recorded run has that id or name
├── ModelNotFoundError (LookupError)       no registered model version matches
├── BytesMissingError (LookupError)        a version was recorded without its bytes, or they are gone
├── DigestMismatchError (ValueError)       bytes that are not what was saved
├── UnsafeFormatError (PermissionError)    bytes that would run code and are not ours
├── UnstorableError (TypeError)            a value that no materializer can store
├── FilePathError (ValueError)             a path that cannot be a file of a stored value
├── FormatUnknownError (LookupError)       a stored format that no materializer here reads
├── UnreadableError (ValueError)           bytes that are not in the format they are said to be in
├── SettingsError (ValueError)             a setting that cannot be used
├── ExportError (OSError)                  files that cannot be written where the user wants them
├── StoreError (OSError)                   the store cannot be read or written
│   └── StoreUnreachableError (OSError)    … because it does not answer
├── CatalogError (OSError)                 the catalog cannot be read or written
├── TrackingError (OSError)                the tracker cannot be reached or refused
├── TrackerGoneError (OSError)             the tracker's own process ended before its work was done
└── HostVersionError (ImportError)         a version of Prefect that bridge does not fit
```
"""

from __future__ import annotations

from collections.abc import Sequence


class BridgeError(Exception):
    """What every error of bridge inherits from.

    >>> issubclass(VersionNotFoundError, BridgeError)
    True
    """


class SelectorError(BridgeError, ValueError):
    """A selector that cannot be read."""

    def __init__(self, selector: str, why: str) -> None:
        self.selector = selector
        super().__init__(
            f"{selector!r} is not a selector: {why}. Write name, name@3, name@champion, name@run:<flow run id> "
            f"or name@blake3:<hex>."
        )


class VersionNotFoundError(BridgeError, LookupError):
    """No saved version matches a selector."""

    def __init__(self, selector: str, known: Sequence[str] = ()) -> None:
        self.selector, self.known = selector, tuple(known)
        there = ", ".join(known) or "nothing yet"
        super().__init__(f"No version matches {selector!r}. There is: {there}. `bridge artifacts` lists every name.")


class AmbiguousError(BridgeError, LookupError):
    """The beginning of an id or digest that fits several."""

    def __init__(self, asked: str, fits: Sequence[str]) -> None:
        self.asked, self.fits = asked, tuple(fits)
        super().__init__(f"{asked!r} fits {len(fits)}: {', '.join(fits)}. Write more of it.")


class RunNotFoundError(BridgeError, LookupError):
    """No recorded run has that id or name."""

    def __init__(self, run: str) -> None:
        self.run = run
        super().__init__(f"No recorded run is called {run!r}. `bridge runs` lists them.")


class ModelNotFoundError(BridgeError, LookupError):
    """No registered model version matches."""

    def __init__(self, model: str, known: Sequence[str] = ()) -> None:
        self.model, self.known = model, tuple(known)
        there = ", ".join(known) or "none yet"
        super().__init__(f"No model version matches {model!r}. Registered models: {there}.")


class BytesMissingError(BridgeError, LookupError):
    """A version was recorded without its bytes, or the store no longer has them."""

    def __init__(self, version: str, why: str) -> None:
        self.version = version
        super().__init__(f"The bytes of {version} are not there: {why}.")


class DigestMismatchError(BridgeError, ValueError):
    """Bytes that are not what was saved."""

    def __init__(self, thing: str, expected: str, found: str) -> None:
        self.thing, self.expected, self.found = thing, expected, found
        super().__init__(
            f"{thing} has changed since it was saved: its digest is {found}, recorded was {expected}. "
            f"`bridge doctor --verify` checks the whole store."
        )


class UnsafeFormatError(BridgeError, PermissionError):
    """Bytes that would run code when loaded, and that this workspace did not write."""

    def __init__(self, thing: str, why: str) -> None:
        self.thing = thing
        super().__init__(f"{thing} was not loaded: {why}.")


class UnstorableError(BridgeError, TypeError):
    """A value that no materializer can store."""

    def __init__(self, type_name: str, why: str) -> None:
        self.type_name, self.why = type_name, why
        super().__init__(f"A value of type {type_name} cannot be stored: {why}.")


class FilePathError(BridgeError, ValueError):
    """A path that cannot be a file of a stored value."""

    def __init__(self, path: str, why: str) -> None:
        self.path = path
        super().__init__(f"{path!r} cannot be a file of a stored value: {why}.")


class FormatUnknownError(BridgeError, LookupError):
    """A stored format that no materializer here reads."""

    def __init__(self, format: str, known: Sequence[str]) -> None:
        self.format, self.known = format, tuple(known)
        super().__init__(
            f"No materializer reads the format {format!r}. Known here: {', '.join(known)}. "
            "It is a later bridge's, or a project's: import the module that has its `@bridge.materializer`."
        )


class UnreadableError(BridgeError, ValueError):
    """Bytes that are not in the format they are said to be in: cut short, junk, or of a class that has changed."""

    def __init__(self, format: str, why: str) -> None:
        self.format, self.why = format, why
        super().__init__(f"This is not a readable value in the format {format!r}: {why}.")


class SettingsError(BridgeError, ValueError):
    """A setting that cannot be used."""

    def __init__(self, setting: str, value: object, why: str) -> None:
        self.setting, self.value = setting, value
        super().__init__(f"{setting}={value!r} cannot be used: {why}.")


class ExportError(BridgeError, OSError):
    """Files that cannot be written where the user wants them."""

    def __init__(self, path: str, why: str) -> None:
        self.path = path
        super().__init__(f"Nothing can be written to {path}: {why}.")


class StoreError(BridgeError, OSError):
    """The store cannot be read or written."""

    def __init__(self, url: str, why: str) -> None:
        self.url = url
        super().__init__(f"The store {url} cannot be used: {why}. `bridge doctor` says what to do.")


class StoreUnreachableError(StoreError):
    """The store does not answer: it may do so later, and until then it is not worth waiting for."""


class CatalogError(BridgeError, OSError):
    """The catalog cannot be read or written."""

    def __init__(self, url: str, why: str) -> None:
        self.url = url
        super().__init__(f"The catalog {url} cannot be used: {why}. `bridge doctor` says what to do.")


class TrackingError(BridgeError, OSError):
    """The tracker cannot be reached, or refused what it was sent."""

    def __init__(self, uri: str, why: str) -> None:
        self.uri = uri
        super().__init__(f"The tracker {uri} did not take it: {why}.")


class TrackerGoneError(BridgeError, OSError):
    """The tracker's own process ended before its work was done."""

    def __init__(self, interpreter: str, *, answered: bool) -> None:
        what = (
            "ended" if answered else f"({interpreter}) ended before it answered, so a thread does its work from now on"
        )
        super().__init__(f"The tracker's own process {what}. What this flow run still logs is not in MLflow.")


class HostVersionError(BridgeError, ImportError):
    """A version of Prefect that bridge does not fit."""

    def __init__(self, host: str, installed: str, fits: str, missing: Sequence[str]) -> None:
        self.host, self.installed, self.fits, self.missing = host, installed, fits, tuple(missing)
        super().__init__(
            f"{host} {installed} is not a version that bridge fits ({fits}): {'; '.join(missing)}. "
            f"Run: pip install '{host.lower()}{fits}'"
        )
