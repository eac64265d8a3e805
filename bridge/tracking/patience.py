"""Questions to the tracker that nobody waits for longer than they want."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

from bridge.tracking.loaded import load

LOADING = 5.0
"""Seconds for MLflow to be loaded, which are not part of anybody's patience."""

Answer = TypeVar("Answer")


def asked(question: Callable[[], Answer], patience: float) -> Answer:
    """The answer to a question, if it comes in time; else the thread that asks is left to itself.

    To be asked for when nothing else is being imported: loading MLflow beside that does not go well.

    Args:
        question: Asks MLflow.
        patience: Seconds to wait, once MLflow is loaded.

    Raises:
        TimeoutError: If there is no answer by then.

    Whatever the question raises is raised here.
    """
    answer: Future[Answer] = Future()
    loaded = threading.Event()

    def ask() -> None:
        try:
            load()
            loaded.set()
            answer.set_result(question())
        except Exception as error:  # noqa: BLE001 - who asked gets it
            answer.set_exception(error)
        finally:
            loaded.set()

    thread = threading.Thread(target=ask, name="bridge-asks-tracker", daemon=True)
    thread.start()
    loaded.wait(LOADING)
    thread.join(patience)
    if not answer.done():
        raise TimeoutError("the tracker did not answer in time.")
    return answer.result()
