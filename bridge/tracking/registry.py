"""Fitted models become versions of registered models."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from bridge.domain.errors import UnstorableError
from bridge.domain.model import ModelVersion
from bridge.domain.version import Version

PACKAGES = ("scikit-learn", "skops", "cloudpickle", "numpy", "scipy", "pandas")
"""Packages whose versions are written beside a model; MLflow's own search takes 12 to 16 seconds in a subprocess."""

TRUSTED = ("sklearn.", "numpy.", "scipy.")
"""Modules whose types a model may hold to be kept in skops' format, which loads without running code."""


@dataclass(frozen=True, slots=True)
class Registration:
    """A model version to be registered.

    Args:
        name: Registered model's name.
        version: Artifact version that holds the model. It is read from there: what the user does to his own object
            meanwhile changes nothing.
        step_id: Step that trained it.
        run_id: Flow run of that step; None outside flows.
        description: For the registry's page.
        tags: For the model version.
        data_versions: Versions that the step used.
    """

    name: str
    version: Version
    step_id: str | None = None
    run_id: str | None = None
    description: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    data_versions: tuple[str, ...] = ()


def register(client: Any, registration: Registration, model: Any, tracking_id: str | None) -> ModelVersion:
    """Log a model to its run, and register it as the next version.

    Args:
        client: `MlflowClient`.
        registration: What to register.
        model: The model itself.
        tracking_id: MLflow run of the flow run.

    Raises:
        UnstorableError: If it is not a scikit-learn model.
    """
    uri, model_id = _log_sklearn(model, registration.name)
    _make_registered_model(client, registration)
    made = client.create_model_version(
        registration.name,
        source=uri,
        run_id=tracking_id,
        tags=_tags(registration),
        description=registration.description,
        model_id=model_id,
    )
    return ModelVersion(
        name=registration.name,
        number=int(made.version),
        version=registration.version.ref,
        created=datetime.now(timezone.utc),
        flavour="sklearn",
        step_id=registration.step_id,
        run_id=registration.run_id,
        tracking_id=tracking_id,
        uri=f"models:/{registration.name}/{made.version}",
        tags=dict(made.tags or {}),
    )


def _tags(registration: Registration) -> dict[str, str]:
    tags = {
        "bridge.version": str(registration.version.ref),
        "bridge.digest": registration.version.digest or "",
        "bridge.data": ", ".join(registration.data_versions),
        "bridge.flow_run_id": registration.run_id or "",
        **registration.tags,
    }
    return {name: value for name, value in tags.items() if value}


def _make_registered_model(client: Any, registration: Registration) -> None:
    from mlflow.exceptions import MlflowException

    try:
        client.create_registered_model(registration.name)
    except MlflowException as error:
        if error.error_code != "RESOURCE_ALREADY_EXISTS":
            raise


def _log_sklearn(model: Any, name: str) -> tuple[str, str | None]:
    """Log with MLflow's scikit-learn flavour; gives the model's URI and, from MLflow 3 on, its id."""
    if not any(base.__module__.startswith("sklearn.") for base in type(model).__mro__):
        kind = type(model).__qualname__
        raise UnstorableError(
            kind, "only scikit-learn models are registered so far; leave Model(...) out to keep it as an artifact"
        )
    import mlflow.sklearn

    trusted = _trusted_types(model)
    how = {"serialization_format": "cloudpickle"} if trusted is None else {"skops_trusted_types": trusted}
    info = mlflow.sklearn.log_model(model, name=_logged_name(name), pip_requirements=_requirements(), **how)
    return info.model_uri, getattr(info, "model_id", None)


def _logged_name(name: str) -> str:
    """A name without what MLflow refuses in names of logged models."""
    return "".join("_" if character in "/:.%\"'" else character for character in name) or "model"


def _trusted_types(model: Any) -> list[str] | None:
    """The types in a model that skops does not know by itself, if all are of modules that bridge trusts; else None."""
    try:
        import skops.io

        unknown = skops.io.get_untrusted_types(data=skops.io.dumps(model))
    except Exception:  # noqa: BLE001 - whatever skops cannot hold is kept by cloudpickle
        return None
    return unknown if all(name.startswith(TRUSTED) for name in unknown) else None


def _requirements() -> list[str]:
    wanted = [package for package in PACKAGES if package != "pandas" or "pandas" in sys.modules]
    found = []
    for package in wanted:
        try:
            found.append(f"{package}=={version(package)}")
        except PackageNotFoundError:
            continue
    return found
