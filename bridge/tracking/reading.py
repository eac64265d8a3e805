"""What MLflow has of a run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from bridge.domain.errors import TrackingError
from bridge.tracking.loaded import load
from bridge.tracking.quiet import quiet


@dataclass(frozen=True, slots=True)
class Tracked:
    """Parameters and metrics of a tracked run; of a metric logged several times, the latest.

    >>> Tracked().metrics
    {}
    """

    params: Mapping[str, str] = field(default_factory=dict)
    metrics: Mapping[str, float] = field(default_factory=dict)


def read_run(tracking_uri: str | None, tracking_id: str) -> Tracked:
    """Ask MLflow for a run.

    Args:
        tracking_uri: Where the run is known; None for where MLflow is set to.
        tracking_id: MLflow's id of the run.

    Raises:
        TrackingError: If MLflow does not answer, or has no such run.
    """
    tracking = load()
    try:
        with quiet():
            data = tracking.MlflowClient(tracking_uri).get_run(tracking_id).data
    except Exception as error:
        raise TrackingError(tracking_uri or tracking.get_tracking_uri(), str(error)) from error
    return Tracked(dict(data.params), dict(data.metrics))


def read_aliases(tracking_uri: str | None, models: Iterable[str]) -> Mapping[tuple[str, str], int]:
    """Ask MLflow where the aliases of registered models are: by model and alias, the version's number.

    A model that it does not have has none.

    Args:
        tracking_uri: Where the models are registered; None for where MLflow is set to.
        models: Their names.

    Raises:
        TrackingError: If MLflow does not answer.
    """
    tracking = load()
    from mlflow.exceptions import MlflowException

    found: dict[tuple[str, str], int] = {}
    try:
        client = tracking.MlflowClient(tracking_uri)
        for name in models:
            try:
                with quiet():
                    aliases = client.get_registered_model(name).aliases
            except MlflowException as error:
                if error.error_code != "RESOURCE_DOES_NOT_EXIST":
                    raise
                continue
            found.update(((name, alias), int(number)) for alias, number in dict(aliases).items())
    except Exception as error:
        raise TrackingError(tracking_uri or tracking.get_tracking_uri(), str(error)) from error
    return found
