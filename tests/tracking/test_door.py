"""The private names of MLflow that bridge relies on, and what of MLflow's remarks a user hears."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator

import mlflow
import pytest

from bridge.tracking.fluent import missing
from bridge.tracking.quiet import quiet


class Heard(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(record.getMessage())


@pytest.fixture()
def heard() -> Iterator[Heard]:
    handler, logger = Heard(), logging.getLogger("mlflow")
    logger.addHandler(handler)
    yield handler
    logger.removeHandler(handler)


def test_mlflow_has_the_private_names_that_bridge_extends() -> None:
    gone = missing()
    assert gone == [], f"MLflow {mlflow.__version__} has no {', '.join(gone)}: see bridge/tracking/fluent.py"


def test_quiet_holds_back_this_threads_remarks_but_no_errors(heard: Heard) -> None:
    logger = logging.getLogger("mlflow.tracking")
    with quiet():
        logger.warning("held back")
        logger.error("an error")
    logger.warning("afterwards")
    assert heard.said == ["an error", "afterwards"]


def test_quiet_lets_other_threads_speak(heard: Heard) -> None:
    logger = logging.getLogger("mlflow.tracking")
    with quiet():
        other = threading.Thread(target=lambda: logger.warning("from elsewhere"))
        other.start()
        other.join()
    assert heard.said == ["from elsewhere"]


def test_quiet_ends_for_each_of_two_threads_alone(heard: Heard) -> None:
    logger, inside, leave = logging.getLogger("mlflow.tracking"), threading.Event(), threading.Event()

    def stays() -> None:
        with quiet():
            inside.set()
            leave.wait(60)
            logger.warning("held back")

    other = threading.Thread(target=stays)
    other.start()
    assert inside.wait(60)
    with quiet():
        pass
    logger.warning("mine")
    leave.set()
    other.join()
    assert heard.said == ["mine"]
