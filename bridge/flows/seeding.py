"""Seeding random numbers, such that the run knows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bridge.domain.run import Run
from bridge.flows import surroundings
from bridge.flows.current import current_run
from bridge.provenance.seeds import seed_libraries
from bridge.workspace import current, guarded


def seed_everything(seed: int) -> int:
    """Seed Python's `random`, NumPy, PyTorch and TensorFlow in this process, and record the seed with the run.

    Libraries that are not loaded yet are seeded when they are. Call it where the random numbers are made: at the top of
    a flow for what runs in its process, in the task for one that runs in another process.

    It cannot make everything repeat itself. Tasks that run at the same time in threads share these generators and take
    from them in whatever order they come to it: give each a generator of its own (`numpy.random.default_rng(seed)`).
    Generators that are made without a seed are not its own either, nor is the order of a set of texts, which
    `PYTHONHASHSEED` decides before Python starts; and GPUs add up in another order unless
    `torch.use_deterministic_algorithms(True)` says otherwise.

    Args:
        seed: From 0 to 2**32 - 1.

    Returns:
        The seed.

    Raises:
        TypeError: If the seed is no whole number.
        ValueError: If it is out of range.

    >>> import random
    >>> seed_everything(7), random.random()
    (7, 0.32383276483316237)
    """
    said = seed_libraries(seed)
    run = current_run.get()
    if run is not None and not surroundings.is_here(run.id):
        guarded("recording the seed", lambda: _record(run.id, said), on_error=current().settings.on_error)
    return int(said["seed"])


def _record(run_id: str, said: Mapping[str, Any]) -> None:
    """Note the seed with a run that goes on in another process, which keeps it at its end."""
    workspace = current()
    run: Run = workspace.catalog.run(run_id)
    workspace.record_run(replace(run, environment={**run.environment, "seeds": said}))
