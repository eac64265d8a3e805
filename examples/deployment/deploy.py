"""Deploy the flow on a schedule, and wait until a worker has run it once."""

import sys
import time
from datetime import timedelta
from pathlib import Path

from prefect import flow
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import (
    DeploymentFilter,
    DeploymentFilterId,
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import TERMINAL_STATES

PATIENCE = 300.0


def main() -> int:
    deployed = flow.from_source(str(Path(__file__).parent), entrypoint="training.py:training").deploy(
        name="every-ten-seconds",
        work_pool_name="demo",
        interval=timedelta(seconds=10),
        parameters={"trees": 50},
        print_next_steps=False,
        ignore_warnings=True,
    )
    print("Deployed training/every-ten-seconds; waiting for the schedule ...", flush=True)
    of_it = DeploymentFilter(id=DeploymentFilterId(any_=[deployed]))
    is_over = FlowRunFilter(state=FlowRunFilterState(type=FlowRunFilterStateType(any_=list(TERMINAL_STATES))))
    until = time.monotonic() + PATIENCE
    with get_client(sync_client=True) as client:
        while time.monotonic() < until:
            for run in client.read_flow_runs(deployment_filter=of_it, flow_run_filter=is_over, limit=1):
                print(f"{run.name}: {run.state}, {'on schedule' if run.auto_scheduled else 'by hand'}")
                return 0 if run.state and run.state.is_completed() else 1
            time.sleep(1)
    print(f"No run was over after {PATIENCE:.0f} s; does a worker poll the pool `demo`?", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
