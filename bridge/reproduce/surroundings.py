"""The environment of the process that runs a flow again, and what it differs in from the recorded one."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import bridge
from bridge.domain.ports import Catalog
from bridge.domain.run import Run
from bridge.reproduce.checkout import Code
from bridge.workspace.pinned import VARIABLE
from bridge.workspace.settings import Settings

OURS = "prefect-bridge"
"""This package, as indexes know it; its code is the one that runs now, whatever the run had."""

INSTALLERS = frozenset({"pip", "uv", "editables"})
"""What puts packages in, and does nothing to results."""

QUIET = {
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_LOGGING_COLORS": "false",
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_LOGGING_LEVEL": "WARNING",
    "PYTHONUNBUFFERED": "1",
    "PYTHONIOENCODING": "utf-8",
}

Package = str | Mapping[str, str]


def environment_of(
    run: Run, code: Code, packages: Mapping[str, Package], *, folder: Path, settings: Mapping[str, str]
) -> dict[str, str]:
    """The whole environment of the process.

    Args:
        run: The run.
        code: Its code, as it was put somewhere.
        packages: What was installed then.
        folder: For what it makes; holds the pins.
        settings: Of the workspace that takes what it makes.
    """
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    theirs = run.environment.get("variables")
    variables = {
        str(name): str(value)
        for name, value in (theirs.items() if isinstance(theirs, Mapping) else ())
        if not name.startswith(("BRIDGE_", "PREFECT_", "MLFLOW_")) and not str(value).endswith("characters)")
    }
    mine = {
        "BRIDGE_ENABLED": "true",
        VARIABLE: str(folder / "pins.json"),
        "PREFECT_TASKS_REFRESH_CACHE": "true",
        "PREFECT_LOCAL_STORAGE_PATH": str(folder / "results"),
        "PYTHONPATH": os.pathsep.join([*_bridge(folder, code, packages), *_roots(code, packages), *_path(kept, code)]),
    }
    return QUIET | kept | variables | mine | dict(settings)


def scratch_settings(folder: Path, *, tracker: str = "mlflow") -> dict[str, str]:
    """Settings of a workspace that has everything in one folder.

    >>> scratch_settings(Path("/tmp/x"))["BRIDGE_CATALOG"]
    'sqlite:////tmp/x/home/catalog.db'
    """
    home = folder / "home"
    return {
        "BRIDGE_HOME": str(home),
        "BRIDGE_STORE": str(home / "store"),
        "BRIDGE_STORE_OPTIONS": "{}",
        "BRIDGE_CATALOG": f"sqlite:///{home / 'catalog.db'}",
        "BRIDGE_TRACKER": "null" if tracker == "null" else "mlflow",
        "BRIDGE_PREVIEWS": "false",
        "MLFLOW_TRACKING_URI": f"sqlite:///{home / 'mlflow.db'}",
        "MLFLOW_REGISTRY_URI": f"sqlite:///{home / 'mlflow.db'}",
    }


def settings_of(settings: Settings) -> dict[str, str]:
    """Settings of a workspace as variables: the process is in another folder, with another pyproject.toml.

    >>> settings_of(Settings(home="/tmp/x"))["BRIDGE_STORE"]
    '/tmp/x/store'
    """
    return {
        "BRIDGE_HOME": str(settings.home),
        "BRIDGE_STORE": settings.store_url,
        "BRIDGE_STORE_OPTIONS": json.dumps(settings.store_options),
        "BRIDGE_CATALOG": settings.catalog_url,
    }


def packages_of(run: Run, catalog: Catalog) -> Mapping[str, Package]:
    """What was installed when a run was recorded; empty if that is not known."""
    digest = run.environment.get("packages")
    text = catalog.document(str(digest)) if digest else None
    try:
        found = json.loads(text or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def differences(
    then: Run, now: Run, installed: Mapping[str, Package], installed_now: Mapping[str, Package]
) -> list[str]:
    """What the surroundings of two runs differ in, what matters most first."""
    found = [
        f"{name}: {_of(then, name)} → {_of(now, name)}"
        for name in ("python", "implementation", "platform", "machine", "gpus")
        if _of(then, name) and _of(now, name) and _of(then, name) != _of(now, name)
    ]
    if installed and installed_now:
        found += packages_differing(installed, installed_now)
    return found


def packages_differing(then: Mapping[str, Package], now: Mapping[str, Package]) -> list[str]:
    """Packages whose versions differ, or that only one has.

    >>> packages_differing({"numpy": "1.26.4", "old": "1"}, {"numpy": "2.1.0", "prefect-bridge": "0.1"})
    ['numpy: 1.26.4 → 2.1.0', 'old: 1 → not installed']
    """
    return [
        f"{name}: {_version(then.get(name))} → {_version(now.get(name))}"
        for name in sorted({*then, *now} - {OURS, *INSTALLERS})
        if _version(then.get(name)) != _version(now.get(name)) and name in then
    ]


def _version(package: Package | None) -> str:
    if package is None:
        return "not installed"
    return package if isinstance(package, str) else str(package.get("version", ""))


def _of(run: Run, name: str) -> str:
    value: Any = run.environment.get(name)
    return ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value or "")


def editable_of(package: Package) -> str:
    """The folder that a package was installed from to be edited; empty if it was not."""
    return "" if isinstance(package, str) else str(package.get("editable", ""))


def _roots(code: Code, packages: Mapping[str, Package]) -> Iterator[str]:
    """Where the project's own packages are, in the code that is run."""
    for _, there in _own(code, packages):
        yield from (str(each) for each in (there / "src", there) if each.is_dir())


def _own(code: Code, packages: Mapping[str, Package]) -> Iterator[tuple[str, Path]]:
    """The project's own packages, those that were installed to be edited, each with its folder in the code."""
    for name, package in packages.items():
        folder = editable_of(package)
        if code.was is not None and folder and name != OURS and Path(folder).is_relative_to(code.was):
            yield name, code.root / Path(folder).relative_to(code.was)


def _bridge(folder: Path, code: Code, packages: Mapping[str, Package]) -> Iterator[str]:
    """This bridge, wherever the process' Python would find another one: a folder that leads to it and to its facts.

    The project's packages are as good as installed by theirs: the ones that are here, or else name and version.
    """
    package = Path(bridge.__file__).parent
    overlay = folder / "bridge-now"
    overlay.mkdir(exist_ok=True)
    links = {overlay / package.name: package}
    for place in sys.path:
        for facts in Path(place or ".").glob("prefect_bridge-*.dist-info"):
            links.setdefault(overlay / facts.name, facts)
    own = {name: f"{name.replace('-', '_')}-{_version(packages[name])}.dist-info" for name, _ in _own(code, packages)}
    for facts in (Path(place or ".") / name for place in sys.path for name in own.values()):
        if facts.is_dir():
            links.setdefault(overlay / facts.name, facts)
    for link, target in links.items():
        if not link.exists():
            link.symlink_to(target.resolve(), target_is_directory=True)
    for name, facts_name in own.items():
        if not (overlay / facts_name).exists():
            (overlay / facts_name).mkdir()
            told = f"Metadata-Version: 2.1\nName: {name}\nVersion: {_version(packages[name])}\n"
            (overlay / facts_name / "METADATA").write_text(told, encoding="utf-8")
    yield str(overlay)


def _path(environment: Mapping[str, str], code: Code) -> Iterator[str]:
    """The user's own path, its folders of the project those of the code that is run."""
    for each in filter(None, environment.get("PYTHONPATH", "").split(os.pathsep)):
        inside = code.was is not None and Path(each).is_relative_to(code.was)
        yield str(code.root / Path(each).relative_to(code.was)) if inside and code.was is not None else each


def takes_prefects(source: str) -> bool:
    """Whether code takes Prefect's own `flow`, which bridge stood in for.

    >>> takes_prefects("from prefect import flow, task"), takes_prefects("from bridge import flow, task")
    (True, False)
    """
    theirs = re.search(r"^\s*(from prefect(\.flows)? import .*\bflow\b|import prefect\b)", source, re.MULTILINE)
    ours = re.search(r"^\s*(from bridge(\.flows)? import .*\bflow\b|import bridge\b)", source, re.MULTILINE)
    return theirs is not None and ours is None
