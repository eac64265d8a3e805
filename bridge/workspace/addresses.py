"""Where a person looks at what is tracked."""

from __future__ import annotations

from bridge.domain.secret_urls import redacted
from bridge.tracking.reach import is_server


def run_address(tracking_uri: str, tracking_id: str) -> str | None:
    """The page of a run, without a password that the URI may have; None where there is no server with pages.

    >>> run_address("http://127.0.0.1:5000/", "4f2a")
    'http://127.0.0.1:5000/#/runs/4f2a'
    >>> run_address("sqlite:///mlflow.db", "4f2a") is None
    True
    """
    if not is_server(tracking_uri):
        return None
    return f"{redacted(tracking_uri).rstrip('/')}/#/runs/{tracking_id}"


def how_to_look(tracking_uri: str) -> str:
    """The server's address, or the command that starts one.

    >>> how_to_look("sqlite:///mlflow.db")
    'mlflow ui --backend-store-uri sqlite:///mlflow.db'
    """
    uri = redacted(tracking_uri)
    return uri if is_server(uri) else f"mlflow ui --backend-store-uri {uri}"
