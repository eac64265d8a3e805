"""Files of one value on their way into a store."""

from __future__ import annotations

import shutil
import threading
from dataclasses import dataclass
from pathlib import Path

from bridge.domain.errors import StoreError
from bridge.domain.progress import current_meter
from bridge.store.failures import store_error, store_errors
from bridge.store.objects import Objects


@dataclass(frozen=True, slots=True)
class Pending:
    """A file that is written but not yet part of a stored value: in memory, or staged on the disk.

    >>> Pending(2, "ab" * 32, data=b"42").staged is None
    True
    """

    size: int
    digest: str
    data: bytes | None = None
    staged: Path | None = None


class Staging:
    """A folder for one value's files, made when the first one needs it, and the first failure among them.

    >>> import tempfile
    >>> from bridge.store.folder import FolderObjects
    >>> staging = Staging(FolderObjects(Path(tempfile.mkdtemp())))
    >>> staging.new_path().name, staging.new_path().name
    ('1', '2')
    >>> staging.discard()
    """

    def __init__(self, objects: Objects) -> None:
        self.objects = objects
        self.failure: StoreError | None = None
        self.meter = current_meter()
        self._folder: Path | None = None
        self._count = 0
        self._lock = threading.Lock()

    def new_path(self) -> Path:
        """A path that no other file of the value has; nothing is there yet."""
        with self._lock:
            if self._folder is None:
                with store_errors(self.objects.url):
                    self._folder = self.objects.new_folder()
            self._count += 1
            return self._folder / str(self._count)

    def sent(self, amount: int) -> None:
        """Note bytes that are far away now; on a local disk they were there when they were written."""
        if self.objects.path("") is None:
            self.meter.advance(amount)

    def failed(self, error: OSError) -> StoreError:
        """Remember a failure, because the library that writes may swallow it; return it to be raised."""
        failure = error if isinstance(error, StoreError) else store_error(self.objects.url, error)
        self.failure = self.failure or failure
        return failure

    def discard(self) -> None:
        """Remove what was not published."""
        if self._folder is not None:
            try:
                self._folder.rmdir()  # everything was published: a quarter of what rmtree costs
            except OSError:
                shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None
