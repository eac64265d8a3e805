"""Store, catalog and tracker joined."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timezone
from functools import partial
from typing import Any

from bridge import materializers
from bridge.domain.document import Document
from bridge.domain.errors import BridgeError, CatalogError, VersionNotFoundError
from bridge.domain.labels import checked_alias, checked_tags
from bridge.domain.manifest import Manifest
from bridge.domain.naming import clean
from bridge.domain.ports import Catalog, Sink, Store, Tracker
from bridge.domain.run import Run, Saved, Step
from bridge.domain.selector import Selector
from bridge.domain.version import Version, VersionRef
from bridge.store import digest_without_storing
from bridge.workspace.guard import guarded, warn_once
from bridge.workspace.loading import get_changed, get_value
from bridge.workspace.progress import shown
from bridge.workspace.repeats import Repeats
from bridge.workspace.saving import put_value
from bridge.workspace.settings import Settings
from bridge.workspace.spool import Fact, spool_in

logger = logging.getLogger("bridge")

RECENT = 2
"""Versions of a name that a new one is compared with: one that came back to an earlier state finds it there."""

PAUSE_AFTER_FAILURE = 30.0
"""Seconds for which a catalog that failed is left alone, so that its time-outs do not add up in the user's run."""


class Workspace:
    """What saves, records and loads.

    Args:
        settings: As read.
        store: Where bytes go.
        catalog: Where facts go.
        tracker: Where runs, metrics and models go.

    Thread-safe.
    """

    def __init__(self, *, settings: Settings, store: Store, catalog: Catalog, tracker: Tracker) -> None:
        self.settings, self.store, self.catalog, self.tracker = settings, store, catalog, tracker
        self.spool = spool_in(settings.home)
        self._repeats = Repeats()
        self._documents: set[str] = set()
        self._failed_at, self._failure = float("-inf"), ""
        self._keeps = False
        self._lock = threading.Lock()

    def put_value(
        self,
        value: Any,
        name: str,
        *,
        where: str,
        metadata: Mapping[str, Any] | None = None,
        tags: Mapping[str, str] | None = None,
        preview: bool = True,
        is_asked_again: bool = False,
    ) -> Saved:
        """Write a value's bytes; see `bridge.workspace.saving.put_value`."""
        with self._shown(name, in_run=True):
            return put_value(
                self.store,
                value,
                name,
                where=where,
                on_error=self.settings.on_error,
                metadata=metadata,
                tags=tags,
                preview=preview and self.settings.previews,
                repeats=self._repeats,
                bases=partial(self.bases, name),
                is_asked_again=is_asked_again,
            )

    def _shown(self, name: str, *, in_run: bool) -> AbstractContextManager[object]:
        return shown(name, self.store.url, in_run=in_run, wanted=self.settings.progress)

    def bases(self, name: str) -> Sequence[Manifest]:
        """What a new version of a name may share bytes with."""
        try:
            return self.catalog.recent(clean(name), limit=RECENT)
        except CatalogError:
            return ()  # the bytes are stored nevertheless, all of them

    def finds_catalog(self) -> bool:
        """Ask the catalog whether it is there; if it is away, it is left alone for a while: the spool takes the facts.

        Raises:
            CatalogError: If it is not away, but cannot be used; and with `on_error = "raise"`.
        """
        try:
            self.catalog.check()
        except CatalogError as error:
            if not error.is_away or self.settings.on_error == "raise":
                raise
            self._failed(error)
            return False
        return True

    @property
    def is_cut_off(self) -> bool:
        """Whether the catalog failed a moment ago, so that what is recorded goes to the spool without asking it."""
        return time.monotonic() - self._failed_at < PAUSE_AFTER_FAILURE

    def record_step(self, step: Step) -> tuple[Version, ...]:
        """Record a step; if the catalog does not take it, keep it in the spool and return nothing.

        Raises:
            CatalogError: Only with `on_error = "raise"`.
        """
        return self._record(step, lambda: self.catalog.put_step(step)) or ()

    def record_run(self, run: Run) -> None:
        """Record a run, as `record_step` does a step."""
        self._record(run, lambda: self.catalog.put_run(run))

    def keep_document(self, text: str) -> str:
        """Keep a text that many runs have in common, as `record_step` does a step; each once per process.

        Returns:
            Its digest.

        Raises:
            CatalogError: Only with `on_error = "raise"`.
        """
        document = Document(text.encode("utf-8", "surrogatepass"), datetime.now(timezone.utc))
        digest = document.digest
        if digest not in self._documents:
            self._record(document, lambda: self.catalog.put_document(text))
            self._documents.add(digest)
        return digest

    def _record(self, fact: Fact, record: Callable[[], Any]) -> Any:
        if self.is_cut_off:
            self._keep(fact)
            return None
        try:
            return record()
        except CatalogError as error:
            self._failed(error)
            if self.settings.on_error == "raise":
                raise
            self._keep(fact)
            return None

    def _failed(self, error: CatalogError) -> None:
        self._failed_at, self._failure = time.monotonic(), str(error)

    def _keep(self, fact: Fact) -> None:
        why = self._failure
        self._keeps = True
        try:
            self.spool.add(fact)
        except OSError as error:
            warn_once(
                "record",
                f"bridge: this run is not recorded: {why} It cannot be kept for later either: {error}",
            )
        else:
            warn_once(
                "record",
                f"bridge: what this run did is kept in {self.spool.folder} until the catalog takes it: {why} "
                f"The end of the run records it, or the next run, or `bridge sync`.",
            )

    def replay(self) -> int:
        """Record what the spool holds; returns how many facts went in."""
        return guarded("recording what was kept", lambda: self.spool.replay(self.catalog), on_error="warn") or 0

    def catch_up(self) -> None:
        """Record what this process had to keep, if the catalog takes it now; what it does not take stays kept."""
        if not self._keeps:
            return
        try:
            self.spool.replay(self.catalog)
        except CatalogError as error:
            self._failed(error)
        else:
            self._keeps, self._failed_at = False, float("-inf")

    def save(
        self,
        value: Any,
        name: str,
        *,
        metadata: Mapping[str, Any] | None = None,
        tags: Mapping[str, str] | None = None,
        aliases: Sequence[str] = (),
        preview: bool = True,
        step_id: str | None = None,
        run_id: str | None = None,
    ) -> Version:
        """Save a value as the next version of a name.

        Raises:
            SelectorError: If one of the aliases cannot be an alias.
            TagError: If one of the tags cannot be kept.
            UnstorableError: If no materializer takes it.
            StoreError: If the store did not take it.
            CatalogError: If the catalog did not take it.
        """
        tags = checked_tags(tags or {})
        pointing = tuple(checked_alias(name, alias) for alias in aliases)
        with self._shown(name, in_run=step_id is not None):
            saved = put_value(
                self.store,
                value,
                name,
                where="save()",
                on_error="raise",
                metadata=metadata,
                tags=tags,
                aliases=pointing,
                preview=preview and self.settings.previews,
                repeats=self._repeats,
                bases=partial(self.bases, name),
            )
        return self.catalog.save(saved, step_id=step_id, run_id=run_id)

    def digest_of(self, value: Any) -> tuple[str, int] | None:
        """The digest that a value would be saved under, and its bytes; None for what is pickled, or cannot be told."""

        def write(format: str, save: Callable[[Sink], Mapping[str, Any]]) -> tuple[str, int] | None:
            return None if materializers.is_unsafe(format) else digest_without_storing(format, save)

        try:
            return materializers.save(value, write)
        except (BridgeError, ValueError, TypeError):
            return None

    def resolve(self, selector: str) -> Version:
        """The version that a selector means.

        Raises:
            SelectorError: If it cannot be read.
            VersionNotFoundError: If there is none.
        """
        return self.catalog.resolve(Selector.parse(selector))

    def has(self, ref: VersionRef) -> bool:
        """Whether a version that was recorded is not forgotten; yes, if the catalog does not say."""
        try:
            self.catalog.resolve(Selector(ref.name, "number", str(ref.number)))
        except VersionNotFoundError:
            return False
        except CatalogError:
            return True
        return True

    def load(self, selector: str, *, in_run: bool = False) -> tuple[Version, Any]:
        """Load a value; see `bridge.workspace.loading.get_value` for what it raises."""
        version = self.resolve(selector)
        return version, self.load_version(version, in_run=in_run)

    def load_version(self, version: Version, *, in_run: bool = False, is_asked_again: bool = False) -> Any:
        """Load the value of a version that was resolved; of what will be loaded again, layouts may be kept here."""
        with self._shown(version.ref.name, in_run=in_run):
            return get_value(self.store, self.catalog, version, settings=self.settings, is_asked_again=is_asked_again)

    def load_changed(self, old: Version, new: Version) -> tuple[Any, Any]:
        """Load two versions to be compared, containers without what is the same in both."""
        return get_changed(self.store, self.catalog, old, new, settings=self.settings)

    def known_import(self, name: str, *, step_id: str | None, run_id: str | None) -> Version | None:
        """What to take instead of the file, folder or URL that is to be imported under a name; None to import it."""
        return None

    def annotate(self, ref: VersionRef, metadata: Mapping[str, Any]) -> Version:
        """Add facts to a version."""
        return self.catalog.annotate(ref, metadata)
