"""The rules, one a file, in the order in which they are applied."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib import import_module

from bridge.migrate.eras import ERAS, Era
from bridge.migrate.rule import Rule

RULES: dict[Era, tuple[str, ...]] = {
    "zenml": (
        "zenml.stages",
        "zenml.given_parameters",
        "zenml.deploying",
        "zenml.options",
        "zenml.outputs",
        "zenml.artifact_config",
        "zenml.model",
        "zenml.artifacts",
        "zenml.external",
        "zenml.metadata",
        "zenml.logger",
        "zenml.texts",
        "zenml.model_versions",
        "zenml.client",
        "zenml.context_parameters",
        "zenml.context",
        "zenml.parameters",
        "zenml.ordering",
        "zenml.legacy_pipelines",
        "zenml.files",
        "zenml.materializers",
        "zenml.integrations",
        "zenml.attributes",
        "zenml.results",
        "zenml.leftovers",
        "zenml.imports",
    ),
    "prefect1": (
        "prefect1.imperative",
        "prefect1.library",
        "prefect1.subflows",
        "prefect1.context",
        "prefect1.signals",
        "prefect1.hooks",
        "prefect1.schedules",
        "prefect1.resource_managers",
        "prefect1.task_methods",
        "prefect1.task_arguments",
        "prefect1.task_classes",
        "prefect1.mapping",
        "prefect1.uncalled",
        "prefect1.dependencies",
        "prefect1.conditions",
        "prefect1.executors",
        "prefect1.running",
        "prefect1.other_files",
        "prefect1.deployments",
        "prefect1.flow_methods",
        "prefect1.given_flows",
        "prefect1.flow",
        "prefect1.settings",
        "prefect1.leftovers",
    ),
    "prefect2": (
        "prefect2.deployments",
        "prefect2.schedules",
        "prefect2.sequential",
        "prefect2.moved",
        "prefect2.futures",
        "prefect2.forgotten",
        "prefect2.async_calls",
        "prefect2.cache_keys",
        "prefect2.settings",
        "prefect2.pydantic",
    ),
    "prefect3": ("prefect3.imports", "prefect3.missing"),
}
"""Modules of this package, each with one rule."""


def rules_of(eras: Sequence[Era]) -> Iterator[type[Rule]]:
    """The rules of some eras, in their order.

    >>> [rule.name for rule in rules_of(["prefect3"])][0]
    'prefect3/imports'
    """
    for era in ERAS:
        if era in eras:
            for name in RULES[era]:
                yield rule_in(import_module(f"{__name__}.{name}"))


def rule_in(module: object) -> type[Rule]:
    """The one rule that a module defines."""
    own = getattr(module, "__name__", "")
    (found,) = (
        one
        for one in vars(module).values()
        if isinstance(one, type) and issubclass(one, Rule) and one.__module__ == own
    )
    return found
