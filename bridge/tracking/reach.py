"""Finds out quickly whether a tracking server answers, so that a dead one does not hold up anyone."""

from __future__ import annotations

import http.client
import ssl
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

PATIENCE = 2.0
"""Seconds that a server has to answer; MLflow's own calls try eight times, which takes minutes."""


def is_server(uri: str) -> bool:
    """Whether a tracking URI is that of a server.

    >>> is_server("http://127.0.0.1:5000"), is_server("sqlite:///mlflow.db")
    (True, False)
    """
    return uri.startswith(("http://", "https://"))


def silence(uri: str, patience: float = PATIENCE) -> str:
    """Why a server does not answer; empty if it does, whatever it says. Other stores than servers are not asked.

    >>> silence("sqlite:///mlflow.db")
    ''
    """
    if not is_server(uri):
        return ""
    try:
        _ask(uri, patience)
    except OSError as error:
        return str(getattr(error, "reason", error)) or type(error).__name__
    return ""


def _ask(uri: str, patience: float) -> None:
    try:
        with urlopen(Request(uri.rstrip("/") + "/health"), timeout=patience):
            return
    except (HTTPError, http.client.HTTPException):
        return
    except URLError as error:
        if not isinstance(error.reason, ssl.SSLError):  # MLflow has settings of its own for certificates
            raise
