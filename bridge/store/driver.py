"""The fsspec file system of a store far away: opened once per process, asked with patience, never without bound."""

from __future__ import annotations

import inspect
import os
import time
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from bridge.domain.errors import StoreUnreachableError
from bridge.domain.secret_urls import redacted
from bridge.store.failures import store_error
from bridge.store.patience import ANSWER_WITHIN, bounded, may_pass, patiently

PAUSE_AFTER_FAILURE = 30.0
"""Seconds for which nothing is written to a store that did not answer, so that its time-outs do not add up.

Twice as many after each further failure, up to `LONGEST_PAUSE`: a long run waits for it less and less.
"""

LONGEST_PAUSE = 600.0

_ATOMIC_PUT = frozenset({"s3", "s3a", "gs", "gcs", "az", "abfs", "abfss"})
_Answer = TypeVar("_Answer")


class Driver:
    """A file system and its root; picklable, made anew after a fork, which async drivers do not survive.

    The first request of a process is answered within `ANSWER_WITHIN` or given up, whatever the driver would do. Later
    ones are tried again by the driver and by us; its own time-outs bound them.

    Args:
        url: Any fsspec URL; the driver is loaded when it is first asked.
        options: For the driver; may hold secrets, and are never shown.

    >>> Driver("memory://example", {}).ask(lambda fs, root: root)
    '/example'
    """

    def __init__(self, url: str, options: Mapping[str, Any]) -> None:
        self.url, self._options = url, dict(options)
        self._forget()

    def __getstate__(self) -> dict[str, object]:
        return {"url": self.url, "_options": self._options}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state)
        self._forget()

    def _forget(self) -> None:
        self._opened: tuple[int, Any, str] | None = None
        self._answered_in = 0  # the process in which the store has answered
        self._failed_at, self._pause = float("-inf"), 0.0

    def ask(self, request: Callable[[Any, str], _Answer]) -> _Answer:
        """Send a request: a function of the file system and the root, which may be called several times.

        The first one of a process should be small, as it has not long.

        Raises:
            StoreUnreachableError: If there was no answer.
            Exception: Whatever the driver raises.
        """
        try:
            if self._answered_in == os.getpid():
                return patiently(lambda: request(*self.opened()))
            self._load()
            answer = bounded(lambda: patiently(lambda: request(*self.opened())), within=ANSWER_WITHIN)
        except Exception as error:
            if not may_pass(error):
                self._answered_in = os.getpid()
                raise
            self._failed_at, self._answered_in = time.monotonic(), 0
            self._pause = min(2 * self._pause, LONGEST_PAUSE) or PAUSE_AFTER_FAILURE
            raise StoreUnreachableError(
                redacted(self.url), f"it does not answer ({_reason(self.url, error)})"
            ) from error
        self._answered_in, self._pause = os.getpid(), 0.0
        return answer

    def refuse_while_paused(self) -> None:
        """Raise if the store did not answer a moment ago: what is written in a run does not wait for it again.

        Raises:
            StoreUnreachableError: With the seconds that are left.
        """
        left = self._failed_at + self._pause - time.monotonic()
        if left > 0 and not self._answered_in:
            ago = self._pause - left
            why = f"it did not answer {ago:.0f} s ago; nothing is written to it for another {left:.0f} s"
            raise StoreUnreachableError(redacted(self.url), why)

    def opened(self) -> tuple[Any, str]:
        """The file system and its root, for what needs no request."""
        if self._opened is None or self._opened[0] != os.getpid():
            from fsspec.core import url_to_fs  # fsspec's drivers take up to a second to import

            fs, root = url_to_fs(self.url, **_patient(self.url, self._options))
            if getattr(fs, "retries", None) == 5 and _is_s3(self.url):
                fs.retries = 2  # s3fs tries again around botocore, which does too, and around it do we
            self._opened = os.getpid(), fs, str(root).rstrip("/")
        return self._opened[1], self._opened[2]

    def _load(self) -> None:
        """Import the driver, which says nothing about the store and may take long on a busy machine."""
        from fsspec.core import get_filesystem_class, split_protocol

        get_filesystem_class(split_protocol(self.url.rpartition("::")[2])[0] or "file")

    @property
    def puts_whole(self) -> bool:
        """Whether a put is atomic: an object is there whole, or not at all."""
        fs, _ = self.opened()
        protocols = (fs.protocol,) if isinstance(fs.protocol, str) else fs.protocol
        return not _ATOMIC_PUT.isdisjoint(protocols)

    @property
    def only_if_new(self) -> Mapping[str, Any]:
        """What `pipe_file` takes to write only what is not there (it raises FileExistsError); nothing if it cannot.

        Only stores that do this in one step with the put count: elsewhere a driver would look first and write then.
        """
        fs, _ = self.opened()
        if not self.puts_whole:
            return {}
        known = inspect.signature(getattr(fs, "_pipe_file", fs.pipe_file)).parameters
        if "overwrite" in known:  # adlfs
            return {"overwrite": False}
        return {"mode": "create"} if "mode" in known else {}  # s3fs since 2024.10, gcsfs since 2024.12


def _is_s3(url: str) -> bool:
    return url.startswith(("s3://", "s3a://"))


def _patient(url: str, options: Mapping[str, Any]) -> dict[str, Any]:
    """Options with time-outs and tries for S3, unless the user has said something about them."""
    if not _is_s3(url) or "config_kwargs" in options:
        return dict(options)
    config: dict[str, Any] = {"connect_timeout": 5, "read_timeout": 30}
    if "AWS_MAX_ATTEMPTS" not in os.environ and "AWS_RETRY_MODE" not in os.environ:
        config["retries"] = {"mode": "standard", "total_max_attempts": 2}
    return {**options, "config_kwargs": config}


def _reason(url: str, error: Exception) -> str:
    said = str(store_error(url, error))
    return said.partition("cannot be used: ")[2].partition(". `bridge doctor`")[0] or type(error).__name__
