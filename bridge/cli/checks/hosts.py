"""Whether Python and the installed libraries fit; asks their metadata and imports none of them."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from importlib.metadata import PackageNotFoundError, version

from bridge.cli.checks.finding import Finding, Verdict

Release = tuple[int, ...]

FITS: Mapping[str, tuple[Release, Release]] = {
    "prefect": ((3, 7), (4,)),
    "mlflow": ((3, 10), (4,)),
    "fastapi": ((0,), (0, 151)),
    "pydantic": ((2, 9), (3,)),
    "sqlalchemy": ((2, 0, 21), (2, 1)),
}
"""First release that fits, and first that does not any more; a test holds these to pyproject.toml."""

WHY = {
    "fastapi": "Prefect's temporary server dies with it: Body() got an unexpected keyword argument 'min_items'",
    "sqlalchemy": "Prefect's server schedules no deployment with it: Can't evaluate bulk DML statement",
    "prefect": "bridge extends the engine of other versions",
}

OPTIONAL: Mapping[str, Release] = {
    "scikit-learn": (1, 5),
    "skops": (0, 13),
    "pandas": (2, 2),
    "pyarrow": (17,),
    "polars": (1, 10),
    "torch": (2, 4),
    "safetensors": (0, 4),
    "optuna": (4, 1),
    "libcst": (1, 5),
}
"""Libraries of the extras, with the first release that fits; they need not be there."""

OLDEST_PYTHON = (3, 10)


def check_hosts(
    installed: Mapping[str, str | None] | None = None, *, python: tuple[int, ...] = sys.version_info[:3]
) -> Iterator[Finding]:
    """Look at Python and at each library.

    Args:
        installed: Version of each library, None where it is missing; asked of the environment if left out.
        python: Python's version.

    >>> [finding.verdict for finding in check_hosts({"prefect": "2.20.1"}, python=(3, 11, 7))][:2]
    ['ok', 'failed']
    """
    number = ".".join(map(str, python))
    fits = python >= OLDEST_PYTHON
    todo = "" if fits else "Use Python 3.10 or later."
    yield Finding("Python", "ok" if fits else "failed", f"{number} at {sys.executable}", todo)
    there = installed if installed is not None else {name: installed_version(name) for name in (*FITS, *OPTIONAL)}
    for name, (first, beyond) in FITS.items():
        yield _check(name, there.get(name), first, beyond)
    extras = {name: found for name in OPTIONAL if (found := there.get(name))}
    told = ", ".join(f"{name} {found}" for name, found in extras.items())
    yield Finding("libraries", "ok", told or "none of scikit-learn, pandas, polars, torch")
    for name, found in extras.items():
        if release(found) < OPTIONAL[name]:
            want = f"pip install '{name}>={_dotted(OPTIONAL[name])}'"
            yield Finding(name, "warning", f"{found}: older than what bridge's values of it were tried with", want)


def _check(name: str, found: str | None, first: Release, beyond: Release) -> Finding:
    want = f"{name}>={_dotted(first)},<{_dotted(beyond)}" if first > (0,) else f"{name}<{_dotted(beyond)}"
    command = f"pip install '{want}'"
    if found is None:
        return Finding(name, "failed", "not installed", command)
    if first <= release(found) < beyond:
        return Finding(name, "ok", found)
    verdict: Verdict = "failed" if name in WHY else "warning"
    return Finding(name, verdict, f"{found}: {WHY.get(name, 'not a version that bridge was tried with')}", command)


def installed_version(name: str) -> str | None:
    """A distribution's version; None if it is not installed.

    >>> installed_version("no-such-distribution") is None
    True
    """
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def release(text: str) -> Release:
    """The numbers that a version begins with.

    >>> release("0.151.0rc1"), release("3.8.8")
    ((0, 151, 0), (3, 8, 8))
    """
    return tuple(int(number) for number in re.match(r"\d*(?:\.\d+)*", text)[0].split(".") if number)  # type: ignore[index] # always matches


def _dotted(numbers: Release) -> str:
    return ".".join(map(str, numbers))
