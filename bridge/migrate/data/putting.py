"""Puts one value of another tool into the store: as the value, as the pickle that it is, or as its files."""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, Literal

from bridge import materializers
from bridge.domain.errors import StoreError
from bridge.domain.manifest import Manifest
from bridge.domain.ports import Sink, Store
from bridge.materializers import LocalTree, save_tree
from bridge.materializers.pickled import PATH as PICKLE
from bridge.migrate.data.history import Past, Read
from bridge.migrate.data.places import Found, here

How = Literal["value", "pickle", "files", "missing"]
"""How a version comes: as the *value*, as a *pickle* that nobody has opened, as its *files* in a folder, or with its
facts only, as its bytes are *missing*."""

_COPY = 4 << 20


@dataclass(frozen=True, slots=True)
class Put:
    """A value that is in the store.

    Args:
        how: How it is there.
        manifest: What the store has.
        type: Qualified name of its type.
        facts: What its materializer says of it.
        why: Why it is not there as the value; empty if it is.
    """

    how: How
    manifest: Manifest
    type: str
    facts: Mapping[str, Any]
    why: str = ""


def intended(past: Past) -> How:
    """How a version whose files are there is to come."""
    return "value" if past.read is not None else "pickle" if past.pickle is not None else "files"


def put(store: Store, past: Past, found: Found, *, bases: Callable[[], Sequence[Manifest]]) -> Put:
    """Read a value and write it; what cannot be read is written as it lies there.

    Raises:
        StoreError: If the store does not take it.
        OSError: If its files cannot be read at all.
    """
    write = partial(store.write, bases=bases)
    why = past.why
    with here(found) as folder:
        if past.check is not None and (fault := _fault(past.check, folder)):
            return _files(folder, write, fault)
        if past.read is not None:
            try:
                return _value(past.read, folder, write)
            except StoreError:
                raise
            except Exception as error:  # noqa: BLE001  files of others, read by any library
                why = f"it cannot be read ({_short(error)})"
        if past.pickle is not None:
            try:
                with past.pickle(folder) as file:
                    return _pickle(past, file, write, why)
            except (FileNotFoundError, ValueError) as error:
                why = _short(error)
        return _files(folder, write, why)


def _value(read: Read, folder: Path, write: Callable[..., tuple[Manifest, Mapping[str, Any]]]) -> Put:
    with warnings.catch_warnings(), tempfile.TemporaryDirectory(prefix="bridge-moving-") as scratch:
        warnings.simplefilter("ignore")  # of libraries about older files
        value = read(folder, Path(scratch))
        manifest, facts = materializers.save(value, write)
    return Put("value", manifest, materializers.type_name(value), facts)


def _pickle(past: Past, file: BinaryIO, write: Callable[..., tuple[Manifest, Mapping[str, Any]]], why: str) -> Put:
    def copy(sink: Sink) -> Mapping[str, Any]:
        with sink.open(PICKLE) as target:
            while data := file.read(_COPY):
                target.write(data)
        return {}

    manifest, facts = write("pickle", copy)
    return Put("pickle", manifest, past.type, facts, why)


def _files(folder: Path, write: Callable[..., tuple[Manifest, Mapping[str, Any]]], why: str) -> Put:
    manifest, facts = write("path", partial(save_tree, LocalTree(folder)))
    return Put("files", manifest, materializers.type_name(folder), facts, why)


def _fault(check: Callable[[Path], None], folder: Path) -> str:
    try:
        check(folder)
    except (OSError, ValueError) as error:
        return _short(error)
    return ""


def _short(error: BaseException) -> str:
    said = " ".join(str(error).split()) or type(error).__name__
    said = f"{type(error).__name__}: {said}" if isinstance(error, (LookupError, AttributeError, ImportError)) else said
    return said if len(said) <= 200 else f"{said[:200]}…"
