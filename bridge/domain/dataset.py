"""A version that a run used or made, as a tracker shows data sets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bridge.domain.version import Direction, Version

SHORT = 16
"""Characters of a digest that are shown."""

LARGE = 64 << 10
"""Bytes from which on a value that is no table, array or file is data, too, and not a setting or a score."""

DATA = frozenset(
    {
        *("arrow+parquet", "arrow+ipc", "pandas+parquet", "polars+parquet", "polars+ipc", "hf-dataset", "xarray"),
        *("npy", "npy+mask", "objects", "scipy-sparse", "jax", "tensorflow", "safetensors"),
        *("path", "reference", "url", "image"),
    }
)
"""Formats of tables, arrays and files."""

MODELS = frozenset({"skops", "xgboost", "lightgbm", "catboost", "torch-module", "keras"})
"""Formats that hold nothing but models."""

NO_DATA = frozenset(
    {
        *MODELS,
        *("pickle", "members+pickle"),
        *("tokenizer", "transformers-tokenizer", "matplotlib", "plotly", "none"),
    }
)
"""Formats of models, of what belongs to them, and of pictures that people look at; a pickle may be anything."""


@dataclass(frozen=True, slots=True)
class Dataset:
    """A version in its role in a run.

    Args:
        version: The version.
        role: Whether the run made it (`output`), or found it there (`input`).
        store: Where its bytes are, without a password.
    """

    version: Version
    role: Direction
    store: str

    @property
    def digest(self) -> str:
        """The first characters of the version's digest."""
        return (self.version.digest or "").partition(":")[2][:SHORT]


def is_data(version: Version) -> bool:
    """Whether a version is a data set: tables, arrays and files are, other values if they are large or hold such.

    Models and figures are not, nor what could not be stored.

    >>> from datetime import datetime, timezone
    >>> from bridge.domain.version import VersionRef
    >>> def made(format, size):
    ...     return Version(VersionRef("x", 1), "blake3:ab", format, "", size, datetime.now(timezone.utc))
    >>> [is_data(made(*it)) for it in (("npy", 9), ("json", 9), ("json", 1 << 20), ("skops", 1 << 20))]
    [True, False, True, False]
    """
    if version.digest is None or version.format in NO_DATA:
        return False
    return version.format in DATA or version.size >= LARGE or _holds_data(version.metadata)


def _holds_data(metadata: Mapping[str, Any]) -> bool:
    members = metadata.get("members")
    if not isinstance(members, Mapping):
        return False
    return any(isinstance(one, Mapping) and one.get("format") in DATA for one in members.values())
