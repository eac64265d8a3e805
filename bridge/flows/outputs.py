"""What a task's results are called, from its options and its return annotation."""

from __future__ import annotations

import inspect
import typing
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Annotated, Any

from bridge.domain.annotations import Artifact, Metrics, Model
from bridge.domain.naming import clean, output_name

OutputOption = str | Artifact | Model | Metrics | Sequence["str | Artifact | Model | Metrics | None"] | None
"""What `output=` takes: a name or an annotation, one for each element of a returned tuple, or None for no artifact."""

MOST_ELEMENTS = 64
"""A returned tuple with more elements than this is kept as one value."""


METRICS = "metrics"
"""A task of this name returns metrics, without saying so."""


@dataclass(frozen=True, slots=True)
class Spec:
    """What is said about one output."""

    artifact: Artifact | None = None
    model: Model | None = None
    metrics: Metrics | None = None

    @property
    def name(self) -> str | None:
        """The artifact's own name, if it has one."""
        if self.artifact is not None:
            return clean(self.artifact.name)
        return clean(self.model.name) if self.model is not None else None


@dataclass(frozen=True, slots=True)
class Named:
    """One value of a result, with its name.

    Args:
        slot: `""` for the result as it is, `"0"`, `"1"` … for elements of a tuple.
        name: Artifact's name.
        value: The value.
        spec: What is said about it.
    """

    slot: str
    name: str
    value: Any
    spec: Spec = field(default_factory=Spec)


@dataclass(frozen=True, slots=True)
class Declared:
    """What a task says about its outputs.

    Args:
        off: True if no artifact is wanted.
        whole: About the result as it is.
        elements: About the elements of a returned tuple, as far as said.
        spread: Every element beyond those said, for `tuple[X, ...]`.
        measures: True if what it returns is metrics, except where something else is said.
        model: What the task's `model=` says: of the result as it is, or of the models in a returned tuple.
    """

    off: bool = False
    whole: Spec = field(default_factory=Spec)
    elements: tuple[Spec, ...] = ()
    spread: Spec | None = None
    model: Model | None = None
    measures: bool = False

    @property
    def of_yields(self) -> Spec:
        """About each value that a generator yields."""
        return self._also_metrics(self.whole)

    def model_of(self, slot: str) -> Model | None:
        """What is said about the model in a slot, by itself.

        >>> Declared(elements=(Spec(), Spec(model=Model("churn")))).model_of("1").name
        'churn'
        """
        return (self._element(int(slot)) if slot.isdigit() else self.whole).model

    def split(self, result: Any, *, flow: str | None, task: str) -> list[Named]:
        """Say which artifacts a result makes.

        >>> [(n.slot, n.name) for n in Declared().split((1, None, 3), flow="f", task="t")]
        [('0', 'f/t.0'), ('2', 'f/t.2')]
        """
        if self.off or result is None:
            return []
        if not self._splits(result):
            spec = self._also_metrics(self.whole)
            if spec.model is None:
                spec = replace(spec, model=self.model)
            return [Named("", spec.name or output_name(flow, task), result, spec)]
        named: list[Named] = []
        for position, value in enumerate(result):
            if value is not None:
                spec = self._also_metrics(self._element(position))
                if self.model is not None and spec.model is None and _is_model(value):
                    spec = replace(spec, model=self.model)
                name = spec.name or output_name(flow, self.whole.name or task, position)
                named.append(Named(str(position), name, value, spec))
        return named

    def _splits(self, result: Any) -> bool:
        if type(result) is not tuple or not 0 < len(result) <= MOST_ELEMENTS:
            return False
        return bool(self.elements) or self.whole == Spec()

    def _also_metrics(self, spec: Spec) -> Spec:
        if not self.measures or spec.metrics is not None or spec.model is not None:
            return spec
        return replace(spec, metrics=Metrics())

    def _element(self, position: int) -> Spec:
        if position < len(self.elements):
            return self.elements[position]
        return self.spread or Spec()


def model_option(option: Any) -> Model | None:
    """Read what `model=` says.

    Raises:
        TypeError: If it is neither a name nor `Model(...)`.

    >>> model_option("churn").name
    'churn'
    """
    if option is None or isinstance(option, Model):
        return option
    if isinstance(option, str) and option:
        return Model(option)
    raise TypeError(f"model={option!r}: give the registered model's name, or Model(...)")


def declared(fn: Callable[..., Any], option: Any) -> Declared:
    """Read what a task says about its outputs: `output=` where given, else the return annotation.

    Args:
        fn: The task's function.
        option: The value of `output=`; `...` if it was not given.

    Raises:
        TypeError: If it is nothing that `output=` takes.

    >>> def split() -> tuple[Annotated[list, Artifact("train")], Annotated[list, Artifact("test")]]: ...
    >>> [spec.name for spec in declared(split, ...).elements]
    ['train', 'test']
    """
    if option is None:
        return Declared(off=True)
    if option is not ...:
        return _from_option(option)
    hint = _return_hint(fn)
    is_generator = inspect.isgeneratorfunction(fn) or inspect.isasyncgenfunction(fn)
    return _from_hint(_yielded(hint) if is_generator else hint)


def _yielded(hint: Any) -> Any:
    """What a generator of this type yields: `Iterator[X]` says it of X; what is annotated as a whole stays."""
    inside = typing.get_args(hint)
    return inside[0] if inside and typing.get_origin(hint) is not Annotated else hint


def _from_option(option: Any) -> Declared:
    if isinstance(option, (str, Artifact, Model, Metrics)):
        return Declared(whole=_spec([option]))
    if isinstance(option, Sequence):
        return Declared(elements=tuple(_spec([] if item is None else [item]) for item in option))
    raise TypeError(
        f"output={option!r}: give a name, Artifact(...), Model(...), Metrics(), one of these for each element of a "
        f"returned tuple, or None for no artifact"
    )


def _return_hint(fn: Callable[..., Any]) -> Any:
    raw = getattr(fn, "__annotations__", {}).get("return")
    if raw is None:
        return None
    if not isinstance(raw, str):
        return raw
    try:
        return typing.get_type_hints(fn, include_extras=True).get("return")
    except Exception:  # noqa: BLE001 - names that exist only for type checkers
        return None


def _from_hint(hint: Any) -> Declared:
    if typing.get_origin(hint) is Annotated:
        base, *extras = typing.get_args(hint)
        whole = _spec(extras)
        return Declared(whole=whole) if whole != Spec() else _from_hint(base)
    if typing.get_origin(hint) is not tuple:
        return Declared()
    parts = typing.get_args(hint)
    if len(parts) == 2 and parts[1] is ...:
        return Declared(spread=_spec_of_hint(parts[0]))
    specs = tuple(_spec_of_hint(part) for part in parts)
    return Declared(elements=specs) if any(spec != Spec() for spec in specs) else Declared()


def _spec_of_hint(hint: Any) -> Spec:
    return _spec(typing.get_args(hint)[1:]) if typing.get_origin(hint) is Annotated else Spec()


def _spec(extras: Sequence[Any]) -> Spec:
    artifact = next((Artifact(e) if isinstance(e, str) else e for e in extras if isinstance(e, (str, Artifact))), None)
    model = next((e for e in extras if isinstance(e, Model)), None)
    metrics = next((e for e in extras if isinstance(e, Metrics)), None)
    return Spec(artifact, model, metrics)


def _is_model(value: Any) -> bool:
    from bridge.tracking.flavours import flavour_of  # loaded for the few tasks whose models are in tuples

    return flavour_of(value) is not None
