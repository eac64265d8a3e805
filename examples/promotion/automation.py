"""An automation of Prefect's: when an alias moves to a version of a model, a deployment starts."""

from prefect.automations import Automation
from prefect.client.orchestration import get_client
from prefect.events.actions import RunDeployment
from prefect.events.schemas.automations import EventTrigger


def deploy_when_promoted(model: str, alias: str, deployment: str) -> None:
    with get_client(sync_client=True) as client:
        target = client.read_deployment_by_name(deployment)
    Automation(
        name=f"Deploy {model} when it is {alias}",
        trigger=EventTrigger(
            expect={"bridge.model.promoted", "bridge.model.rolled_back"},
            match={"prefect.resource.id": f"bridge.model.{model}", "bridge.model.alias": alias},
        ),
        actions=[RunDeployment(deployment_id=target.id, parameters={"model": model, "alias": alias})],
    ).create()
