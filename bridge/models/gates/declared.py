"""Gates as they are declared: in code, or in pyproject.toml."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from bridge.domain.errors import SettingsError
from bridge.domain.refusals import GateError
from bridge.models.gates.candidate import Gate
from bridge.models.gates.facts import fresh, tagged
from bridge.models.gates.metrics import better, metric
from bridge.models.gates.own import custom
from bridge.workspace.promotion_rules import Rules, is_bound

Given = Gate | Callable[..., Any] | str
"""What may stand in a list of gates: a gate, a function or a task, `accuracy >= 0.9` or `package.module:function`."""


def gate_of(given: Given) -> Gate:
    """The gate that is meant.

    Raises:
        GateError: If it is none.

    >>> gate_of("accuracy >= 0.9")
    Metric(name='accuracy', sign='>=', bound=0.9)
    """
    if isinstance(given, str):
        if is_bound(given):
            return metric(given)
        if ":" not in given:
            raise GateError(given, "write a bound as 'accuracy >= 0.9', and a function as 'package.module:function'")
        return custom(given)
    if hasattr(given, "check") and not isinstance(given, type):
        return given
    return custom(given)


def gates_of(given: Iterable[Given]) -> tuple[Gate, ...]:
    """The gates of a list.

    Raises:
        GateError: If it is one gate instead of a list, or has what is none.

    >>> [str(gate) for gate in gates_of(["accuracy >= 0.9", "log_loss < 0.3"])]
    ['accuracy >= 0.9', 'log_loss < 0.3']
    """
    if isinstance(given, str) or not isinstance(given, Iterable):
        raise GateError(given, "gates are a list: gates=[...]")
    return tuple(gate_of(one) for one in given)


def declared(rules: Rules, key: str) -> tuple[Gate, ...]:
    """The gates that settings declare.

    Args:
        rules: As declared.
        key: Where, for errors.

    Raises:
        SettingsError: If one cannot be used; names the key.

    >>> [str(gate) for gate in declared(Rules(metrics=["accuracy >= 0.9"], tags=["reviewed"]), "here")]
    ['accuracy >= 0.9', 'tags reviewed']
    """
    found: list[Gate] = [metric(bound) for bound in rules.metrics]
    found += [better(name, by=each.by, lower=each.lower) for name, each in rules.better.items()]
    if rules.max_age_days is not None:
        found.append(fresh(days=rules.max_age_days))
    try:
        word = "tags"
        found += [tagged(*rules.tags)] if rules.tags else []
        word = "custom"
        found += [custom(each) for each in rules.custom]
    except GateError as error:
        raise SettingsError(f"{key} {word}", list(getattr(rules, word)), str(error)) from error
    return tuple(found)
