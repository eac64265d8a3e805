"""The three tools: the interpreter, home and settings that each has of its own."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

SIDE_BY_SIDE = Path(__file__).parents[1]

NAMES = {"zenml": "ZenML", "prefect": "Prefect + MLflow", "bridge": "bridge"}

PACKAGES = {
    "zenml": ("zenml", "scikit-learn", "pandas", "pyarrow"),
    "prefect": ("prefect", "mlflow", "scikit-learn", "pandas"),
    "bridge": ("prefect-bridge", "prefect", "mlflow", "optuna", "scikit-learn", "pandas"),
}

_FOREIGN = ("BRIDGE_", "PREFECT_", "MLFLOW", "ZENML", "PYTHONPATH", "PYTHONDONTWRITEBYTECODE", "VIRTUAL_ENV")


@dataclass(frozen=True)
class Tool:
    """How a tool is run.

    Args:
        key: zenml, prefect or bridge.
        python: Interpreter of an environment that has it.
        home: Folder for all that it keeps.
        api: URL of a Prefect server.
    """

    key: str
    python: str
    home: Path
    api: str

    @property
    def name(self) -> str:
        """For people."""
        return NAMES[self.key]

    @property
    def pipeline(self) -> Path:
        """The file of its pipeline."""
        return SIDE_BY_SIDE / f"{self.key}_pipeline.py"

    def environment(self, *, served: bool = True) -> Mapping[str, str]:
        """All that a process of it has in its environment.

        Args:
            served: Whether it is told of the Prefect server; if not, Prefect starts one for each process.
        """
        kept = {name: value for name, value in os.environ.items() if not name.startswith(_FOREIGN)}
        kept["PATH"] = f"{Path(self.python).parent}{os.pathsep}{kept.get('PATH', '')}"
        own = _ZENML if self.key == "zenml" else _PREFECT
        kept |= {name: value.format(home=self.home) for name, value in own.items()}
        if self.key == "bridge":
            kept |= {"BRIDGE_HOME": str(self.home / "bridge"), "BRIDGE_FLUSH_TIMEOUT": "120"}
        if self.key == "prefect":
            kept["MLFLOW_TRACKING_URI"] = f"sqlite:///{self.home}/mlflow.db"
        if served and self.key != "zenml":
            kept["PREFECT_API_URL"] = self.api
        return kept


_ZENML = {
    "ZENML_CONFIG_PATH": "{home}/config",
    "ZENML_LOCAL_STORES_PATH": "{home}/stores",
    "ZENML_ANALYTICS_OPT_IN": "false",
    "AUTO_OPEN_DASHBOARD": "false",
    "NO_COLOR": "1",
    "ZENML_LOGGING_COLORS_DISABLED": "true",
}

_PREFECT = {
    "PREFECT_HOME": "{home}/prefect",
    "PREFECT_LOCAL_STORAGE_PATH": "{home}/results",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "300",
    "PREFECT_LOGGING_COLORS": "false",
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "PYTHONWARNINGS": "ignore",
}


def tools(folder: Path, api: str, zenml: str | None) -> list[Tool]:
    """The tools that can be run here, ZenML if there is an interpreter that has it."""
    pythons = {"zenml": zenml, "prefect": sys.executable, "bridge": sys.executable}
    return [Tool(key, python, folder / key, api) for key, python in pythons.items() if python is not None]
