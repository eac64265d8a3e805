"""The commands about registered models."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sklearn.linear_model import LinearRegression

import bridge as library
from bridge.domain.model import ModelDetails
from bridge.domain.version import VersionRef
from bridge.workspace import Workspace
from tests.cli.conftest import START, Run
from tests.tracking.conftest import mlflow_remarks

pytestmark = mlflow_remarks

DETAILS = ModelDetails(
    description="Who leaves",
    owners=("ann", "bob"),
    requirements=("numpy==2.0",),
    signature={"inputs": [{"type": "double", "name": "age", "required": True}]},
    example=VersionRef("training/load", 1),
    code={"file": "train.py", "commit": "0123456789abcdef", "dirty": True},
    environment={"python": "3.11"},
)


@pytest.fixture()
def two(recorded: Workspace) -> Workspace:
    """A second version of `churn`, with details."""
    (first,) = recorded.catalog.models("churn")
    second = replace(first, number=2, details=DETAILS, created=START + timedelta(hours=1), uri="models:/churn/2")
    recorded.catalog.put_model(replace(second, version=recorded.resolve("training/train@2").ref))
    return recorded


def test_archived_versions_are_left_out_and_counted(bridge: Run, two: Workspace) -> None:
    two.catalog.archive_model("churn", 1, START)
    said = bridge("models").out
    assert "churn@2" in said and "churn@1" not in said
    assert said.splitlines()[-1] == "1 archived: --all shows it."
    assert "archived" in bridge("models", "--all").out
    assert [one["number"] for one in bridge("models", "--json").json["models"]] == [2]
    assert [one["number"] for one in bridge("models", "versions", "churn", "--json").json["models"]] == [2, 1]


def test_versions_of_a_name_that_nobody_registered_name_what_there_is(bridge: Run, two: Workspace) -> None:
    for words in (["models", "--name", "nope"], ["models", "versions", "nope"]):
        said = bridge(*words)
        assert (said.code, "churn" in said.err) == (1, True)


def test_metrics_found_through_lineage_are_in_the_list(bridge: Run, two: Workspace) -> None:
    (found,) = [line for line in bridge("models").out.splitlines() if line.startswith("churn@1")]
    evaluations = bridge("models", "show", "churn@1", "--json").json["evaluations"]
    name, value = next(iter(evaluations[0]["metrics"].items()))
    assert f"{name} {value:.4g}" in found


def test_show_tells_all_that_is_known(bridge: Run, two: Workspace) -> None:
    said = bridge("models", "show", "churn").out
    for what in (
        "Who leaves",
        "ann, bob",
        "numpy==2.0",
        "train.py at 0123456789ab with changes that are not committed",
        "input age",
        "double",
        "types from training/load@1",
        'mlflow.pyfunc.load_model("models:/churn/2")',
    ):
        assert what in said, what


def test_compare_shows_what_differs_and_with_all_what_is_the_same(bridge: Run, two: Workspace) -> None:
    said = bridge("models", "compare", "churn@1", "churn@2").out
    assert "numpy" in said and "input age" in said
    same = bridge("models", "compare", "churn@2", "churn@2").out
    assert "numpy" not in same and "requirements" in same
    assert "numpy" in bridge("models", "compare", "churn@2", "churn@2", "--all").out
    document: dict[str, Any] = bridge("models", "compare", "churn@1", "churn@2", "--json").json
    assert document["a"] == "churn@1"
    assert {"what": "numpy", "a": None, "b": "2.0", "same": False, "change": None} in document["requirements"]


def test_delete_asks_on_a_terminal_only_and_otherwise_wants_yes(bridge: Run, two: Workspace) -> None:
    said = bridge("models", "delete", "churn@1")
    assert (said.code, said.err.endswith("Add --yes.\n")) == (1, True)
    assert bridge("models", "delete", "churn@1", "--yes").out == "churn@1 is deleted; training/train@1 is still there\n"
    assert bridge("models", "show", "churn@1").code == 1


def test_register_makes_a_model_version_with_what_is_said_of_it(bridge: Run, recorded: Workspace) -> None:
    library.save(LinearRegression().fit([[0.0], [1.0]], [0.0, 2.0]), "fitted")
    words = ["--owner", "ann", "--owner", "bob", "--tag", "team=blue", "--licence", "MIT", "--description", "A line"]
    found = bridge("models", "register", "fitted", "by-hand-cli", *words, "--json").json
    assert (found["owners"], found["tags"], found["licence"]) == (["ann", "bob"], {"team": "blue"}, "MIT")
    assert found["no_signature"]
    said = bridge("models", "register", "training/train@1", "by-hand-cli")
    assert (said.code, said.out) == (1, "")
    assert "A dict cannot be registered as a model" in said.err


def test_set_says_what_a_model_is_and_an_empty_text_takes_it_away(bridge: Run, two: Workspace) -> None:
    said = bridge("models", "set", "churn@2", "--description", "", "--owner", "eve", "--licence", "MIT")
    assert "Who leaves" not in said.out and "eve" in said.out and "MIT" in said.out
    assert two.catalog.models("churn")[0].details.owners == ("eve",)
    assert bridge("models", "tag", "churn@2", "a=b", "--remove", "team").out == "churn@2: a=b\n"
    assert "its value is missing" in bridge("models", "tag", "churn@2", "a").err
