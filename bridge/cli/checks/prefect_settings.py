"""Prefect's settings as its processes would read them from here, without the second that importing Prefect costs."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any


def prefect_setting(path: str, environment: Mapping[str, str]) -> tuple[Any, str]:
    """One of Prefect's settings and where it is set; None and nothing if it is not.

    Args:
        path: As Prefect writes it, `plugins.enabled`.
        environment: Variables of the process.

    Returns:
        A text from the environment or a profile, any TOML value from a file.

    >>> prefect_setting("api.url", {"PREFECT_API_URL": "http://127.0.0.1:4200/api"})
    ('http://127.0.0.1:4200/api', 'PREFECT_API_URL in the environment')
    """
    variable = "PREFECT_" + path.replace(".", "_").upper()
    for found, origin in _sources(variable, path.split("."), environment):
        if found not in (None, ""):
            return found, origin
    return None, ""


def _sources(variable: str, keys: list[str], environment: Mapping[str, str]) -> Iterator[tuple[Any, str]]:
    """In Prefect's own order."""
    yield environment.get(variable), f"{variable} in the environment"
    yield _read_dotenv().get(variable), f"{variable} in {Path('.env').absolute()}"
    active, settings, path = _profile(environment)
    yield settings.get(variable), f"profile {active!r} in {path}"
    for file, table in (("prefect.toml", []), ("pyproject.toml", ["tool", "prefect"])):
        yield _within(_read_toml(Path(file)), [*table, *keys]), f"{'.'.join(keys)} in {Path(file).absolute()}"


def _profile(environment: Mapping[str, str]) -> tuple[str, Mapping[str, Any], Path]:
    home = Path(environment.get("PREFECT_HOME") or "~/.prefect").expanduser()
    path = Path(environment.get("PREFECT_PROFILES_PATH") or home / "profiles.toml")
    profiles = _read_toml(path)
    active = str(environment.get("PREFECT_PROFILE") or profiles.get("active", ""))
    found = _within(profiles, ["profiles", active])
    return active, found if isinstance(found, dict) else {}, path


def _within(tables: Any, keys: list[str]) -> Any:
    for key in keys:
        tables = tables.get(key) if isinstance(tables, dict) else None
    return tables


def _read_toml(path: Path) -> dict[str, Any]:
    tomllib = import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")  # pydantic-settings brings tomli
    try:
        return dict(tomllib.loads(path.read_text(encoding="utf-8"))) if path.is_file() else {}
    except (OSError, ValueError):
        return {}


def _read_dotenv() -> Mapping[str, str | None]:
    if not Path(".env").is_file():
        return {}
    from dotenv import dotenv_values  # pydantic-settings brings it

    return dotenv_values(".env")
