"""Homes of tools that are measured, each empty and its own."""

from __future__ import annotations

from pathlib import Path


def of_zenml(folder: Path) -> dict[str, str]:
    """Variables that keep ZenML in a folder, quiet and without asking the network."""
    return {
        "ZENML_CONFIG_PATH": str(folder / "zenml"),
        "ZENML_LOCAL_STORES_PATH": str(folder / "zenml-stores"),
        "ZENML_ANALYTICS_OPT_IN": "false",
        "ZENML_LOGGING_VERBOSITY": "ERROR",
    }
