"""What people write in `Annotated[...]` or in `output=` to say what a result is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Artifact:
    """Give a result a name of its own.

    Args:
        name: Artifact's name.
        metadata: JSON-able facts for each version.
        tags: For each version; `bridge artifacts --tag` finds versions by them.
        description: One for each version, kept with its metadata.
        preview: False keeps no preview, for data that is not to be seen in the catalog.

    >>> Artifact("training-data", tags={"team": "growth"}).tags["team"]
    'growth'
    """

    name: str
    metadata: Mapping[str, object] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    description: str | None = None
    preview: bool = True

    @property
    def facts(self) -> Mapping[str, object]:
        """The metadata, with the description in it."""
        return self.metadata if self.description is None else {"description": self.description, **self.metadata}


@dataclass(frozen=True, slots=True)
class Model:
    """Register a result as the next version of a model.

    Args:
        name: Registered model's name; the artifact has the same name.
        description: For the model version's page in the registry.
        tags: For the model version.
        licence: Under which it may be used; an SPDX identifier, if there is one.
        owners: Who answers for it.
        intended_use: What it is for, for its model card.

    >>> Model("churn", tags={"team": "growth"}, owners=["ann@example.com"]).name
    'churn'
    """

    name: str
    description: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    licence: str | None = None
    owners: Sequence[str] = ()
    intended_use: str | None = None


@dataclass(frozen=True, slots=True)
class Metrics:
    """Log a result, a mapping of names to numbers, as metrics of the run.

    >>> Metrics(prefix="test_").prefix
    'test_'
    """

    prefix: str = ""


Annotation = Artifact | Model | Metrics
