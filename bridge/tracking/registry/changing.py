"""What changes about model versions that are in MLflow's registry."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from bridge.domain.errors import TrackingError
from bridge.domain.model import ModelVersion
from bridge.tracking.firstuse import prepare
from bridge.tracking.mlflow import load
from bridge.tracking.quiet import quiet
from bridge.tracking.reach import Reach
from bridge.tracking.values import LONGEST_TAG, cut


def change(
    uri: str,
    model: ModelVersion,
    *,
    tags: Mapping[str, str | None] = MappingProxyType({}),
    description: str | None = None,
) -> None:
    """Set a model version's tags, None taking one away, and its description, if it is given.

    A version that MLflow does not have (any more) is left alone.

    Raises:
        TrackingError: If MLflow does not answer, or refuses.
    """
    name, number = model.name, str(model.number)

    def work(client: Any) -> None:
        if description is not None:
            client.update_model_version(name, number, description)
        for tag, value in tags.items():
            if value is None:
                client.delete_model_version_tag(name, number, tag)
            else:
                client.set_model_version_tag(name, number, tag, cut(value, LONGEST_TAG))

    _asked(uri, work)


def delete(uri: str, model: ModelVersion) -> None:
    """Delete a model version; one that is not there is deleted.

    Raises:
        TrackingError: If MLflow does not answer, or refuses.
    """
    _asked(uri, lambda client: client.delete_model_version(model.name, str(model.number)))


def _asked(uri: str, work: Any) -> None:
    tracking = load()
    from mlflow.exceptions import MlflowException

    Reach().check(uri)
    prepare(uri)
    try:
        with quiet():
            work(tracking.MlflowClient(uri))
    except MlflowException as error:
        if error.error_code != "RESOURCE_DOES_NOT_EXIST":
            raise TrackingError(uri, str(error)) from error
    except Exception as error:
        raise TrackingError(uri, str(error)) from error
