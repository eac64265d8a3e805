"""Questions to the tracker that nobody waits for longer than they want."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from bridge.tracking.loaded import load

LOADING = 5.0
"""Seconds for MLflow to be loaded, which are not part of anybody's patience."""

Answer = TypeVar("Answer")


class _Asking(Generic[Answer]):
    answer: Answer
    error: Exception | None = None

    def __init__(self, question: Callable[[], Answer]) -> None:
        self._question, self.loaded = question, threading.Event()

    def run(self) -> None:
        try:
            load()
            self.loaded.set()
            self.answer = self._question()
        except Exception as error:  # noqa: BLE001 - who asked gets it
            self.error = error
        finally:
            self.loaded.set()


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
    asking = _Asking(question)
    thread = threading.Thread(target=asking.run, name="bridge-asks-tracker", daemon=True)
    thread.start()
    asking.loaded.wait(LOADING)
    thread.join(patience)
    if asking.error is not None:
        raise asking.error
    try:
        return asking.answer
    except AttributeError:
        raise TimeoutError("the tracker did not answer in time.") from None
