"""A model's signature and input example, taken from the data that the step which trained it used."""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bridge.domain.version import Version, VersionRef
from bridge.tracking.flavours import Flavour
from bridge.tracking.registry.fitting import inputs_among
from bridge.tracking.registry.registration import Registration, Rows
from bridge.tracking.registry.rows import rows_of

LARGEST_READ = 16 << 20
"""Bytes of a version that is read for its first rows, where the step did not have it in its hands."""


@dataclass(frozen=True, slots=True)
class Interface:
    """What goes into a model and comes out of it.

    Args:
        signature: MLflow's `ModelSignature`; None if it is not known.
        example: Rows of input; None if there are none, or none that may be kept.
        version: Version that the rows are from.
        why_not: Why there is no signature.
    """

    signature: Any = None
    example: Any = None
    version: VersionRef | None = None
    why_not: str = ""

    @property
    def types(self) -> dict[str, Any]:
        """The signature as MLflow writes it, as plain values."""
        if self.signature is None:
            return {}
        written = self.signature.to_dict()
        return {side: json.loads(written[side]) for side in ("inputs", "outputs") if written.get(side)}


def interface_of(model: Any, flavour: Flavour, registration: Registration, read: Callable[[Version], Any]) -> Interface:
    """Find rows that fit the model, let it answer them, and say what types these are.

    Nothing is guessed: without rows that fit what the model says of its input, there is no signature.
    """
    rows = [*registration.rows, *_read(registration, read)]
    try:
        wanted = flavour.wanted(model)
    except Exception as error:  # noqa: BLE001 - not fitted, for one
        return Interface(why_not=f"the model does not say what it takes ({_line(error)})")
    if not wanted.is_known:
        return Interface(why_not="the model does not say what it takes")
    if not rows:
        return Interface(why_not="nothing is known of the data that it was trained on")
    why = "none of the data that its step used has the columns or the shape that the model takes"
    for one, example in inputs_among(rows, wanted):
        try:
            return _answered(model, flavour, one, example)
        except Exception as error:  # noqa: BLE001 - whatever a model raises for what is not its input
            why = f"the model does not answer the rows of {one.version} ({_line(error)})"
    return Interface(why_not=why)


def _answered(model: Any, flavour: Flavour, rows: Rows, example: Any) -> Interface:
    from mlflow.models import infer_signature

    # Not `catch_warnings`: the user's code runs beside this thread, and would be left with the filters of another moment.
    warnings.filterwarnings("ignore", message="(?s).*Inferred schema contains integer column", category=UserWarning)
    answer = flavour.predict(model, example)
    if len(answer) != len(example):
        raise ValueError(f"{len(answer)} answers to {len(example)} rows")
    signature = infer_signature(example, answer)
    return Interface(signature, example if rows.shown else None, rows.version)


def _read(registration: Registration, read: Callable[[Version], Any]) -> list[Rows]:
    found: list[Rows] = []
    for version in registration.unseen:
        if version.digest is None or version.size > LARGEST_READ or version.ref == registration.version.ref:
            continue
        try:
            found += _rows_of_version(read(version), version.ref, shown=version.ref not in registration.hidden)
        except Exception:  # noqa: BLE001 - it is only a possible example
            continue
    return found


def _rows_of_version(value: Any, ref: VersionRef, *, shown: bool) -> list[Rows]:
    return rows_of(value, slot=ref.name, version_of=lambda _: ref, shown=lambda _: shown)


def _line(error: BaseException) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())[:200]
