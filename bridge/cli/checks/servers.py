"""Whether the servers that the settings name answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from http.client import HTTPException
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from bridge.cli.checks.finding import Finding
from bridge.cli.checks.prefect_settings import prefect_setting
from bridge.domain.secret_urls import redacted

PATIENCE = 3.0
"""Seconds that a server has to answer."""


def check_servers(environment: Mapping[str, str], tracking_url: str | None) -> Iterator[Finding]:
    """Ask Prefect's API and the tracker whether they are there.

    Args:
        environment: Variables of the process.
        tracking_url: Where runs are tracked if MLflow's variable does not say; None if the settings cannot be read.

    >>> [finding.said for finding in check_servers({"PREFECT_HOME": "/nowhere"}, "sqlite:////tmp/mlflow.db")]
    ['no PREFECT_API_URL: each run starts a temporary server (5 to 40 s)', 'sqlite:////tmp/mlflow.db']
    """
    url, origin = prefect_url(environment)
    if not url:
        said = "no PREFECT_API_URL: each run starts a temporary server (5 to 40 s)"
        yield Finding("Prefect API", "ok", said, "Faster: prefect server start, and set PREFECT_API_URL")
    else:
        yield _ask("Prefect API", url, f"{url.rstrip('/')}/health", f"prefect server start, or unset it ({origin})")
    tracker = environment.get("MLFLOW_TRACKING_URI") or tracking_url
    if tracker is None:
        return
    if tracker.startswith(("http://", "https://")):
        yield _ask("tracker", tracker, f"{tracker.rstrip('/')}/health", "Start it, or correct MLFLOW_TRACKING_URI.")
    else:
        yield Finding("tracker", "ok", redacted(tracker))


def _ask(topic: str, url: str, health: str, todo: str) -> Finding:
    why = answers(health)
    if why is None:
        return Finding(topic, "ok", f"{redacted(url)} answers")
    return Finding(topic, "failed", f"{redacted(url)} does not answer: {why}", todo)


def answers(url: str) -> str | None:
    """Why a server does not answer; None if it does, be it with a refusal.

    >>> answers("http://127.0.0.1:1/health")
    'Connection refused'
    """
    try:
        with urlopen(Request(url, headers={"User-Agent": "bridge-doctor"}), timeout=PATIENCE):  # http(s) only
            return None
    except HTTPError as error:
        return None if error.code < 500 else f"it answers {error.code}"
    except URLError as error:
        return str(getattr(error.reason, "strerror", None) or error.reason)
    except (OSError, HTTPException, ValueError) as error:
        return str(error) or type(error).__name__


def prefect_url(environment: Mapping[str, str]) -> tuple[str, str]:
    """Prefect's API as its settings name it, and where; empty if they do not.

    >>> prefect_url({"PREFECT_API_URL": "http://127.0.0.1:4200/api"})
    ('http://127.0.0.1:4200/api', 'PREFECT_API_URL in the environment')
    """
    url, origin = prefect_setting("api.url", environment)
    return str(url or ""), origin
