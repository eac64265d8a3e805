"""Makes the ZenML store that the tests move: three pipelines' history, in ZenML's own environment.

`python make.py FOLDER` runs the pipelines in a store of its own and writes into FOLDER: `zenml.sql`, the tables of the
database without what is long and not needed; `store/`, the values; `expected.json`, what ZenML loads each version as.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import sys
import tempfile
from pathlib import Path
from typing import Annotated
from uuid import UUID

HOME = Path("/tmp/zenml-0.98")
if __name__ == "__main__":
    shutil.rmtree(HOME, ignore_errors=True)  # before ZenML opens it, which it does when a pipeline is defined
os.environ |= {
    "ZENML_CONFIG_PATH": str(HOME / "config"),
    "ZENML_LOCAL_STORES_PATH": str(HOME / "stores"),
    "ZENML_ANALYTICS_OPT_IN": "false",
    "ZENML_LOGGING_VERBOSITY": "ERROR",
}

import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402
from pydantic import BaseModel  # noqa: E402
from sklearn.linear_model import LogisticRegression  # noqa: E402
from zenml import ArtifactConfig, Model, log_metadata, pipeline, save_artifact, step  # noqa: E402
from zenml.client import Client  # noqa: E402
from zenml.materializers.base_materializer import BaseMaterializer  # noqa: E402
from zenml.types import HTMLString, MarkdownString  # noqa: E402

sys.path.insert(0, str(Path(__file__).parent.parent))
from told import told  # noqa: E402


class Settings(BaseModel):
    """A Pydantic model of the user's own."""

    depth: int = 3
    name: str = "small"


class Odd:
    """A class that only a materializer of the user's own stores."""

    def __init__(self, text: str) -> None:
        self.text = text


class Unknown:
    """A class that ZenML pickles."""

    def __init__(self, number: int) -> None:
        self.number = number


class OddMaterializer(BaseMaterializer):
    """A materializer of the user's own."""

    ASSOCIATED_TYPES = (Odd,)

    def save(self, data: Odd) -> None:
        """Write it."""
        with self.artifact_store.open(f"{self.uri}/odd.txt", "w") as file:
            file.write(data.text)

    def load(self, data_type: type) -> Odd:
        """Read it."""
        with self.artifact_store.open(f"{self.uri}/odd.txt", "r") as file:
            return Odd(file.read())


@step
def load(rows: int = 20) -> Annotated[pd.DataFrame, ArtifactConfig(name="measurements", tags=["raw", "team=a"])]:
    """Make a table."""
    log_metadata({"source": "sensor 7", "rows": rows}, infer_artifact=True)
    x = np.arange(rows) * 0.5
    return pd.DataFrame({"x": x, "label": (x > rows / 4).astype("int64")}, index=[f"r{i}" for i in range(rows)])


@step
def describe(table: pd.DataFrame) -> tuple[dict, pd.Series, HTMLString, MarkdownString]:
    """Say several things about it."""
    facts = {"mean": table.x.to_numpy().mean(keepdims=True), "columns": ("x", "label"), 3: {"a", "b"}, "n": len(table)}
    return facts, table.x * 2, HTMLString("<b>measurements</b>"), MarkdownString("# measurements")


@step
def pack(table: pd.DataFrame) -> Annotated[Path, "packed"]:
    """Return a folder."""
    folder = Path(tempfile.mkdtemp()) / "out"
    (folder / "deep").mkdir(parents=True)
    (folder / "a.csv").write_text(table.to_csv())
    (folder / "deep" / "b.txt").write_text("b")
    save_artifact(b"\x00\x01raw", "raw-bytes", version=f"first-{len(table)}")
    save_artifact(b"\x00\x02raw", "raw-bytes")
    return folder


@step
def split(table: pd.DataFrame) -> tuple[Annotated[np.ndarray, "x"], Annotated[np.ndarray, "y"]]:
    """Make arrays."""
    return table[["x"]].to_numpy(), table["label"].to_numpy()


@step
def train(
    x: np.ndarray, y: np.ndarray, c: float = 1.0
) -> Annotated[LogisticRegression, ArtifactConfig(name="classifier", tags=["linear"])]:
    """Fit."""
    log_metadata({"c": c}, infer_model=True)
    return LogisticRegression(C=c).fit(x, y)


@step
def evaluate(model: LogisticRegression, x: np.ndarray, y: np.ndarray) -> tuple[float, Annotated[dict, "metrics"]]:
    """Score."""
    return float(model.score(x, y)), {"accuracy": float(model.score(x, y)), "n": len(y), "labels": [0, 1]}


@step
def predict(model: LogisticRegression) -> Annotated[np.ndarray, "predictions"]:
    """Use a model that another pipeline made."""
    return model.predict(np.array([[0.0], [9.0]]))


@step(output_materializers={"odd": OddMaterializer})
def oddities() -> tuple[
    Annotated[Odd, "odd"], Annotated[Unknown, "unknown"], Annotated[Settings, "settings"], Annotated[UUID, "id"]
]:
    """Return what is not built in."""
    return Odd("odd"), Unknown(7), Settings(depth=5), UUID(int=7)


@step
def fail(predictions: np.ndarray) -> int:
    """Fail."""
    raise ValueError("no such score")


@pipeline(tags=["daily"])
def ingest(rows: int = 20) -> None:
    """Make data."""
    table = load(rows)
    describe(table)
    pack(table)


@pipeline(model=Model(name="tumours", license="MIT", description="Finds tumours", tags=["linear"]))
def training(rows: int = 20, c: float = 1.0) -> None:
    """Make a model."""
    x, y = split(load(rows))
    evaluate(train(x, y, c), x, y)


@pipeline(enable_cache=False)
def scoring() -> None:
    """Use a model."""
    oddities()
    fail(predict(Client().get_artifact_version("classifier", "1")))


def run() -> None:
    """Run the pipelines, some twice, one from the cache, one failing."""
    ingest(20)
    ingest(30)
    training(20, 1.0)
    training(20, 1.0)  # found in the cache
    training(30, 0.5)
    training.with_options(enable_cache=False)(30, 0.5)  # the same values once more
    client = Client()
    client.get_model_version("tumours", "1").set_stage("archived")
    client.get_model_version("tumours", "3").set_stage("production")
    client.get_model_version("tumours", "4").set_stage("staging")
    try:
        scoring()
    except RuntimeError as error:
        print("failed as it should:", error)


def expected() -> dict[str, object]:
    """What ZenML loads each version as."""
    client = Client()
    return {
        str(one.id): None if one.name in ("odd", "unknown", "settings") else told(one.load())
        for one in client.list_artifact_versions(size=1000).items
    }


_TABLES = {
    *("project", "artifact", "artifact_version", "pipeline", "pipeline_run", "pipeline_snapshot", "step_run"),
    *("step_configuration", "step_run_input_artifact", "step_run_output_artifact", "run_metadata", "tag_resource"),
    *("run_metadata_resource", "tag", "model", "model_version", "model_versions_artifacts", "stack_component"),
    "alembic_version",
}


def dump(database: Path, target: Path) -> None:
    """Write the tables that tell the history, without what is long and not needed."""
    copy = target.with_suffix(".db")
    shutil.copy(database, copy)
    with sqlite3.connect(copy) as there:
        there.execute("PRAGMA foreign_keys=OFF")
        for (name,) in there.execute("SELECT name FROM sqlite_master WHERE type='table'").fetchall():
            if name not in _TABLES and not name.startswith("sqlite_"):
                there.execute(f"DROP TABLE {name}")
        indexes = there.execute("SELECT name FROM sqlite_master WHERE type='index' AND sql IS NOT NULL").fetchall()
        for (name,) in indexes:
            there.execute(f"DROP INDEX {name}")
        long = ("pipeline_snapshot", "client_environment"), ("pipeline_run", "orchestrator_environment")
        for table, column in long:
            short = f"json_remove({column}, '$.python_packages')"
            there.execute(f"UPDATE {table} SET {column} = {short} WHERE json_valid({column})")
        there.execute("UPDATE pipeline_snapshot SET pipeline_configuration = '{}', source_code = NULL")
        there.execute("UPDATE step_run SET source_code = NULL, docstring = NULL")
        there.execute("UPDATE step_run SET exception_info = json_remove(exception_info, '$.step_code_line')")
        for id, config in there.execute("SELECT id, config FROM step_configuration").fetchall():
            whole = json.loads(config)
            kept = whole.get("config") or whole["step_config_overrides"]
            outputs = {name: {} for name in kept["outputs"]}
            short = {"spec": {"inputs": whole["spec"]["inputs"]}, "step_config_overrides": {"outputs": outputs}}
            there.execute("UPDATE step_configuration SET config = ? WHERE id = ?", (json.dumps(short), id))
    with sqlite3.connect(copy) as there:
        # Where the values were made may be there still; the tests move a store that lies elsewhere by now.
        target.write_text("\n".join(there.iterdump()).replace(str(HOME), f"/srv/{HOME.name}") + "\n")
    copy.unlink()


def main() -> None:
    """Make it."""
    folder = Path(sys.argv[1])
    run()
    lines = [f"{json.dumps(id)}: {json.dumps(said)}" for id, said in sorted(expected().items())]
    (folder / "expected.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")
    dump(HOME / "stores" / "default_zen_store" / "zenml.db", folder / "zenml.sql")
    (store,) = [path for path in (HOME / "stores").iterdir() if path.name != "default_zen_store"]
    shutil.rmtree(folder / "store", ignore_errors=True)
    shutil.copytree(store, folder / "store" / store.name, ignore=shutil.ignore_patterns("logs"))


if __name__ == "__main__":
    main()
