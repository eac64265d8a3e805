"""Which packages are installed where the code runs."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from bridge.domain.secret_urls import without_secrets

Package = str | dict[str, str]
"""A version; or that with `editable`, a folder, or `url`, where it was installed from."""


@cache
def packages() -> Mapping[str, Package]:
    """Installed packages by name, as this process sees them; looked up once.

    >>> "prefect" in packages()
    True
    """
    return dict(sorted(installed_in(tuple(sys.path)).items()))


@cache
def packages_document() -> str:
    """The same as JSON."""
    return json.dumps(packages(), separators=(",", ":"))


def installed_in(folders: Sequence[str]) -> dict[str, Package]:
    """Packages that are installed in folders, the first one of a name counting, as for an import.

    Name and version are read from the names of their folders, which the packaging specifications prescribe: opening
    four hundred files would take a hundred times as long.

    >>> installed_in(["/nowhere"])
    {}
    """
    found: dict[str, Package] = {}
    for folder in dict.fromkeys(folders):
        for name, package in _in_folder(folder or os.curdir):
            found.setdefault(name, package)
    return found


def _in_folder(folder: str) -> Iterator[tuple[str, Package]]:
    try:
        entries = [entry for entry in os.scandir(folder) if entry.name.endswith((".dist-info", ".egg-info"))]
    except OSError:
        return
    for entry in entries:
        stem, _, ending = entry.name.rpartition(".")
        name, _, version = stem.partition("-")
        if ending == "egg-info":
            name, version = _of_egg(Path(entry.path), name, version.partition("-")[0])
        if name and version:
            yield _plain(name), _with_origin(Path(entry.path), version)


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _of_egg(path: Path, name: str, version: str) -> tuple[str, str]:
    """What an older kind of record says itself: the version need not be in its name."""
    facts = path / "PKG-INFO" if path.is_dir() else path
    try:
        with facts.open(encoding="utf-8", errors="replace") as file:
            head = file.read(2000)
    except OSError:
        return name, version
    told = dict(re.findall(r"(?m)^(Name|Version): *(\S+)", head))
    return told.get("Name", name), told.get("Version", version)


def _with_origin(path: Path, version: str) -> Package:
    try:
        with (path / "direct_url.json").open(encoding="utf-8") as file:
            told: Any = json.load(file)
        url = str(told["url"])
    except (OSError, ValueError, KeyError, TypeError):
        return version
    if (told.get("dir_info") or {}).get("editable"):
        return {"version": version, "editable": url.removeprefix("file://")}
    commit = (told.get("vcs_info") or {}).get("commit_id")
    try:
        place = without_secrets(url)
    except ValueError:  # no URL: what it holds cannot be told
        return version
    return {"version": version, "url": f"{place}@{commit}" if commit else place}
