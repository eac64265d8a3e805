"""Aliases of registered models in MLflow, which follow the catalog's."""

from __future__ import annotations

from typing import Any

from bridge.tracking.quiet import quiet


def point(client: Any, name: str, alias: str, number: int | None) -> None:
    """Point an alias at a version, or take it away; what is so already is not written again.

    Args:
        client: `MlflowClient`.
        name: Registered model's name.
        alias: The alias.
        number: The registry's version number; None to take the alias away.
    """
    with quiet():
        there = dict(client.get_registered_model(name).aliases or {}).get(alias)
        if number is None and there is not None:
            client.delete_registered_model_alias(name, alias)
        elif number is not None and str(there) != str(number):
            client.set_registered_model_alias(name, alias, str(number))
