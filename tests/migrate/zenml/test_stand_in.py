"""Programs of ZenML's run on the stand-in as they are."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

import bridge
from bridge.domain.migration_errors import NotInStandInError
from bridge.workspace import current
from tests.migrate.zenml.programs import run


def test_it_can_be_put_back_after_it_was_taken_out(zenml: None) -> None:
    from bridge.migrate.zenml import standing_in

    standing_in.uninstall()
    assert "zenml" not in sys.modules

    from bridge.migrate import zenml as package

    assert package.__name__ == "bridge.migrate.zenml"
    from zenml import pipeline

    assert pipeline.__module__.startswith("bridge.migrate.zenml")


def test_a_pipeline_with_all_that_most_have(hosted: None, tmp_path: Path) -> None:
    names = run(
        tmp_path,
        """
        from typing import Annotated, Tuple

        from zenml import ArtifactConfig, Model, get_step_context, log_metadata, pipeline, step
        from zenml.client import Client
        from zenml.config import DockerSettings
        from zenml.integrations.constants import SKLEARN

        seen = []
        tracker = Client().active_stack.experiment_tracker


        @step
        def load(n: int) -> Tuple[Annotated[list, "zen-train"], Annotated[list, "zen-test"]]:
            return [1.0] * n, [2.0]


        @step(enable_cache=False, experiment_tracker=tracker.name)
        def train(data: list, rate: float = 0.5) -> Annotated[dict, ArtifactConfig(name="zen-clf", tags=["small"])]:
            log_metadata({"rate": rate})
            context = get_step_context()
            seen.append((context.pipeline.name, context.step_run.name, context.model.name))
            return {"weight": sum(data) * rate}


        @step
        def judge(model: dict, test: list) -> float:
            return model["weight"] * len(test)


        @pipeline(
            model=Model(name="zen-model", license="MIT"),
            settings={"docker": DockerSettings(required_integrations=[SKLEARN])},
        )
        def training(n: int = 3) -> None:
            train_data, test = load(n)
            judge(train(train_data), test, after=["train"], id="judged")


        first = training.with_options(run_name="once")()
        again = training()
        clf = Client().get_artifact_version("zen-clf")
        accuracy = Client().get_artifact_version("training::judge::output").load()
        """,
    )
    first, again, clf = names["first"], names["again"], names["clf"]
    assert (first.name, first.status.value, sorted(first.steps)) == ("once", "completed", ["judged", "load", "train"])
    assert first.steps["judged"].output.load() == names["accuracy"] == 1.5
    assert first.steps["load"].outputs["zen-train"].load() == [1.0, 1.0, 1.0]
    assert names["seen"] == [("training", "train", "zen-model")] * 2
    assert (clf.load(), clf.run_metadata["rate"], clf.tags) == ({"weight": 1.5}, 0.5, ["small"])
    assert {name: each.status.value for name, each in again.steps.items()} == {
        "load": "cached",
        "train": "completed",
        "judged": "cached",
    }


def test_a_pipeline_that_is_given_its_steps(hosted: None, tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("steps:\n  fit:\n    parameters:\n      rate: 2.0\n")
    names = run(
        tmp_path,
        """
        from pathlib import Path

        from zenml.pipelines import pipeline
        from zenml.steps import BaseParameters, Output, step


        class Params(BaseParameters):
            rate: float = 0.5


        @step
        def load() -> Output(zen_a=list, zen_b=int):
            return [1.0, 2.0], 3


        @step
        def fit(params: Params, data: list, times: int) -> float:
            return sum(data) * params.rate * times


        @pipeline(enable_cache=False)
        def first(load, fit):
            data, times = load()
            fit(data=data, times=times)


        runs = [
            first(load=load(), fit=fit()).run(),
            first(load=load(), fit=fit(Params(rate=1.0))).run(run_name="by hand"),
            first(load(), fit()).with_config(str(Path(__file__).parent / "config.yaml")).run(),
        ]
        """,
    )
    assert [one.steps["fit"].output.load() for one in names["runs"]] == [4.5, 9.0, 18.0]
    assert names["runs"][1].name == "by hand"
    assert bridge.load("zen_a") == [1.0, 2.0]


def test_what_a_run_has_made_is_read_as_in_any_year(hosted: None, tmp_path: Path) -> None:
    names = run(
        tmp_path,
        """
        from typing import Annotated

        from zenml import log_metadata, pipeline, step
        from zenml.client import Client


        @step
        def zen_score() -> Annotated[float, "zen_score"]:
            log_metadata({"rows": 3})
            return 0.5


        @pipeline
        def scoring():
            zen_score()


        run = scoring()
        made = run.steps["zen_score"].outputs["zen_score"]
        facts = Client().get_artifact_version("zen_score").run_metadata
        """,
    )
    assert (names["made"].load(), names["made"][0].load(), len(names["made"])) == (0.5, 0.5, 1)
    assert (names["facts"]["rows"], names["facts"]["rows"].value) == (3, 3)


def test_the_first_years_gave_steps_their_context_and_helpers(hosted: None, tmp_path: Path) -> None:
    names = run(
        tmp_path,
        """
        from zenml.integrations.mlflow.mlflow_step_decorator import enable_mlflow
        from zenml.integrations.sklearn.helpers.digits import get_digits, get_digits_model
        from zenml.pipelines import pipeline
        from zenml.steps import StepContext, step

        seen = []


        @enable_mlflow
        @step
        def count(context: StepContext) -> int:
            seen.append([len(one.runs) for one in [context.metadata_store.get_pipeline("counting")]])
            images = get_digits()
            return len(images[0]) + len(images[1])


        @pipeline
        def counting(count):
            count()


        p = counting(count=count())
        p.run()
        p.run()
        gamma = get_digits_model().gamma
        """,
    )
    assert (names["gamma"], bridge.load("counting/count")) == (0.001, 1797)
    assert names["seen"] == [[1], [2]]  # as in ZenML, a step that is given its context is never found


def test_a_flow_that_was_rewritten_takes_options_and_a_file_of_zenml_s(hosted: None, tmp_path: Path) -> None:
    """What `bridge migrate` writes where it does not see what `with_options` is given."""
    from bridge import Model, flow, task
    from bridge.migrate.zenml.context import get_pipeline_context, get_step_context
    from bridge.migrate.zenml.pipelines import configured

    @task
    def named() -> str:
        return str(get_step_context().model.name)

    @flow
    def naming(last: str = "") -> str:
        return f"{named()} {get_pipeline_context().model.version} {last}"

    file = tmp_path / "config.yaml"
    file.write_text("model:\n  name: zen-of-file\n  version: production\nparameters:\n  last: end\n")
    made = configured(naming, config_path=file, enable_cache=False, run_name="first")()

    assert made.name == "first"
    assert bridge.load("naming") == "zen-of-file production end"
    assert naming.with_options(model=Model("zen-own"))() == "zen-own None "


def test_a_model_version_is_asked_for_and_promoted(hosted: None) -> None:
    from zenml import Model, pipeline, step
    from zenml.client import Client
    from zenml.enums import ModelStages

    sklearn = pytest.importorskip("sklearn.linear_model")

    @step
    def fit() -> sklearn.LogisticRegression:
        return sklearn.LogisticRegression().fit([[0.0], [1.0]], [0, 1])

    @pipeline(model=Model(name="zen-leavers"))
    def leavers() -> None:
        fit()

    leavers()
    version = Client().get_model_version("zen-leavers")
    version.set_stage(ModelStages.PRODUCTION, force=True)
    assert Model("zen-leavers", version="production").number == 1
    assert Client().get_model_version("zen-leavers", ModelStages.PRODUCTION).stage == "production"
    with pytest.raises(KeyError, match="staging"):
        Client().get_model_version("zen-leavers", "staging")


def test_a_step_promotes_what_its_run_has_made(hosted: None) -> None:
    from zenml import Model, get_step_context, pipeline, step

    sklearn = pytest.importorskip("sklearn.linear_model")

    @step
    def fit() -> sklearn.LogisticRegression:
        return sklearn.LogisticRegression().fit([[0.0], [1.0]], [0, 1])

    @step
    def promote(model: sklearn.LogisticRegression) -> None:
        get_step_context().model.set_stage("production", force=True)

    @pipeline(model=Model(name="zen-promoted"))
    def promoting() -> None:
        promote(fit())

    promoting()
    assert Model("zen-promoted", version="production").number == 1


def test_what_is_not_there_can_be_imported_and_says_so_when_it_is_used(zenml: None) -> None:
    from zenml.exceptions import StackComponentNotFoundError
    from zenml.integrations.seldon.model_deployers import SeldonModelDeployer
    from zenml.integrations.seldon.services.settings import SeldonOrchestratorSettings

    assert issubclass(StackComponentNotFoundError, Exception)
    assert SeldonOrchestratorSettings(cpu=1).cpu == 1
    assert SeldonModelDeployer | None is SeldonModelDeployer
    with pytest.raises(NotInStandInError, match=r"seldon.model_deployers.SeldonModelDeployer is not"):
        SeldonModelDeployer()
    with pytest.raises(NotInStandInError, match="get_active"):
        SeldonModelDeployer.get_active()
    with pytest.raises(NotInStandInError):

        class Own(SeldonModelDeployer):  # type: ignore[misc]
            pass


def test_a_class_of_its_own_stores_its_type(zenml: None) -> None:
    from zenml.io import fileio
    from zenml.materializers.base_materializer import BaseMaterializer

    class Graph:
        def __init__(self, edges: str) -> None:
            self.edges = edges

    class GraphFile(BaseMaterializer):
        ASSOCIATED_TYPES = (Graph,)

        def load(self, data_type: type) -> Graph:
            with fileio.open(f"{self.uri}/edges", "r") as file:
                return data_type(file.read())

        def save(self, data: Graph) -> None:
            super().save(data)
            with fileio.open(f"{self.uri}/edges", "w") as file:
                file.write(data.edges)

    version = bridge.save(Graph("a-b"), "zen-graph")
    assert version.format.endswith("GraphFile")
    assert bridge.load("zen-graph").edges == "a-b"


PROGRAM = """
    from zenml import pipeline, step
    from zenml.logger import get_logger

    logger = get_logger(__name__)


    @step
    def numbers() -> list:
        logger.info("three numbers")
        return [1.5, 2.5, 4.0]


    @step
    def total(values: list) -> float:
        return sum(values)


    @pipeline
    def adding() -> None:
        total(numbers())


    if __name__ == "__main__":
        adding()
    """


def test_a_program_runs_unmodified_by_one_command(tmp_path: Path, bridge_home: Path, prefect_server: None) -> None:
    from prefect.settings import PREFECT_API_URL

    (tmp_path / "program.py").write_text(textwrap.dedent(PROGRAM))
    root = str(Path(bridge.__file__).parent.parent)
    done = subprocess.run(
        [sys.executable, "-m", "bridge", "run", "--as", "zenml", "program.py"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": root, "PREFECT_API_URL": str(PREFECT_API_URL.value())},
        capture_output=True,
        text=True,
        timeout=170,
    )
    assert done.returncode == 0, done.stderr
    assert bridge.load("adding/total") == 8.0
    (run,) = current().catalog.runs()
    assert run.flow == "adding"


def test_another_tool_is_refused_with_one_line(capfd: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    from bridge.cli.app import main

    script = tmp_path / "x.py"
    script.write_text("")
    assert main(["run", "--as", "airflow", str(script)]) == 2
    assert "stands in for zenml only" in capfd.readouterr().err
