"""The demo's story, told against the Prefect server that `demo.py` started."""

import sys
import threading
import time
from collections.abc import Callable
from typing import TypeVar

from automation import deploy_when_promoted
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import FlowFilter, FlowFilterName
from prefect.client.schemas.objects import FlowRun
from prefect.exceptions import ObjectNotFound
from training import promoting, training

import bridge

T = TypeVar("T")
PATIENCE = 120.0
MODEL = "tumour-classifier"


def main() -> int:
    print("\n1. The first model is trained on 60 rows, and is champion: there is none to compare it with.")
    print("  ", training(60))
    print("  ", promoting(f"{MODEL}@1", approval=False))
    waited_for(lambda: deployment_exists("deploying/deploy-model"), "the deployment")
    deploy_when_promoted(MODEL, "champion", "deploying/deploy-model")

    print("\n2. A challenger is trained on 400 rows. It passes the gates, and the flow run waits for a person.")
    print("  ", training(400))
    told: list[str] = []
    asking = threading.Thread(target=lambda: told.append(promoting(f"{MODEL}@2")))
    asking.start()
    paused = waited_for(lambda: run_of("promoting", "Paused"), "the pause")
    print(f"   The flow run {paused.name} is {paused.state.name}, with this form:")
    print("      " + "\n      ".join(form_of(paused).splitlines()))

    print("\n3. Ann approves, through Prefect's API.")
    with get_client(sync_client=True) as client:
        client.resume_flow_run(paused.id, run_input={"approve": True, "who": "ann", "reason": "looks right"})
    asking.join(PATIENCE)
    print("  ", *told)

    print("\n4. The event bridge.model.promoted has started the deployment, which loads the new champion with MLflow.")
    deployed = waited_for(lambda: run_of("deploying", "Completed"), "the deployment's run")
    print(f"   {deployed.name}:", waited_for(lambda: result_of(deployed), "its result"))

    print("\n5. A worse challenger, trained on 30 rows, is refused before anybody is asked.")
    print("  ", training(30))
    print("  ", promoting(f"{MODEL}@3"))
    print("   The champion is", bridge.models.get(f"{MODEL}@champion").selector)
    return 0


def waited_for(look: Callable[[], T | None], what: str) -> T:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        found = look()
        if found:
            return found
        time.sleep(0.3)
    raise TimeoutError(f"{what} did not come about within {PATIENCE:.0f} s")


def run_of(flow: str, state: str) -> FlowRun | None:
    with get_client(sync_client=True) as client:
        runs = client.read_flow_runs(flow_filter=FlowFilter(name=FlowFilterName(any_=[flow])))
    return next((run for run in runs if run.state is not None and run.state.name == state), None)


def result_of(run: FlowRun) -> object | None:
    """What a run of `deploying` gave; it is recorded a moment after Prefect says that the run is over."""
    try:
        return bridge.load(f"deploying@run:{run.id}")
    except LookupError:
        return None


def deployment_exists(name: str) -> bool:
    with get_client(sync_client=True) as client:
        try:
            return bool(client.read_deployment_by_name(name))
        except ObjectNotFound:
            return False


def form_of(run: FlowRun) -> str:
    from prefect.input import read_flow_run_input

    keys = run.state.state_details.run_input_keyset
    return str(waited_for(lambda: read_flow_run_input(keys["description"], flow_run_id=run.id), "the form"))


if __name__ == "__main__":
    sys.exit(main())
