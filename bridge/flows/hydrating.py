"""What Prefect makes anew for each task run that is sent to another process, though it is what it was.

The task run brings the settings along: Dask's and Ray's runners take them apart for each, and where it runs they are
validated, 54 models of them. It gets two clients there, for each of which the certificates are read from the disk. That
is nine tenths of what such a task run costs. Here settings are taken apart once, and built once from equal ones, and
clients that trust the same certificates share them. Where results are kept is sent along too, and for each field of
that block Prefect makes the schema of its class, to see whether the field is a secret: here once for a class.
"""

from __future__ import annotations

import os
import ssl
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from copy import deepcopy
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import certifi
from prefect.context import SettingsContext
from prefect.settings import (
    PREFECT_API_ENABLE_HTTP2,
    PREFECT_API_SSL_CERT_FILE,
    PREFECT_API_TLS_INSECURE_SKIP_VERIFY,
    PREFECT_PROFILES_PATH,
    Profile,
    Settings,
)


@dataclass(frozen=True)
class _Built:
    of: Any
    where: tuple[Any, ...]
    made: SettingsContext


@dataclass(frozen=True)
class _TakenApart:
    settings: Settings
    profile: Profile
    include_secrets: bool
    made: dict[str, Any]


_last: _Built | None = None
_sent: _TakenApart | None = None
_lock = threading.Lock()


def with_settings_once(original: Callable[..., Any]) -> Callable[..., Any]:
    """Prefect's `hydrated_context`, with settings that are built once."""

    def hydrated_context(
        serialized_context: dict[str, Any] | None = None, client: Any = None
    ) -> AbstractContextManager[None]:
        given = (serialized_context or {}).get("settings_context")
        if serialized_context and isinstance(given, dict) and given:
            with suppress(Exception):  # Prefect's own way then, with its own error
                built = _settings(given)
                known = {"profile": built.profile, "settings": built.settings}
                serialized_context = {**serialized_context, "settings_context": known}
        return original(serialized_context, client)  # type: ignore[no-any-return]

    return hydrated_context


def _settings(given: dict[str, Any]) -> SettingsContext:
    """The settings that are sent, completed by what this process has, as Prefect does it."""
    global _last
    where = _surroundings()
    with _lock:
        if _last is None or _last.where != where or _last.of != given:
            _last = _Built(given, where, SettingsContext(**given))
        return _last.made


def _surroundings() -> tuple[Any, ...]:
    """What settings also depend on: variables, and the files of the working directory and of profiles."""
    files = (Path("prefect.toml"), Path("pyproject.toml"), Path(".env"), PREFECT_PROFILES_PATH.value())
    variables = sorted((name, value) for name, value in os.environ.items() if name.upper().startswith("PREFECT_"))
    return (_here(), tuple(variables), *map(_stamp, files))


def _here() -> str | None:
    try:
        return str(Path.cwd())
    except OSError:  # it was removed
        return None


def _stamp(file: Path) -> tuple[int, int] | None:
    try:
        there = file.stat()
    except OSError:
        return None
    return there.st_mtime_ns, there.st_size


def taken_apart_once(original: Callable[..., Any]) -> Callable[..., Any]:
    """Prefect's `SettingsContext.serialize`, once for equal settings."""

    def serialize(self: SettingsContext, include_secrets: bool = True) -> dict[str, Any]:
        global _sent
        with _lock:
            known = _sent
            if known is None or (known.settings, known.profile, known.include_secrets) != (
                self.settings,
                self.profile,
                include_secrets,
            ):
                made = original(self, include_secrets=include_secrets)
                settings, profile = self.settings.model_copy(deep=True), self.profile.model_copy(deep=True)
                known = _sent = _TakenApart(settings, profile, include_secrets, made)
            return deepcopy(known.made)

    return serialize


def with_secrets_known(original: Callable[..., Any]) -> Callable[..., Any]:
    """Prefect's `Block._field_has_secrets`, once for each field of a class."""
    known: WeakKeyDictionary[type, dict[str, bool]] = WeakKeyDictionary()

    def field_has_secrets(self: Any, field_name: str) -> bool:
        fields = known.setdefault(type(self), {})
        if field_name not in fields:
            fields[field_name] = original(self, field_name)
        return fields[field_name]

    return field_has_secrets


def with_certificates_once(original: Callable[..., Any]) -> Callable[..., Any]:
    """`__init__` of Prefect's clients, which trust what they always trust."""

    def init(self: Any, api: Any, *, httpx_settings: dict[str, Any] | None = None, **options: Any) -> None:
        with suppress(Exception):  # Prefect's own way then, with its own error
            httpx_settings = _sharing(httpx_settings or {})
        original(self, api, httpx_settings=httpx_settings, **options)

    return init


def _sharing(settings: dict[str, Any]) -> dict[str, Any]:
    """Settings of a client with the certificates that it would read; its own where it has some."""
    if settings.get("verify") or settings.get("cert") or PREFECT_API_TLS_INSECURE_SKIP_VERIFY.value():
        return settings
    file = Path(PREFECT_API_SSL_CERT_FILE.value() or certifi.where())
    protocol = settings.get("http2", PREFECT_API_ENABLE_HTTP2.value())
    return {**settings, "verify": _trusting(file, _stamp(file), protocol)}


@lru_cache(maxsize=4)
def _trusting(file: Path, stamp: tuple[int, int] | None, protocol: bool) -> ssl.SSLContext:
    """One for each protocol too: httpcore notes it in the context before it connects."""
    return ssl.create_default_context(cafile=file)
