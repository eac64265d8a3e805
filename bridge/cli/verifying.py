"""Every content of the catalog, read and hashed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from bridge.cli.progress import LateProgress
from bridge.domain.errors import BridgeError
from bridge.domain.ports import Catalog, Store
from bridge.domain.version import VersionRef
from bridge.lineage.humane import size


@dataclass(slots=True)
class Verification:
    """What was read, and what is wrong with it.

    Args:
        versions: Versions whose bytes were looked at.
        files: Files of their contents, each content once.
        size: Bytes of these files.
        unstored: Versions that were recorded without their bytes.
        problems: One sentence for each thing that is missing or differs.
    """

    versions: int = 0
    files: int = 0
    size: int = 0
    unstored: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        versions = f"{self.versions} version{'' if self.versions == 1 else 's'}"
        files = f"{self.files} file{'' if self.files == 1 else 's'}"
        bad = len(self.problems)
        verdict = f"{bad} problem{'' if bad == 1 else 's'}" if bad else "all there"
        return f"{versions}, {files}, {size(self.size)}: {verdict}"


def verify(catalog: Catalog, store: Store) -> Verification:
    """Read and hash all contents, each once, with a progress bar.

    Raises:
        CatalogError: If the catalog cannot be read.

    >>> from bridge.catalog import open_catalog
    >>> from bridge.store import open_store
    >>> import tempfile
    >>> str(verify(open_catalog("sqlite://"), open_store(tempfile.mkdtemp())))
    '0 versions, 0 files, 0 B: all there'
    """
    done = Verification()
    holders, total = _holders(catalog, done)
    with LateProgress("Reading and hashing", total, after=0.0) as progress:
        for digest, refs in holders.items():
            done.problems += _problems(catalog, store, digest, refs, done, progress)
    return done


def _holders(catalog: Catalog, done: Verification) -> tuple[dict[str, list[VersionRef]], int]:
    """Which versions each content belongs to, and how many bytes all contents have."""
    holders: dict[str, list[VersionRef]] = defaultdict(list)
    total = 0
    for latest in catalog.artifacts():
        for version in catalog.versions(latest.ref.name):
            if version.digest is None:
                done.unstored.append(str(version.ref))
                continue
            done.versions += 1
            total += 0 if version.digest in holders else version.size
            holders[version.digest].append(version.ref)
    return holders, total


def _problems(
    catalog: Catalog,
    store: Store,
    digest: str,
    refs: list[VersionRef],
    done: Verification,
    progress: LateProgress,
) -> Iterator[str]:
    names = ", ".join(str(ref) for ref in refs[:3]) + (f" and {len(refs) - 3} more" if len(refs) > 3 else "")
    try:
        manifest = catalog.manifest(digest)
        done.files += len(manifest.files)
        done.size += manifest.size
        for problem in store.verify(manifest):
            yield f"{names}: {problem}"
        progress.advance(manifest.size)
    except (BridgeError, OSError) as error:
        yield f"{names}: {error}"
