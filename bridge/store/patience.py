"""How long a file system far away is waited for: failures that may pass are tried again, within a bound.

Drivers try again by themselves, each in its own way, some for minutes and some never; this is the same for all of them.
"""

from __future__ import annotations

import errno
import random
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

ANSWER_WITHIN = 15.0
"""Seconds. A store that was not heard of yet has so long to say anything; one that was, to take a request again."""

PAUSES = (0.5, 1.0, 2.0)
"""Seconds before a request is sent for the second, third and fourth time; a random part of them is left out."""

_PASSING_ERRNO = frozenset({errno.EHOSTUNREACH, errno.ENETUNREACH, errno.ENETDOWN, errno.EHOSTDOWN, errno.EPIPE})
_PASSING = frozenset(
    {
        "ConnectionError",  # botocore, which has one of its own
        "HTTPClientError",
        "ResponseParserError",
        "IncompleteReadError",
        "ClientConnectionError",  # aiohttp
        "ClientPayloadError",
        "FSTimeoutError",  # fsspec
        "ServiceRequestError",  # azure-core
        "ServiceResponseError",
        "TransportError",  # google-auth
        "SSHException",  # paramiko
    }
)
_LASTING = (FileNotFoundError, FileExistsError, PermissionError, NotImplementedError, ImportError)
_Answer = TypeVar("_Answer")


def may_pass(error: Exception) -> bool:
    """Whether the same request may well be answered a moment later.

    >>> may_pass(ConnectionResetError()), may_pass(PermissionError()), may_pass(OSError(28, "No space left"))
    (True, False, False)
    """
    if isinstance(error, _LASTING):
        return False
    status = http_status(error)
    if status is not None:
        return status in (408, 409, 429) or (status >= 500 and status != 501)  # 409: two put it at once, on S3
    for one in _chain(error):
        if isinstance(one, (ConnectionError, TimeoutError, socket.gaierror)):
            return True
        if isinstance(one, OSError) and one.errno in _PASSING_ERRNO:
            return True
        if not _PASSING.isdisjoint(kind.__name__ for kind in type(one).__mro__):
            return True
    return False


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: BaseException | None = error
    while seen is not None:
        yield seen
        seen = seen.__cause__


def http_status(error: BaseException) -> int | None:
    """The status of the HTTP answer that an error stands for (botocore's, gcsfs's, azure-core's); None if of none.

    >>> http_status(OSError("no answer at all")) is None
    True
    """
    return next((status for one in _chain(error) if (status := _status(one)) is not None), None)


def _status(error: BaseException) -> int | None:
    response = getattr(error, "response", None)
    said: Any = response.get("ResponseMetadata", {}).get("HTTPStatusCode") if isinstance(response, dict) else None
    for name in ("status_code", "code", "status"):
        said = said if said is not None else getattr(error, name, None)
    return said if isinstance(said, int) and 100 <= said < 600 else None


def patiently(request: Callable[[], _Answer], *, within: float = ANSWER_WITHIN) -> _Answer:
    """Send a request, and again after failures that may pass; the last of them comes out.

    Args:
        request: What may be done twice.
        within: Seconds after which it is not sent again.

    >>> patiently(lambda: 42)
    42
    """
    until = time.monotonic() + within
    for pause in PAUSES:
        try:
            return request()
        except Exception as error:
            pause *= random.uniform(0.5, 1)  # many writers that failed together do not come back together
            if not may_pass(error) or time.monotonic() + pause > until:
                raise
            time.sleep(pause)
    return request()


def bounded(work: Callable[[], _Answer], *, within: float) -> _Answer:
    """Do something in a thread of its own, and leave it to itself if it takes too long.

    Args:
        work: What is done; nobody sees what becomes of it after that time.
        within: Seconds.

    Raises:
        TimeoutError: If it takes longer.

    >>> bounded(lambda: 42, within=10)
    42
    """
    answers: list[_Answer] = []
    errors: list[Exception] = []

    def run() -> None:
        try:
            answers.append(work())
        except Exception as error:  # noqa: BLE001  it is raised by who waits
            errors.append(error)

    thread = threading.Thread(target=run, name="bridge-store-first-request", daemon=True)
    thread.start()
    thread.join(within)
    if errors:
        raise errors[0]
    if not answers:
        raise TimeoutError(f"no answer in {within:.0f} s")
    return answers[0]
