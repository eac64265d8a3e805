"""What a flavour must do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a model's input looks like, as far as the model says.

    Args:
        names: Columns, in order; None if it was not trained on named ones.
        row: Shape of one row, None standing for any length; None if it is not known.
        kind: `number`, `integer` (indices of an embedding), `text` (one text a row); empty for any.
        dtype: Type that an array's numbers must have; empty for the data's own.
        labels: What it answers with, if those are texts: a list of them is no input.
    """

    names: tuple[str, ...] | None = None
    row: tuple[int | None, ...] | None = None
    kind: str = ""
    dtype: str = ""
    labels: frozenset[str] = frozenset()

    @property
    def is_known(self) -> bool:
        """Whether it says enough to recognise an input."""
        return self.names is not None or self.row is not None or bool(self.kind)


class Kept(Protocol):
    """A model as bridge keeps it."""

    @property
    def format(self) -> str:
        """Name of the materializer's format."""

    def file(self, folder: Path) -> Path | None:
        """Copy its file into an empty folder; None if it is not one file.

        Raises:
            BridgeError: If it cannot be read.
        """


@dataclass(frozen=True, slots=True)
class Saving:
    """How a model is written.

    Args:
        folder: Where to; not there yet.
        document: MLflow's `Model`, which describes it.
        signature: MLflow's; None if it is not known.
        example: Some rows of input; None if there are none that fit.
        require: Gives requirements: the model's own, and those of further packages.
        kept: How bridge keeps the model.
    """

    folder: str
    document: Any
    signature: Any
    example: Any
    require: Callable[..., list[str]]
    kept: Kept

    @property
    def options(self) -> dict[str, Any]:
        """Arguments that every `save_model` of MLflow's takes."""
        return {
            "path": self.folder,
            "mlflow_model": self.document,
            "signature": self.signature,
            "input_example": self.example,
        }


class Flavour(Protocol):
    """One way to keep a model in MLflow.

    Promises: `takes` imports nothing and only looks at types; `save` writes what `mlflow.pyfunc.load_model` loads in
    another process; `predict` answers as the loaded model does, and changes nothing about the model.
    """

    name: str

    def takes(self, model: Any) -> bool:
        """Whether it is for this model."""

    def save(self, model: Any, saving: Saving) -> None:
        """Write the model with MLflow."""

    def wanted(self, model: Any) -> Wanted:
        """What the model's input looks like."""

    def predict(self, model: Any, example: Any) -> Any:
        """What the model answers to an input, as a frame or an array."""

    def parts(self, model: Any) -> Sequence[Any]:
        """What to look at for the packages that it needs: itself, and members that cannot be found from it."""
