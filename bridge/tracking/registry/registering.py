"""Puts a model into MLflow's registry."""

from __future__ import annotations

import platform
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from bridge.domain.errors import NotAModelError
from bridge.domain.model import ModelDetails, ModelVersion
from bridge.domain.version import Version
from bridge.tracking.flavours import Flavour, Saving, flavour_of
from bridge.tracking.flavours.own_code import modules_of
from bridge.tracking.registry.interface import Interface, interface_of
from bridge.tracking.registry.registration import Registration
from bridge.tracking.registry.requirements import requirements_of
from bridge.tracking.values import LONGEST_TAG, cut

LONGEST_DESCRIPTION = 5000

WAY_OUT = (
    "no flavour of MLflow takes it. Return a fitted model of scikit-learn, XGBoost, LightGBM, PyTorch or Keras, a "
    "mlflow.pyfunc.PythonModel or an object with a predict method; or leave Model(...) out to keep it as an artifact"
)

Read = Callable[[Version], Any]
Copy = Callable[[Version, Path], None]


def register(client: Any, registration: Registration, read: Read, copy: Copy, run: Any) -> ModelVersion:
    """Log a model to its run, and register it as the next version.

    Args:
        client: `MlflowClient`.
        registration: What to register.
        read: Gives the value of a version.
        copy: Copies the files of a version into a folder.
        run: MLflow's run of the flow run; None if there is none.

    Raises:
        NotAModelError: If MLflow cannot keep it.
        BridgeError: If it cannot be read.
    """
    with _found_in(registration.paths):
        model = read(registration.version)
        flavour = flavour_of(model)
        if flavour is None:
            raise NotAModelError(type(model).__qualname__, WAY_OUT)
        interface = interface_of(model, flavour, registration, read)
        logged = _log(client, registration, model, flavour=flavour, interface=interface, copy=copy, run=run)
        uri, model_id, requirements = logged
    _make_registered_model(client, registration)
    made = client.create_model_version(
        registration.name,
        source=uri,
        run_id=None if run is None else run.info.run_id,
        tags=_tags(registration, interface),
        description=cut(registration.description, LONGEST_DESCRIPTION) if registration.description else None,
        model_id=model_id,
        await_creation_for=None,
    )
    return ModelVersion(
        name=registration.name,
        number=int(made.version),
        version=registration.version.ref,
        created=datetime.now(timezone.utc),
        flavour=flavour.name,
        step_id=registration.step_id,
        run_id=registration.run_id,
        tracking_id=None if run is None else run.info.run_id,
        uri=f"models:/{registration.name}/{made.version}",
        tags=dict(registration.tags),
        details=ModelDetails(
            description=registration.description,
            licence=registration.licence,
            owners=registration.owners,
            intended_use=registration.intended_use,
            data=registration.data,
            requirements=tuple(requirements),
            signature=interface.types,
            no_signature=interface.why_not,
            example=interface.version,
            code=registration.code,
            environment=environment(),
        ),
    )


@dataclass(frozen=True, slots=True)
class _Kept:
    """How bridge keeps the model."""

    version: Version
    copy: Copy

    @property
    def format(self) -> str:
        return self.version.format

    def file(self, folder: Path) -> Path | None:
        self.copy(self.version, folder)
        files = [path for path in folder.rglob("*") if path.is_file()]
        return files[0] if len(files) == 1 else None


def environment() -> dict[str, str]:
    """Python, operating system and processor.

    >>> sorted(environment())
    ['platform', 'processor', 'python']
    """
    return {
        "python": platform.python_version(),
        "platform": f"{platform.system()} {platform.release()}",
        "processor": platform.machine(),
    }


@contextmanager
def _found_in(paths: tuple[str, ...]) -> Iterator[None]:
    """While the block runs, modules are found in these folders too."""
    more = [path for path in paths if path not in sys.path]
    sys.path.extend(more)
    try:
        yield
    finally:
        for path in more:
            sys.path.remove(path)


def _log(
    client: Any,
    registration: Registration,
    model: Any,
    *,
    flavour: Flavour,
    interface: Interface,
    copy: Copy,
    run: Any,
) -> tuple[str, str, list[str]]:
    """Log the model as `mlflow.<flavour>.log_model` does, without its search for packages and its trial of serving.

    Returns:
        Its URI, MLflow's id of it, and its requirements.
    """
    from mlflow.entities import LoggedModelOutput
    from mlflow.models import Model

    experiment = run.info.experiment_id if run is not None else "0"
    run_id = None if run is None else run.info.run_id
    logged = client.create_logged_model(experiment, name=_logged_name(registration.name), source_run_id=run_id)
    requirements: list[str] = []

    def require(*also: str) -> list[str]:
        requirements[:] = requirements_of(modules_of(flavour.parts(model)), also)
        return list(requirements)

    try:
        if run is not None:
            client.log_outputs(run_id, [LoggedModelOutput(logged.model_id, step=0)])
        document = Model(
            artifact_path=logged.artifact_location, model_uuid=logged.model_id, run_id=run_id, model_id=logged.model_id
        )
        with tempfile.TemporaryDirectory(prefix="bridge-model-") as above:
            folder = str(Path(above, "model"))
            kept = _Kept(registration.version, copy)
            flavour.save(model, Saving(folder, document, interface.signature, interface.example, require, kept))
            client.log_model_artifacts(logged.model_id, folder)
    except BaseException:
        client.finalize_logged_model(logged.model_id, "FAILED")
        raise
    client.finalize_logged_model(logged.model_id, "READY")
    return f"models:/{logged.model_id}", logged.model_id, requirements


def _tags(registration: Registration, interface: Interface) -> dict[str, str]:
    tags = {
        "bridge.version": str(registration.version.ref),
        "bridge.digest": registration.version.digest or "",
        "bridge.data": ", ".join(str(ref) for ref in registration.data),
        "bridge.flow_run_id": registration.run_id or "",
        "bridge.commit": str(registration.code.get("commit") or ""),
        "bridge.licence": registration.licence or "",
        "bridge.owners": ", ".join(registration.owners),
        "bridge.intended_use": registration.intended_use or "",
        "bridge.no_signature": interface.why_not,
        **registration.tags,
    }
    return {name: cut(value, LONGEST_TAG) for name, value in tags.items() if value}


def _make_registered_model(client: Any, registration: Registration) -> None:
    from mlflow.exceptions import MlflowException

    try:
        client.create_registered_model(registration.name)
    except MlflowException as error:
        if error.error_code != "RESOURCE_ALREADY_EXISTS":
            raise


def _logged_name(name: str) -> str:
    """A name without what MLflow refuses in names of logged models."""
    return "".join("_" if character in "/:.%\"'" else character for character in name) or "model"
