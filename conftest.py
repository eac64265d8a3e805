"""What all tests share: one Prefect server and one MLflow store for the session, a home of bridge for each test.

Every example in a docstring, in README.md and in docs/ is a test too.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from doctest import ELLIPSIS, NORMALIZE_WHITESPACE
from pathlib import Path

import hypothesis
import pytest
from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser
from sybil.parsers.markdown import SkipParser as MarkdownSkipParser
from sybil.parsers.rest import DocTestParser, SkipParser
from sybil.sybil import SybilCollection

os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
os.environ["PREFECT_SERVER_ANALYTICS_ENABLED"] = "false"
os.environ["PREFECT_SERVER_DATABASE_TIMEOUT"] = "60"  # SQLite is locked for seconds on a loaded machine
os.environ["PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS"] = "120"
os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"
os.environ["PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW"] = "ignore"
for name in [name for name in os.environ if name.startswith("BRIDGE_")]:
    del os.environ[name]

# What lands must not depend on the luck of the draw; by hand each run looks at new cases.
# How long one takes says what else the machine does.
_untimed = {"deadline": None, "suppress_health_check": [hypothesis.HealthCheck.too_slow]}
hypothesis.settings.register_profile("here", **_untimed)
hypothesis.settings.register_profile("ci", derandomize=True, **_untimed)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "here")


@pytest.fixture(scope="session", autouse=True)
def _private_hosts(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keep Prefect's and MLflow's own files of the session out of the user's home and out of the repository."""
    folder = tmp_path_factory.mktemp("hosts")
    os.environ["PREFECT_HOME"] = str(folder / "prefect")
    os.environ["MLFLOW_TRACKING_URI"] = f"sqlite:///{folder / 'mlflow.db'}"


@pytest.fixture()
def bridge_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home of bridge for one test; every workspace that it opened is closed at its end."""
    home = tmp_path / "bridge-home"
    monkeypatch.setenv("BRIDGE_HOME", str(home))
    monkeypatch.setenv("BRIDGE_ON_ERROR", "raise")
    yield home
    from bridge.workspace import reset

    reset()


@pytest.fixture(scope="session")
def prefect_server(_private_hosts: None) -> Iterator[None]:
    """One real Prefect server for the session."""
    from prefect.testing.utilities import prefect_test_harness

    with prefect_test_harness(server_startup_timeout=120):
        yield


@pytest.fixture(scope="module")
def _own_home(_private_hosts: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The examples of one file save into a home of their own."""
    from bridge.workspace import reset

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BRIDGE_HOME", str(tmp_path_factory.mktemp("examples")))
        patch.setenv("BRIDGE_ON_ERROR", "raise")
        yield
        reset()


@pytest.fixture(scope="module")
def _own_server(prefect_server: None) -> None:
    """The examples of one file may run flows."""


_examples = [DocTestParser(optionflags=ELLIPSIS | NORMALIZE_WHITESPACE), SkipParser()]

pytest_collect_file = SybilCollection(
    [
        Sybil(
            parsers=_examples,
            patterns=["bridge/*.py", "bridge/*/*.py", "bridge/*/*/*.py"],
            excludes=["bridge/catalog/migrations/*"],
            fixtures=["_own_home"],
        ),
        Sybil(
            parsers=[PythonCodeBlockParser(), MarkdownSkipParser()],
            patterns=["README.md", "docs/*.md", "docs/*/*.md"],
            fixtures=["_own_home", "_own_server"],
        ),
    ]
).pytest()
