"""`Model`: what a pipeline's results are versions of, and a handle for a version that is there."""

from __future__ import annotations

from typing import Any

from bridge.domain.annotations import Model as Annotation
from bridge.domain.errors import BridgeError
from bridge.domain.model import ModelVersion as Registered
from bridge.flows.host import here
from bridge.flows.promoting import promote
from bridge.flows.publishing import publish_early
from bridge.migrate.zenml.artifacts import log_metadata, selector
from bridge.migrate.zenml.kinds import facts
from bridge.migrate.zenml.runs import ArtifactVersion
from bridge.models.finding import find
from bridge.workspace import current

WAIT = 300.0
"""Seconds that a model's registration may take."""

STAGES = {"production", "staging", "latest", "archived"}


class Model:
    """A registered model by its name, and one of its versions if one is named.

    Args:
        name: Of the model.
        version: A stage, a number, or a word of one's own, which is a tag here.
        said: Licence, description, tags and the rest.
    """

    def __init__(self, name: str, version: Any = None, *_: Any, **said: Any) -> None:
        known = getattr(version, "value", version)
        self.name, self.version, self.said = name, str(known) if known is not None else None, said
        self._number: int | None = None

    @classmethod
    def of(cls, registered: Registered) -> Model:
        """What stands for a version that is there; its name is the word that its run gave it, or else its number."""
        made = cls(registered.name, registered.tags.get("version") or registered.number)
        made._number = registered.number
        return made

    def registered(self) -> Annotation | None:
        """What makes results versions of it; None if it stands for a version that is there.

        >>> Model("churn", license="MIT").registered().licence
        'MIT'
        """
        if self._number is not None:
            return None
        if self.version is not None and (self.version.lower() in STAGES or self.version.isdigit()):
            return None
        tags = self.said.get("tags") or {}
        named = dict(tags) if isinstance(tags, dict) else {str(tag): "" for tag in tags}
        return Annotation(
            self.name,
            description=self.said.get("description"),
            licence=self.said.get("license"),
            intended_use=self.said.get("use_cases"),
            tags=named | ({"version": self.version} if self.version else {}),
        )

    def found(self) -> Registered | None:
        """The version that it stands for; None if there is none yet."""
        if self.version is not None and self.registered() is not None:
            known = current().catalog.models(self.name)
            return next((one for one in known if one.tags.get("version") == self.version), None)
        asked = self._number or (None if self.version == "latest" else self.version)
        try:
            return find(current().catalog, selector(self.name, asked))
        except BridgeError:
            return None

    @property
    def versions(self) -> list[Model]:
        """Every version of the model, the first one first."""
        return [Model.of(one) for one in reversed(current().catalog.models(self.name))]

    @property
    def number(self) -> int | None:
        """Of the version."""
        found = self.found()
        return found.number if found is not None else None

    @property
    def id(self) -> str | None:
        """What means the version."""
        found = self.found()
        return found.selector if found is not None else None

    @property
    def stage(self) -> str | None:
        """The first of its aliases."""
        found = self.found()
        return found.aliases[0] if found is not None and found.aliases else None

    @property
    def run_metadata(self) -> dict[str, Any]:
        """Facts about the artifact that was registered."""
        found = self.found()
        return facts(current().resolve(str(found.version)).metadata) if found is not None else {}

    metadata = run_metadata

    @property
    def model(self) -> Model:
        """The model: itself, for its name."""
        return self

    def get_artifact(self, name: str, version: Any = None) -> ArtifactVersion | None:
        """A version that the run made which made this one; the latest, if it made none; None if there is none."""
        for asked in self._selectors(name, version):
            try:
                return ArtifactVersion(current().resolve(asked))
            except LookupError:
                continue
        return None

    get_data_artifact = get_model_artifact = get_deployment_artifact = get_artifact

    def load_artifact(self, name: str, version: Any = None) -> Any:
        """The value of `get_artifact`.

        Raises:
            ValueError: If there is none.
        """
        found = self.get_artifact(name, version)
        if found is None:
            raise ValueError(f"Model {self.name} has no artifact {name!r}.")
        return found.load()

    def set_stage(self, stage: Any, force: bool = False) -> None:
        """Move an alias to it.

        Raises:
            RuntimeError: If the model has no version yet.
            PromotionRefusedError: If a gate of the project refuses it.
        """
        publish_early(current(), self.name, WAIT)
        found = self.found()
        if found is None:
            raise RuntimeError(f"No version of the model {self.name} is registered yet.")
        promote(found.selector, to=str(getattr(stage, "value", stage))).raise_for_refusal()

    def log_metadata(self, metadata: dict[str, Any]) -> None:
        """Add facts to it, or to the running step's outputs while it has no version."""
        found = self.found()
        said: dict[str, Any] = {"model_name": self.name, "model_version": found.number} if found else {}
        log_metadata(metadata, **said)

    def _selectors(self, name: str, version: Any) -> list[str]:
        if version is not None:
            return [selector(name, version)]
        found, at = self.found(), here()
        runs = [found.run_id] if self.registered() is None and found is not None else [at.run_id] if at else []
        return [*(f"{selector(name)}@run:{run}" for run in runs if run), selector(name)]


ModelVersion = ModelConfig = Model
