"""A workspace in which what is loaded is what an earlier run loaded.

A run that is reproduced works in a scratch workspace. What it asks for by selector is taken from the workspace in which
the run was recorded: the versions that were used then, whatever is latest or champion now.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from bridge.domain.arrival import Arrival
from bridge.domain.errors import BytesMissingError, SettingsError, VersionNotFoundError
from bridge.domain.manifest import Manifest
from bridge.domain.ports import Catalog, Store
from bridge.domain.run import Saved
from bridge.domain.selector import Selector
from bridge.domain.version import Version, VersionRef
from bridge.workspace.settings import Settings
from bridge.workspace.workspace import Workspace

VARIABLE = "BRIDGE_PINS"
"""Environment variable with the path of the pins: it reaches every process of the run."""

ORIGIN = "the run that is reproduced"


@dataclass(frozen=True, slots=True)
class Pins:
    """What a run used, for its reproduction.

    Args:
        settings: Of the workspace in which it was recorded; may hold secrets.
        run_id: The run.
        started: When it began, as ISO 8601: what was saved later was not there for it.
        began: When the reproduction began: what is saved later is its own.
        used: Versions that it loaded, in the order in which it did.
        imported: Versions that it made of files, folders and URLs, by name, in order.
        notes: File to which is added what had to be guessed, a line for each.

    >>> Pins({}, "1", "2026-05-03T12:00:00+00:00", "2026-05-04T12:00:00+00:00", used=("data@3",)).of("data")
    [VersionRef(name='data', number=3)]
    """

    settings: Mapping[str, Any]
    run_id: str
    started: str
    began: str
    used: tuple[str, ...] = ()
    imported: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    notes: str = ""

    def of(self, name: str) -> list[VersionRef]:
        """The versions of a name that it loaded, each once."""
        return [ref for ref in map(ref_of, dict.fromkeys(self.used)) if ref.name == name]

    def write(self, path: Path) -> None:
        """Write them into a file that only its owner reads."""
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            json.dump(asdict(self), file)

    @classmethod
    def read(cls, path: Path) -> Pins:
        """Read what `write` wrote.

        Raises:
            SettingsError: If that is not to be had.
        """
        try:
            known = json.loads(path.read_text(encoding="utf-8"))
            imported = {name: tuple(refs) for name, refs in known.pop("imported").items()}
            return cls(**known | {"used": tuple(known["used"]), "imported": imported})
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise SettingsError(VARIABLE, str(path), f"the run's pins cannot be read ({error})") from error


def ref_of(text: str) -> VersionRef:
    """A version by the text of its reference.

    >>> ref_of("churn-data@3")
    VersionRef(name='churn-data', number=3)
    """
    name, _, number = text.rpartition("@")
    return VersionRef(name, int(number))


def open_pinned(workspace: Workspace) -> Workspace:
    """The workspace with the pins that the environment names; the workspace itself if it names none.

    Raises:
        BridgeError: If the pins cannot be read, or the workspace that they are from cannot be opened.
    """
    path = os.environ.get(VARIABLE)
    return workspace if not path else PinnedWorkspace(workspace, Pins.read(Path(path)))


class PinnedWorkspace(Workspace):
    """A workspace that resolves selectors as they were resolved for an earlier run.

    Args:
        inner: Where what the run makes goes.
        pins: What the earlier run used.

    Raises:
        BridgeError: If the workspace that the pins are from cannot be opened.
    """

    def __init__(self, inner: Workspace, pins: Pins) -> None:
        super().__init__(settings=inner.settings, store=inner.store, catalog=inner.catalog, tracker=inner.tracker)
        self.pins = pins
        self.original = open_original(pins.settings)
        self._is_same = self.original.settings.catalog_url == inner.settings.catalog_url
        self._imports: dict[str, int] = {}
        self._aliases: dict[str, VersionRef] = {}

    def resolve(self, selector: str) -> Version:
        """The version that a selector meant for the earlier run, or one of this run's own.

        Raises:
            SelectorError: If it cannot be read.
            VersionNotFoundError: If there is none.
        """
        wanted = Selector.parse(selector)
        own = self._own(wanted)
        if own is not None:
            return own
        found = self._pinned(wanted)
        return self._bring(found if found is not None else self._unpinned(wanted))

    def load_version(self, version: Version, *, in_run: bool = False, is_asked_again: bool = False) -> Any:
        """Load a version: from the store of the earlier run, unless this run has made it."""
        if self._is_same or self._is_own(version):
            return super().load_version(version, in_run=in_run, is_asked_again=is_asked_again)
        return self.original.load_version(self._there(version), in_run=in_run)

    def load_changed(self, old: Version, new: Version) -> tuple[Any, Any]:
        """Load two versions to be compared."""
        return self.load_version(old), self.load_version(new)

    def bases(self, name: str) -> tuple[Manifest, ...]:
        """Nothing: the bytes of the earlier run are in another store."""
        return () if not self._is_same else tuple(super().bases(name))

    def known_import(self, name: str, *, step_id: str | None, run_id: str | None) -> Version | None:
        """What the earlier run made of a file, folder or URL; None if it imported nothing under that name."""
        recorded = self.pins.imported.get(name, ())
        if not recorded:
            return None
        place = self._imports.get(name, 0)
        self._imports[name] = place + 1
        found = self._at(ref_of(recorded[min(place, len(recorded) - 1)]))
        manifest = self.original.catalog.manifest(found.digest) if found.digest else None
        facts = {key: value for key, value in found.metadata.items() if key != "restored_from"}
        return self.catalog.save(Saved(name, found.type, manifest, facts), step_id=step_id, run_id=run_id)

    def _own(self, wanted: Selector) -> Version | None:
        """A version that this run has saved."""
        try:
            found = self.catalog.resolve(wanted)
        except VersionNotFoundError:
            return None
        return found if self._is_own(found) else None

    def _is_own(self, version: Version) -> bool:
        return version.created >= datetime.fromisoformat(self.pins.began)

    def _pinned(self, wanted: Selector) -> Version | None:
        """What the earlier run loaded under the name, if that says which version is meant."""
        used = self.pins.of(wanted.name)
        if wanted.kind == "latest" and used:
            return self._at(max(used))
        if wanted.kind == "alias" and used:
            return self._at(self._of_alias(wanted, used))
        if wanted.kind in ("number", "digest", "run"):
            return self.original.catalog.resolve(wanted)
        return None

    def _of_alias(self, wanted: Selector, used: list[VersionRef]) -> VersionRef:
        """Which of the versions that were used an alias meant: where it is now, if that is one, else the next one."""
        known = self._aliases.get(str(wanted))
        if known is None:
            left = [ref for ref in used if ref not in self._aliases.values()] or used
            try:
                now = self.original.catalog.resolve(wanted).ref
            except VersionNotFoundError:
                now = None
            known = self._aliases[str(wanted)] = now if now in left else left[0]
            if len(used) > 1:
                self._note(f"{wanted} was taken to be {known}: the run used {', '.join(map(str, used))}.")
        return known

    def _unpinned(self, wanted: Selector) -> Version:
        """What a selector would have given when the earlier run began; an alias as it is now."""
        catalog, started = self.original.catalog, datetime.fromisoformat(self.pins.started)
        found = catalog.resolve(wanted)
        if wanted.kind == "latest" and found.created > started:
            earlier = [one for one in catalog.versions(wanted.name) if one.created <= started]
            found = earlier[0] if earlier else found
        self._note(f"Nothing is recorded of {wanted} being used; {found.ref} was taken.")
        return found

    def _at(self, ref: VersionRef) -> Version:
        return self.original.catalog.resolve(Selector(ref.name, "number", str(ref.number)))

    def _there(self, version: Version) -> Version:
        """The version of the original workspace that a received one is."""
        if version.digest is None:
            raise BytesMissingError(str(version.ref), "its bytes were not stored when the run was recorded")
        return self.original.catalog.resolve(Selector(version.ref.name, "digest", version.digest))

    def _bring(self, version: Version) -> Version:
        """Let the catalog know a version of the original workspace, so that steps can be tied to it."""
        if self._is_same:
            return version
        return bring(self.original.catalog, self.catalog, version)

    def _note(self, text: str) -> None:
        if self.pins.notes:
            with Path(self.pins.notes).open("a", encoding="utf-8") as file:
                file.write(text + "\n")


def bring(source: Catalog, target: Catalog, version: Version) -> Version:
    """Record a version of one catalog in another, its bytes staying where they are; return what it is there."""
    manifest = source.manifest(version.digest) if version.digest is not None else None
    (arrived,) = target.receive([Arrival(version, ORIGIN, manifest)])
    return target.resolve(Selector(arrived.now.name, "number", str(arrived.now.number)))


def open_original(settings: Mapping[str, Any]) -> Workspace:
    """The workspace in which the run was recorded, for reading: nothing of it is tracked.

    Raises:
        BridgeError: If its store or its catalog cannot be opened.
    """
    from bridge.catalog import open_catalog
    from bridge.store import open_store
    from bridge.tracking import NullTracker

    known = Settings(**settings)
    store: Store = open_store(
        known.store_url,
        staging=known.home / "staging",
        options=known.store_options,
        cache=known.home / "cache",
        cache_limit=known.cache_limit,
    )
    return Workspace(settings=known, store=store, catalog=open_catalog(known.catalog_url), tracker=NullTracker())
