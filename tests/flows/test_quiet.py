"""What Prefect says at a script's end is left out as long as it tells of nothing."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from bridge.flows import quiet


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(quiet, "_first", {})
    yield


def _said(logger: logging.Logger, caplog: pytest.LogCaptureFixture) -> list[str]:
    caplog.clear()
    for words in ("Still processing items: 18 items remaining...", "Failed to send an event"):
        logger.warning(words)
    return caplog.messages


@pytest.mark.parametrize("name", quiet.WORKERS)
def test_that_a_worker_still_works_is_said_after_some_seconds(
    name: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    quiet.hush_workers()
    logger = logging.getLogger(name)
    assert _said(logger, caplog) == ["Failed to send an event"]
    monkeypatch.setattr(quiet, "SOON", 0.0)
    assert _said(logger, caplog) == ["Still processing items: 18 items remaining...", "Failed to send an event"]


def test_the_workers_that_are_hushed_are_prefects() -> None:
    from prefect._internal.concurrency.services import QueueService
    from prefect.events.worker import EventsWorker
    from prefect.logging.handlers import APILogWorker

    for worker, name in ((EventsWorker, quiet.WORKERS[0]), (APILogWorker, quiet.WORKERS[1])):
        assert issubclass(worker, QueueService) and worker.__name__ == name
