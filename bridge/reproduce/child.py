"""The process that runs a flow again: `python -c "from bridge.reproduce.child import main; main()" PLAN`."""

from __future__ import annotations

import random
import sys
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from bridge.domain.errors import BridgeError, ReproduceError
from bridge.reproduce.plan import Came, Plan


def main() -> None:
    """Run what the plan says, write down what came of it, and end as the flow did."""
    plan = Plan.read(Path(sys.argv[1]))
    sys.argv[:] = [plan.file, *plan.arguments]
    came = replayed(plan)
    came.write(Path(plan.outcome))
    sys.stdout.flush()
    if came.refused or came.error:
        sys.exit(1)


def replayed(plan: Plan) -> Came:
    """Run a flow again in this process."""
    from bridge import activate
    from bridge.flows import trials
    from bridge.flows.replaying import Replay
    from bridge.workspace import current

    begun: list[str] = []
    try:
        _listen(current(), begun)
        if plan.activate:
            activate()
        _seed(plan.seed)
        trials.repeats(plan.run, plan.study_seeds)
        replay = Replay(
            plan.flow,
            plan.function,
            plan.parameters,
            versions={name: partial(_load, ref) for name, ref in plan.versions.items()},
            lost=plan.lost,
            nested=plan.nested,
        )
        if plan.module == "__main__":
            replay.script(Path(plan.file), run_as=plan.run_as)
        else:
            replay.module(Path(plan.file), plan.module)
    except ReproduceError as error:
        return Came(tuple(begun), refused=error.why)
    except BridgeError as error:
        return Came(tuple(begun), refused=str(error).rstrip("."))
    raised = replay.error
    told = "" if raised is None else f"{type(raised).__name__}: {raised}"
    return Came(tuple(begun), error=told, taken=replay.taken)


def _listen(workspace: Any, begun: list[str]) -> None:
    """Note the runs that are recorded in this process."""
    record = workspace.record_run

    def record_run(run: Any) -> None:
        if run.id not in begun:
            begun.append(run.id)
        record(run)

    workspace.record_run = record_run


def _load(ref: str) -> Any:
    import bridge

    return bridge.load(ref)


def _seed(seed: int | None) -> None:
    """Seed what was seeded; what is loaded later too, where `bridge.seed_everything` sees to that."""
    if seed is None:
        return
    import bridge

    everything = getattr(bridge, "seed_everything", None)
    if everything is not None:
        everything(seed)
        return
    random.seed(seed)
    if (numpy := _module("numpy")) is not None:
        numpy.random.seed(seed)


def _module(name: str) -> Any:
    from importlib import import_module

    try:
        return import_module(name)
    except ImportError:
        return None


def is_seeded(environment: Mapping[str, Any]) -> int | None:
    """The seed that a run's environment tells of.

    >>> is_seeded({"seeds": {"seed": 7, "of": ["random"]}}), is_seeded({})
    (7, None)
    """
    seeds = environment.get("seeds")
    seed = seeds.get("seed") if isinstance(seeds, Mapping) else None
    return seed if isinstance(seed, int) else None
