"""Finds out quickly whether a tracking server answers, so that a dead one does not hold up the tracker."""

from __future__ import annotations

import http.client
import ssl
import time
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from bridge.domain.errors import TrackingError

PATIENCE = 5.0
"""Seconds that a server has to answer; MLflow's own calls try eight times, which takes minutes."""

PAUSE = 30.0
"""Seconds for which a server that did not answer is left alone."""

FRESH = 10.0
"""Seconds for which a server that answered is not asked again."""


class Reach:
    """Remembers whether servers answered lately. For one thread, or several that do not mind asking twice.

    >>> Reach().check("sqlite:///mlflow.db")
    """

    def __init__(self) -> None:
        self._answered: dict[str, float] = {}
        self._silent: dict[str, tuple[float, str]] = {}

    def check(self, uri: str) -> None:
        """Return if a server answers, whatever it says; other stores than servers are not asked.

        Raises:
            TrackingError: If it does not, or did not a moment ago.
        """
        if not uri.startswith(("http://", "https://")):
            return
        now = time.monotonic()
        failed_at, why = self._silent.get(uri, (-PAUSE, ""))
        if now - failed_at < PAUSE:
            raise TrackingError(uri, why)
        if now - self._answered.get(uri, -FRESH) < FRESH:
            return
        try:
            _ask(uri)
        except OSError as error:
            why = str(getattr(error, "reason", error))
            self._silent[uri] = (time.monotonic(), why)
            raise TrackingError(uri, why) from error
        self._answered[uri] = time.monotonic()


def _ask(uri: str) -> None:
    try:
        with urlopen(Request(uri.rstrip("/") + "/health"), timeout=PATIENCE):
            return
    except (HTTPError, http.client.HTTPException):
        return
    except URLError as error:
        if not isinstance(error.reason, ssl.SSLError):  # MLflow has settings of its own for certificates
            raise
