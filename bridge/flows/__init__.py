"""The one door to Prefect: decorators, capture, lineage of inputs."""

from bridge.flows.decorators import flow, task
from bridge.flows.marked import BridgeFlow, BridgeTask

__all__ = ["BridgeFlow", "BridgeTask", "flow", "task"]
