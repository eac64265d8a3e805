"""Every content of the catalog, read and hashed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from bridge.cli.progress import LateProgress
from bridge.domain.errors import BridgeError, LocationError
from bridge.domain.external import OUTSIDE, Reference
from bridge.domain.ports import Catalog, Store
from bridge.domain.version import Version, VersionRef
from bridge.lineage.humane import size
from bridge.workspace.outside import OptionsFor, no_options, problems_of, record_of


@dataclass(slots=True)
class Verification:
    """What was read, and what is wrong with it.

    Args:
        versions: Versions whose bytes were looked at.
        files: Files of their contents, each content once.
        size: Bytes of these files.
        unstored: Versions that were recorded without their bytes.
        problems: One sentence for each thing that is missing or differs.
        unreached: One sentence for each version whose data lies outside the store, where nobody answered.
    """

    versions: int = 0
    files: int = 0
    size: int = 0
    unstored: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    unreached: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        versions = f"{self.versions} version{'' if self.versions == 1 else 's'}"
        files = f"{self.files} file{'' if self.files == 1 else 's'}"
        bad = len(self.problems)
        verdict = f"{bad} problem{'' if bad == 1 else 's'}" if bad else "all there"
        return f"{versions}, {files}, {size(self.size)}: {verdict}"


def verify(catalog: Catalog, store: Store, *, options_for: OptionsFor = no_options) -> Verification:
    """Read and hash all contents, each once, with a progress bar.

    Of what lies outside the store, files are read and hashed too; of a URL its server is asked.

    Raises:
        CatalogError: If the catalog cannot be read.

    >>> from bridge.catalog import open_catalog
    >>> from bridge.store import open_store
    >>> import tempfile
    >>> str(verify(open_catalog("sqlite://"), open_store(tempfile.mkdtemp())))
    '0 versions, 0 files, 0 B: all there'
    """
    done = Verification()
    holders, outside, total = _holders(catalog, done)
    with LateProgress("Reading and hashing", total, after=0.0) as progress:
        for digest, refs in holders.items():
            done.problems += _problems(catalog, store, digest, refs, done, progress)
        for version in outside:
            done.problems += _outside(catalog, store, version, done, progress, options_for)
    return done


def _holders(catalog: Catalog, done: Verification) -> tuple[dict[str, list[VersionRef]], list[Version], int]:
    """Which versions each content belongs to, which lie outside, and how many bytes all contents have."""
    holders: dict[str, list[VersionRef]] = defaultdict(list)
    outside: list[Version] = []
    total = 0
    for latest in catalog.artifacts():
        for version in catalog.versions(latest.ref.name):
            if version.digest is None:
                done.unstored.append(str(version.ref))
                continue
            done.versions += 1
            if version.digest not in holders:
                total += version.size
                if version.format in OUTSIDE:
                    outside.append(version)
                    told = version.metadata.get("bytes")
                    total += told if version.format == "reference" and isinstance(told, int) else 0
            holders[version.digest].append(version.ref)
    return holders, outside, total


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


def _outside(
    catalog: Catalog,
    store: Store,
    version: Version,
    done: Verification,
    progress: LateProgress,
    options_for: OptionsFor,
) -> Iterator[str]:
    """What is wrong with the data of a version that lies outside the store."""
    try:
        record = record_of(store, catalog.manifest(str(version.digest)))
        if isinstance(record, Reference):
            done.files += len(record.files)
            done.size += record.size
        yield from problems_of(record, version, catalog, options_for=options_for, advance=progress.advance)
    except LocationError as error:
        done.unreached.append(f"{version.ref}: {error}")
    except (BridgeError, OSError) as error:
        yield f"{version.ref}: {error}"
