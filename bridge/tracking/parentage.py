"""What makes a run that the user starts himself a child of the flow's run: MLflow asks for its tags and experiment."""

from __future__ import annotations

from typing import Any


class FlowRunProvider:
    """An `mlflow.run_context_provider`: names the flow's run as the parent of runs started within it.

    Registered by the entry point in pyproject.toml. Does nothing outside bridge's flows.

    >>> FlowRunProvider().in_context()
    False
    """

    def in_context(self) -> bool:
        """Whether a flow run of bridge's is going on here."""
        from bridge.tracking.current import current_flow_run

        return current_flow_run.get() is not None

    def tags(self) -> dict[str, str]:
        """The parent, if its run is tracked."""
        from bridge.tracking.current import tracked_run

        run: Any = tracked_run()
        return {} if run is None else {"mlflow.parentRunId": run.info.run_id}


class FlowExperimentProvider:
    """An `mlflow.default_experiment_provider`: runs started within a flow run are in its run's experiment.

    MLflow asks where the user has chosen none. Its page shows a child below its parent only in one experiment.

    >>> FlowExperimentProvider().in_context()
    False
    """

    def in_context(self) -> bool:
        """Whether a flow run of bridge's is going on here, and is tracked."""
        from bridge.tracking.current import tracked_run

        return tracked_run() is not None

    def get_experiment_id(self) -> str:
        """The experiment of its run."""
        from bridge.tracking.current import tracked_run

        run: Any = tracked_run()
        experiment: str = run.info.experiment_id  # as it is: it may be one that is not settled yet
        return experiment
