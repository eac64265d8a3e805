"""What is noticed while a marked task or flow runs.

The engine (`bridge.flows.engine`) calls these at the points of a run's life. They are loaded when the first run begins:
a process that only imports flows (to deploy, show or collect them) does without.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bridge.domain.lazy import names_of

if TYPE_CHECKING:
    from bridge.flows.observing.runs import flow_run, of, result_taken, runner_started, storage_of, task_run, yielded

__all__ = ["flow_run", "of", "result_taken", "runner_started", "storage_of", "task_run", "yielded"]

__getattr__ = names_of(__name__, dict.fromkeys(__all__, "bridge.flows.observing.runs"))
