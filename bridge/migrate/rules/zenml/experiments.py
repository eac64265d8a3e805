"""Which experiment of MLflow's settings name."""

from __future__ import annotations

from dataclasses import dataclass

import libcst as cst

from bridge.migrate.arguments import keyword
from bridge.migrate.bindings import Bindings
from bridge.migrate.nodes import text_of

NAME = "experiment_name"


@dataclass(frozen=True, slots=True)
class Experiment:
    """What settings say of a tracker.

    Args:
        name: The experiment's; None if they name none, or not plainly.
        is_all: Whether they say nothing else.
    """

    name: cst.BaseExpression | None
    is_all: bool


def experiment_in(settings: cst.BaseExpression, bindings: Bindings) -> Experiment | None:
    """What `settings={"experiment_tracker.mlflow": …}` says, itself or by variables; None if it is of no tracker.

    >>> settings = cst.parse_expression("{'experiment_tracker.mlflow': {'experiment_name': 'first'}}")
    >>> text_of(experiment_in(settings, Bindings()).name)
    'first'
    """
    whole = _held(settings, bindings)
    if not isinstance(whole, cst.Dict):
        return None
    for element in whole.elements:
        key = text_of(element.key) if isinstance(element, cst.DictElement) else None
        if key is not None and key.startswith("experiment_tracker"):
            name, is_all = _named(_held(element.value, bindings))
            return Experiment(name, is_all and len(whole.elements) == 1)
    return None


def _named(said: cst.BaseExpression) -> tuple[cst.BaseExpression | None, bool]:
    """The name of an experiment, of a dictionary or a call of a class of settings; whether that is all."""
    if isinstance(said, cst.Call):
        given = keyword(said, NAME)
        return (_plain(given.value) if given is not None else None), len(said.args) == 1
    if isinstance(said, cst.Dict):
        for one in said.elements:
            if isinstance(one, cst.DictElement) and text_of(one.key) == NAME:
                return _plain(one.value), len(said.elements) == 1
    return None, False


def _plain(value: cst.BaseExpression) -> cst.BaseExpression | None:
    return value if isinstance(value, (cst.SimpleString, cst.Name, cst.Attribute)) else None


def _held(value: cst.BaseExpression, bindings: Bindings) -> cst.BaseExpression:
    """What a variable holds that is bound once."""
    values = bindings.assigned.get(value.value, []) if isinstance(value, cst.Name) else []
    return values[0] if len(values) == 1 and values[0] is not None else value
