"""Two model versions side by side: what is the same, what differs, and which numbers can be compared at all."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from bridge.domain.errors import BridgeError
from bridge.domain.model import Evaluation, ModelVersion
from bridge.domain.version import VersionRef
from bridge.models.evaluations import evaluations
from bridge.models.finding import data_of, find
from bridge.workspace import Workspace
from bridge.workspace.recorded import run_at

Value = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Difference:
    """One fact of two model versions.

    Args:
        what: Which fact.
        a: The first version's; None if it has none.
        b: The second's.
    """

    what: str
    a: Value
    b: Value

    @property
    def is_same(self) -> bool:
        """Whether there is no difference."""
        return self.a == self.b

    @property
    def change(self) -> float | None:
        """How much more it is in the second; None if it is no number in both."""
        return self.b - self.a if _is_number(self.a) and _is_number(self.b) else None  # type: ignore[operator]  # numbers


@dataclass(frozen=True, slots=True)
class Measured:
    """Metrics of two model versions, found out on the same versions of data.

    Args:
        data: Versions of the data.
        metrics: Numbers by name.
    """

    data: tuple[VersionRef, ...]
    metrics: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two model versions side by side.

    Args:
        a: The first.
        b: The second.
        measured: Metrics that can be compared, as both were evaluated on the same versions of data.
        alone: Evaluations that only one of them has: `a` or `b`, and the evaluation.
        parameters: Of the models, and of the runs that trained them.
        data: Names of the data that they were trained on, with the versions.
        requirements: Packages with their versions.
        signature: Columns of input and output with their types.
        code: Commit and file of the code.
        environment: Python, operating system and processor.
    """

    a: ModelVersion
    b: ModelVersion
    measured: tuple[Measured, ...]
    alone: tuple[tuple[str, Evaluation], ...]
    parameters: tuple[Difference, ...]
    data: tuple[Difference, ...]
    requirements: tuple[Difference, ...]
    signature: tuple[Difference, ...]
    code: tuple[Difference, ...]
    environment: tuple[Difference, ...]

    @property
    def sections(self) -> tuple[tuple[str, tuple[Difference, ...]], ...]:
        """What is compared beside metrics, by title."""
        return (
            ("parameters", self.parameters),
            ("trained on", self.data),
            ("requirements", self.requirements),
            ("signature", self.signature),
            ("code", self.code),
            ("environment", self.environment),
        )

    def document(self) -> dict[str, Any]:
        """It all as plain values, for JSON."""
        return {
            "a": self.a.selector,
            "b": self.b.selector,
            "metrics": [
                {"data": [str(ref) for ref in one.data], "metrics": [_document(each) for each in one.metrics]}
                for one in self.measured
            ],
            "not_comparable": [
                {
                    "model": self.a.selector if side == "a" else self.b.selector,
                    "data": [str(ref) for ref in one.data],
                    "metrics": dict(one.metrics),
                }
                for side, one in self.alone
            ],
            **{title.replace(" ", "_"): [_document(one) for one in found] for title, found in self.sections},
        }

    def __str__(self) -> str:
        return "\n".join(_lines(self))


def compare(a: str, b: str) -> Comparison:
    """Put two model versions side by side: of one model, or of two.

    Args:
        a: The first: `churn@1`, `churn@champion`.
        b: The second.

    Raises:
        ModelNotFoundError: If there is none.
        CatalogError: If the catalog cannot be read.
    """
    from bridge.workspace import current

    workspace = current()
    first, second = find(workspace.catalog, a), find(workspace.catalog, b)
    measured, alone = _measured(evaluations(first, workspace), evaluations(second, workspace))
    of = [_facts(workspace, model) for model in (first, second)]
    return Comparison(
        first,
        second,
        measured=measured,
        alone=alone,
        **{part: _differences(of[0][part], of[1][part]) for part in of[0]},
    )


def _measured(
    a: Sequence[Evaluation], b: Sequence[Evaluation]
) -> tuple[tuple[Measured, ...], tuple[tuple[str, Evaluation], ...]]:
    """Pair the latest evaluations on the same data, with what is left over."""
    latest_a, latest_b = _by_data(a), _by_data(b)
    both = [data for data in latest_a if data in latest_b and data]
    measured = tuple(
        Measured(latest_a[data].data, _differences(latest_a[data].metrics, latest_b[data].metrics)) for data in both
    )
    alone = [("a", one) for data, one in latest_a.items() if data not in both]
    alone += [("b", one) for data, one in latest_b.items() if data not in both]
    return measured, tuple(alone)


def _by_data(found: Sequence[Evaluation]) -> dict[frozenset[VersionRef], Evaluation]:
    """The latest evaluation on each set of data."""
    latest: dict[frozenset[VersionRef], Evaluation] = {}
    for one in found:
        latest.setdefault(frozenset(one.data), one)
    return latest


def _facts(workspace: Workspace, model: ModelVersion) -> dict[str, dict[str, Value]]:
    details = model.details
    return {
        "parameters": _parameters(workspace, model),
        "data": _of_names(data_of(workspace.catalog, model)),
        "requirements": dict(_requirement(one) for one in details.requirements),
        "signature": dict(columns(details.signature)),
        "code": {name: _value(details.code.get(name)) for name in ("commit", "dirty", "file") if name in details.code},
        "environment": {name: _value(value) for name, value in details.environment.items()},
    }


def _parameters(workspace: Workspace, model: ModelVersion) -> dict[str, Value]:
    found: dict[str, Value] = {}
    try:
        said = workspace.resolve(str(model.version)).metadata.get("params")
    except BridgeError:  # forgotten
        said = None
    if isinstance(said, Mapping):
        found.update({str(name): _value(value) for name, value in said.items()})
    run = run_at(workspace.catalog, model.run_id)
    if run is not None:
        found.update({f"{run.flow}({name})": _value(value) for name, value in run.parameters.items()})
    return found


def _of_names(refs: Sequence[VersionRef]) -> dict[str, Value]:
    names: dict[str, list[str]] = {}
    for ref in refs:
        names.setdefault(ref.name, []).append(f"@{ref.number}")
    return {name: ", ".join(sorted(numbers)) for name, numbers in names.items()}


def _requirement(text: str) -> tuple[str, Value]:
    name, _, version = text.partition("==")
    return name, version


def columns(signature: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Columns of a signature with their types.

    >>> list(columns({"inputs": [{"type": "double", "name": "age", "required": True}]}))
    [('input age', 'double')]
    """
    for side in ("inputs", "outputs"):
        for place, column in enumerate(signature.get(side) or ()):
            spec = column.get("tensor-spec") or {}
            kind = f"{spec.get('dtype')} {_shape(spec.get('shape') or ())}" if spec else str(column.get("type"))
            name = column.get("name") or ("" if len(signature[side]) == 1 else str(place))
            yield f"{side[:-1]} {name}".strip(), kind if column.get("required", True) else f"{kind}, optional"


def _shape(shape: Sequence[int]) -> str:
    sizes = ", ".join("n" if size == -1 else str(size) for size in shape)
    return f"({sizes},)" if len(shape) == 1 else f"({sizes})"


def _differences(a: Mapping[str, Any], b: Mapping[str, Any]) -> tuple[Difference, ...]:
    return tuple(Difference(name, a.get(name), b.get(name)) for name in dict.fromkeys([*a, *b]))


def _value(value: Any) -> Value:
    if value is None or isinstance(value, (str, int, float, bool)):
        return value
    return json.dumps(value, default=str, ensure_ascii=False)


def _is_number(value: Value) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _document(one: Difference) -> dict[str, Any]:
    return {**asdict(one), "same": one.is_same, "change": one.change}


def _lines(found: Comparison) -> Iterator[str]:
    yield f"{found.a.selector} | {found.b.selector}"
    for measured in found.measured:
        yield f"on {', '.join(str(ref) for ref in measured.data)}"
        yield from (f"  {one.what}: {one.a} | {one.b}" for one in measured.metrics)
    if not found.measured:
        yield "no metrics on the same data"
    for title, facts in found.sections:
        different = [one for one in facts if not one.is_same]
        if different:
            yield title
            yield from (f"  {one.what}: {one.a} | {one.b}" for one in different)
