"""What bridge relies on inside Prefect."""

from __future__ import annotations

import importlib
import threading
from typing import Any

import prefect
import pytest
from prefect.task_engine import SyncTaskRunEngine

import bridge
from bridge.domain.errors import HostVersionError
from bridge.flows import engine
from bridge.flows.engine import ENGINES, TASKS
from bridge.workspace import Workspace


@pytest.fixture(autouse=True)
def _installed() -> None:
    for name in ENGINES:
        importlib.import_module(name)
    engine.install()


def extended() -> list[Any]:
    places = [engine.owner_of(place) for place in (*engine.RELIED_ON, *engine.USED_IF_THERE)]
    return [getattr(owner, name) for owner, name in places]


def test_all_of_them_are_extended() -> None:
    assert all(getattr(method, "_bridge_extended", False) for method in extended())


def test_prefects_private_names_are_as_they_were() -> None:
    assert engine.misfits() == [], f"Prefect {prefect.__version__} has moved what bridge/flows/engine.py relies on"


def test_installing_twice_is_installing_once() -> None:
    before = SyncTaskRunEngine.start
    engine.install()
    assert SyncTaskRunEngine.start is before


def test_installing_again_after_modules_were_forgotten_extends_nothing_twice() -> None:
    before = extended()
    engine.install()
    assert extended() == before


@pytest.mark.parametrize("where", ["SyncTaskRunEngine", "NoSuchEngine"])
def test_a_prefect_that_does_not_fit_is_named_with_those_that_do(where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "RELIED_ON", [(TASKS, f"{where}.no_such_method", ("self",))])
    for look in (engine.check, engine.install):
        with pytest.raises(HostVersionError, match=r"no_such_method is gone.*pip install 'prefect>=3\.7,<4'"):
            look()


def test_plain_tasks_are_left_alone(prefect_server: None) -> None:
    from bridge.flows.observing import runs as observing

    seen = []

    @prefect.task
    def plain() -> int:
        return 1

    original = observing.ObservedTask.begun
    try:
        observing.ObservedTask.begun = lambda *arguments: seen.append(arguments)  # type: ignore[method-assign]
        assert plain() == 1
    finally:
        observing.ObservedTask.begun = original  # type: ignore[method-assign]
    assert seen == []


@pytest.mark.parametrize(("module", "waits"), [(prefect, True), (bridge, False)], ids=["prefect", "bridge"])
def test_the_end_of_a_flow_does_not_wait_for_the_sleep_between_heartbeats(
    module: Any, waits: bool, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    joined, join = [], threading.Thread.join

    def spy(thread: threading.Thread, timeout: float | None = None) -> None:
        joined.append(timeout)
        join(thread, timeout)

    @module.flow
    def beating() -> int:
        return 1

    monkeypatch.setattr(threading.Thread, "join", spy)
    assert beating() == 1
    assert (2 in joined) is waits  # seconds that Prefect gives its thread
