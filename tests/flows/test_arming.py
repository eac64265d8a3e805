"""Prefect's engines are loaded by the first run, and extended then."""

from __future__ import annotations

import prefect
import pytest

from bridge.domain.errors import HostVersionError
from bridge.flows import arming, engine
from tests.flows.conftest import Script

LOOKING = """
import sys
from bridge import flow, task

@task
def one():
    return 1

@flow
def flowing():
    return one()

engines = [name for name in ("prefect.task_engine", "prefect.flow_engine") if name in sys.modules]
"""


def test_who_only_looks_at_flows_loads_no_engine(script: Script) -> None:
    code, out, err = script.run(LOOKING + "print(engines)")
    assert (code, out.strip()) == (0, "[]"), err


@pytest.mark.parametrize(
    "before",
    ["", "import prefect.flow_engine", "import prefect.task_engine", "import prefect.task_engine, prefect.flow_engine"],
)
def test_runs_are_recorded_whichever_engine_was_there_first(before: str, script: Script) -> None:
    told = "from bridge.lineage import ancestors\nfrom bridge import load\nflowing()\nprint(load('flowing/one'))"
    code, out, err = script.run(f"{before}\n{LOOKING}\n{told}", BRIDGE_TRACKER="null")
    assert (code, out.splitlines()[-1]) == (0, "1"), err


def test_flows_begun_in_eight_threads_at_once_are_all_recorded(script: Script) -> None:
    """The first loads the engines while the others come."""
    rest = """
import threading
from bridge.workspace import current
threads = [threading.Thread(target=one if n % 2 else flowing) for n in range(8)]
for thread in threads: thread.start()
for thread in threads: thread.join()
catalog = current().catalog
print(len(catalog.runs(limit=50)), sum(len(catalog.steps(run.id)) for run in catalog.runs(limit=50)))
from prefect.task_engine import SyncTaskRunEngine
from prefect.flow_engine import FlowRunEngine
print([getattr(one, "_bridge_extended", False) for one in (SyncTaskRunEngine.start, FlowRunEngine.start)])
"""
    code, out, err = script.run(LOOKING + rest, BRIDGE_TRACKER="null")
    assert (code, out.splitlines()[-1]) == (0, "[True, True]"), err
    runs, steps = map(int, out.splitlines()[-2].split())
    assert runs >= 4 and steps >= 8, out


def test_an_unknown_prefect_is_looked_at_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prefect, "__version__", "3.9.0")
    monkeypatch.setattr(engine, "RELIED_ON", [(engine.TASKS, "SyncTaskRunEngine.no_such_method", ("self",))])
    with pytest.raises(HostVersionError, match=r"Prefect 3\.9\.0"):
        arming.arm()


def test_the_installed_prefect_is_known_to_fit() -> None:
    assert arming.is_known(prefect.__version__), "is the newest tried release still the newest?"
