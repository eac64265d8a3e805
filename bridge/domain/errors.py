"""The one tree of errors that bridge raises.

```
BridgeError
├── SelectorError (ValueError)             a selector that cannot be read
├── TagError (ValueError)                  a tag that cannot be kept
├── AliasError (ValueError)                an alias that is not where it was said to be
├── VersionNotFoundError (LookupError)     no saved version matches a selector
├── AmbiguousError (LookupError)           the beginning of an id or digest that fits several
├── RunNotFoundError (LookupError)         no recorded run has that id or name
├── StepNotFoundError (LookupError)        no recorded step matches
├── ReproduceError (RuntimeError)          a run that cannot be run again
├── ModelNotFoundError (LookupError)       no registered model version matches
├── OwnedAliasError (PermissionError)      an alias that promotion has set, and that is not moved by hand
├── GateError (ValueError)                 a gate that cannot be used
├── ApprovalError (RuntimeError)           an approval that cannot be asked for here
├── RefusedError (PermissionError)         a promotion that was refused
├── DecisionNotFoundError (LookupError)    no decision is at that position of the log
├── NothingBeforeError (LookupError)       an alias that was at no other version before
├── AuditError (ValueError)                a log of decisions that is not what it was
├── KeyFileError (ValueError)              a key that cannot be read, or is not of the kind that signs models
├── SignatureError (PermissionError)       a model version whose signatures do not vouch for it
│   └── UnsignedError (LookupError)        … because it has none
├── HeldError (PermissionError)            a version that something holds, so that it is not forgotten
├── ModelInUseError (PermissionError)      a model version that an alias points at
├── BytesMissingError (LookupError)        a version was recorded without its bytes, or they are gone
├── DigestMismatchError (ValueError)       bytes that are not what was saved
│   └── SourceChangedError                 data outside the store that is not what was imported
├── UnsafeFormatError (PermissionError)    bytes that would run code and are not ours
├── UnstorableError (TypeError)            a value that no materializer can store
├── UndigestibleError (TypeError)          a value that is not told by its content: no key can be made of it
├── NotAModelError (TypeError)             a value that cannot be registered as a model
├── FilePathError (ValueError)             a path that cannot be a file of a stored value
├── FormatUnknownError (LookupError)       a stored format that no materializer here reads
├── NotImportableError (ValueError)        a file, folder or URL that cannot be imported as it is
├── LocationError (OSError)                a place outside the store that cannot be read
├── UnreadableError (ValueError)           bytes that are not in the format they are said to be in
├── CacheRecordError (ValueError)          a record of a result that leads to no value
├── DifferenceError (ValueError)           versions that cannot be compared in the way that was asked for
├── TuningError (ValueError)               a study that cannot be made, continued or begun as asked
│   ├── SpaceError                         … as a parameter has no range, or one that cannot be
│   └── NoTrialError                       … that has no trial with a result
├── ObjectiveError (TypeError)             an objective that does not return what a study needs
├── StudyNotFoundError (LookupError)       no study has that name
├── SettingsError (ValueError)             a setting that cannot be used
├── ExportError (OSError)                  files that cannot be written where the user wants them
├── LineageEndpointError (OSError)         lineage events that are not taken where they are sent
├── ArchiveError (ValueError)              an archive that cannot be read, or is not what it says
├── StoreError (OSError)                   the store cannot be read or written
│   └── StoreUnreachableError (OSError)    … because it does not answer
├── CatalogError (OSError)                 the catalog cannot be read or written
├── TrackingError (OSError)                the tracker cannot be reached or refused
│   └── TrackerSilentError (OSError)       … does not answer: what goes to it is kept
├── TrackerGoneError (OSError)             the tracker's own process ended before its work was done
└── HostVersionError (ImportError)         a version of Prefect that bridge does not fit
```
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence


class BridgeError(Exception):
    """What every error of bridge inherits from.

    >>> issubclass(VersionNotFoundError, BridgeError)
    True
    """


class SelectorError(BridgeError, ValueError):
    """A selector that cannot be read."""

    def __init__(self, selector: object, why: str) -> None:
        self.selector = selector
        super().__init__(
            f"{selector!r} is not a selector: {why}. Write name, name@3, name@champion, name@run:<flow run id> "
            f"or name@blake3:<hex>."
        )


class TagError(BridgeError, ValueError):
    """A tag that cannot be kept."""

    def __init__(self, key: object, value: object, why: str) -> None:
        self.key, self.value = key, value
        super().__init__(f"The tag {key!r}: {value!r} cannot be kept: {why}.")


class AliasError(BridgeError, ValueError):
    """An alias that is not where it was said to be."""

    def __init__(self, asked: str, alias: str, at: str) -> None:
        self.asked, self.alias, self.at = asked, alias, at
        name, why = asked.partition("@")[0], at or "an alias belongs to a name"
        super().__init__(
            f"The alias {alias!r} was not taken from {asked}: {why}. Give the name alone: "
            f"bridge artifacts alias {name} {alias} --remove"
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


class KeyFileError(BridgeError, ValueError):
    """A key that cannot be read, written, or is not of the kind that signs models."""

    def __init__(self, file: str, why: str) -> None:
        self.file = file
        super().__init__(f"The key {file} cannot be used: {why}.")


class SignatureError(BridgeError, PermissionError):
    """A model version whose signatures do not vouch for it."""

    def __init__(self, model: str, why: str) -> None:
        self.model, self.why = model, why
        super().__init__(f"{model} is not verified: {why}.")


class UnsignedError(SignatureError, LookupError):
    """A model version that nobody has signed."""

    def __init__(self, model: str) -> None:
        super().__init__(model, f"nobody has signed it. Run: bridge models sign {model} --key FILE")


class HeldError(BridgeError, PermissionError):
    """A version that something holds, so that it is not forgotten."""

    def __init__(self, held: Mapping[str, Sequence[str]], *, final: bool) -> None:
        self.held = {name: tuple(holds) for name, holds in held.items()}
        which = "; ".join(f"{name} ({', '.join(holds)})" for name, holds in held.items())
        way_out = (
            "A registered model's version is never deleted, as loading the model needs it."
            if final
            else "--force deletes it nevertheless, with its aliases."
        )
        super().__init__(f"Nothing was deleted, because something holds {which}. {way_out}")


class RunNotFoundError(BridgeError, LookupError):
    """No recorded run has that id or name."""

    def __init__(self, run: str) -> None:
        self.run = run
        super().__init__(f"No recorded run is called {run!r}. `bridge runs` lists them.")


class ReproduceError(BridgeError, RuntimeError):
    """A run that cannot be run again."""

    def __init__(self, run: str, why: str) -> None:
        self.run, self.why = run, why
        super().__init__(f"{run} cannot be run again: {why}.")


class ModelNotFoundError(BridgeError, LookupError):
    """No registered model version matches."""

    def __init__(self, model: str, known: Sequence[str] = ()) -> None:
        self.model, self.known = model, tuple(known)
        there = ", ".join(known) or "none yet"
        super().__init__(f"No model version matches {model!r}. Registered models: {there}.")


class ModelInUseError(BridgeError, PermissionError):
    """A model version that an alias points at, so that it is neither archived nor deleted."""

    def __init__(self, model: str, aliases: Sequence[str], *, doing: str, way_out: str) -> None:
        self.model, self.aliases = model, tuple(aliases)
        super().__init__(f"{model} is not {doing}: it is {', '.join(aliases)}. {way_out}")


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


class SourceChangedError(DigestMismatchError):
    """Data outside the store that is not what was imported."""

    def __init__(self, thing: str, expected: str, found: str) -> None:
        self.thing, self.expected, self.found = thing, expected, found
        BridgeError.__init__(
            self,
            f"{thing} is not what was imported: recorded was {expected}; found: {found}. Import it again for a new "
            f"version; what is imported with copy=True bridge keeps itself.",
        )


class NotImportableError(BridgeError, ValueError):
    """A file, a folder or a URL that cannot be imported as it is."""

    def __init__(self, thing: str, why: str) -> None:
        self.thing, self.why = thing, why
        super().__init__(f"{thing} cannot be imported: {why}.")


class LocationError(BridgeError, OSError):
    """A place outside the store that cannot be read.

    `gone` is true if the place answered, and has no such thing.
    """

    def __init__(self, location: str, why: str, *, gone: bool = False) -> None:
        self.location, self.why, self.gone = location, why, gone
        super().__init__(f"{location} cannot be read: {why}.")


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


class UndigestibleError(BridgeError, TypeError):
    """A value that is not told by its content: no key can be made of it that holds in another process."""

    def __init__(self, type_name: str, why: str) -> None:
        self.type_name, self.why = type_name, why
        super().__init__(f"A value of type {type_name} is not told by its content: {why}.")


class NotAModelError(BridgeError, TypeError):
    """A value that cannot be registered as a model."""

    def __init__(self, type_name: str, why: str) -> None:
        self.type_name, self.why = type_name, why
        super().__init__(f"A {type_name} cannot be registered as a model: {why}.")


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


class CacheRecordError(BridgeError, ValueError):
    """A record of a result that leads to no value: junk, of another layout, or to a version that was forgotten."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(f"A record of a result cannot be used: {why}.")


class StepNotFoundError(BridgeError, LookupError):
    """No recorded step matches."""

    def __init__(self, asked: str, known: Sequence[str]) -> None:
        self.asked, self.known = asked, tuple(known)
        there = ", ".join(known) or "nothing yet"
        super().__init__(f"No recorded step matches {asked!r}. There is: {there}.")


class DifferenceError(BridgeError, ValueError):
    """Versions that cannot be compared in the way that was asked for."""

    def __init__(self, why: str, known: Sequence[str] = ()) -> None:
        self.why, self.known = why, tuple(known)
        there = f" There is: {', '.join(self.known[:20])}{', …' if len(self.known) > 20 else ''}." if known else ""
        super().__init__(f"This cannot be compared: {why}.{there}")


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


class LineageEndpointError(BridgeError, OSError):
    """Lineage events that are not taken where they are sent."""

    def __init__(self, where: str, why: str) -> None:
        self.where = where
        super().__init__(f"{where} does not take lineage events: {why}.")


class ArchiveError(BridgeError, ValueError):
    """An archive that cannot be made or restored: cut off, changed, or not one of bridge's."""

    def __init__(self, archive: str, why: str) -> None:
        self.archive = archive
        super().__init__(f"The archive {archive} is refused: {why}.")


class StoreError(BridgeError, OSError):
    """The store cannot be read or written."""

    def __init__(self, url: str, why: str) -> None:
        self.url = url
        super().__init__(f"The store {url} cannot be used: {why}. `bridge doctor` says what to do.")


class StoreUnreachableError(StoreError):
    """The store does not answer: it may do so later, and until then it is not worth waiting for."""


class CatalogError(BridgeError, OSError):
    """The catalog cannot be read or written.

    Args:
        url: Of the catalog, without its password.
        why: What is wrong, and the way out.
        is_away: Whether it may be there again by itself: a server that does not answer, a file that is locked.
    """

    def __init__(self, url: str, why: str, *, is_away: bool = False) -> None:
        self.url, self.is_away = url, is_away
        super().__init__(f"The catalog {url} cannot be used: {why}. `bridge doctor` says what to do.")


class TrackingError(BridgeError, OSError):
    """The tracker cannot be reached, or refused what it was sent."""

    def __init__(self, uri: str, why: str) -> None:
        self.uri = uri
        super().__init__(f"The tracker {uri} did not take it: {why}.")


class TrackerSilentError(TrackingError):
    """The tracker does not answer; what goes to it is kept until it does."""

    def __init__(self, uri: str, why: str, folder: str) -> None:
        super().__init__(uri, why)
        why = why.rstrip(".")
        self.args = (
            f"the tracker {uri} does not answer ({why}). The run goes on; what it logs is kept in {folder}, and sent "
            f"when the tracker answers again, by a later run or by `bridge sync`.",
        )


class TrackerGoneError(BridgeError, OSError):
    """The tracker's own process ended before its work was done."""

    def __init__(self, interpreter: str, *, answered: bool) -> None:
        what = (
            "ended" if answered else f"({interpreter}) ended before it answered, so a thread does its work from now on"
        )
        super().__init__(f"The tracker's own process {what}. What it had not sent is kept: `bridge sync` sends it.")


class HostVersionError(BridgeError, ImportError):
    """A version of Prefect that bridge does not fit."""

    def __init__(self, host: str, installed: str, fits: str, missing: Sequence[str]) -> None:
        self.host, self.installed, self.fits, self.missing = host, installed, fits, tuple(missing)
        super().__init__(
            f"{host} {installed} is not a version that bridge fits ({fits}): {'; '.join(missing)}. "
            f"Run: pip install '{host.lower()}{fits}'"
        )
