"""Model versions that are written on, put aside, deleted and compared: here and in MLflow."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from mlflow.exceptions import MlflowException
from mlflow.tracking import MlflowClient
from sklearn.linear_model import LinearRegression, Ridge

import bridge
import bridge.models
from bridge import Model
from bridge.domain.errors import ModelInUseError, ModelNotFoundError, NotAModelError, TagError, TrackingError
from bridge.domain.model import ModelVersion
from bridge.workspace import Workspace, current
from bridge.workspace.announcing import add_listener
from tests.tracking.conftest import mlflow_remarks

pytestmark = mlflow_remarks

SAID = Model("", description="A line", licence="MIT", owners="ann", intended_use="Tests", tags={"team": "blue"})


@pytest.fixture()
def line(bridge_home: Path) -> ModelVersion:
    """Version 1 of a model whose name no other test has: MLflow's registry is the session's."""
    bridge.save(LinearRegression().fit([[0.0], [1.0]], [0.0, 2.0]), "fitted")
    return bridge.models.register("fitted@1", replace(SAID, name=f"line-{uuid4().hex[:8]}"))


def in_mlflow(model: ModelVersion) -> Any:
    return MlflowClient().get_model_version(model.name, str(model.number))


def point(workspace: Workspace, model: ModelVersion, alias: str) -> None:
    """As a promotion does."""
    from sqlalchemy import insert

    from bridge.catalog.tables import model_aliases

    database = workspace.catalog._database  # type: ignore[attr-defined]
    with database.write() as connection:
        row = {"name": model.name, "alias": alias, "number": model.number, "decision": 0}
        connection.execute(insert(model_aliases), row)


def test_a_version_that_is_there_is_registered_by_hand(line: ModelVersion) -> None:
    heard: list[ModelVersion] = []
    add_listener(heard.append)
    second = bridge.models.register("fitted", line.name)
    assert (line.selector, second.selector) == (f"{line.name}@1", f"{line.name}@2")
    assert heard == [second]
    assert line.details.owners == ("ann",)
    assert line.details.no_signature
    there = in_mlflow(line)
    assert there.description == "A line"
    assert there.tags["team"] == "blue"
    assert there.tags["bridge.version"] == "fitted@1"
    assert there.tags["bridge.no_signature"] == line.details.no_signature
    assert bridge.models.load(f"{line.name}@1").coef_.tolist() == pytest.approx([2.0])


def test_what_is_no_model_cannot_be_registered_by_hand(bridge_home: Path) -> None:
    bridge.save({"not": 1}, "odd")
    with pytest.raises(NotAModelError, match="no flavour of MLflow takes it"):
        bridge.models.register("odd", "odd")
    assert bridge.models.versions() == []


def test_what_is_said_of_a_model_is_said_in_mlflow_too(line: ModelVersion) -> None:
    bridge.models.set_description(line.name, "A straight line")
    bridge.models.set_owners(line.name, ["bob", "eve"])
    bridge.models.set_licence(line.name, None)
    bridge.models.set_intended_use(line.name, "More tests")
    tagged = bridge.models.tag(f"{line.name}@1", {"team": None, "checked": "yes"})
    assert tagged.tags == {"checked": "yes"}
    found = bridge.models.get(line.name).details
    assert (found.description, found.owners, found.licence) == ("A straight line", ("bob", "eve"), None)
    there = in_mlflow(line)
    assert there.description == "A straight line"
    assert there.tags["bridge.owners"] == "bob, eve"
    assert there.tags["checked"] == "yes"
    assert not {"team", "bridge.licence"} & set(there.tags)
    with pytest.raises(TagError):
        bridge.models.tag(line.name, {"a": 1})  # type: ignore[dict-item]  # what a user may write


def test_an_archived_version_is_not_the_latest_and_comes_back(line: ModelVersion) -> None:
    bridge.models.register("fitted", line.name)
    bridge.models.archive(f"{line.name}@2")
    assert bridge.models.get(line.name).selector == f"{line.name}@1"
    assert bridge.models.get(f"{line.name}@2").archived is not None
    assert "bridge.archived" in in_mlflow(replace(line, number=2)).tags
    bridge.models.unarchive(f"{line.name}@2")
    assert bridge.models.get(line.name).selector == f"{line.name}@2"
    assert "bridge.archived" not in in_mlflow(replace(line, number=2)).tags


def test_a_deleted_version_is_gone_from_both_and_its_artifact_stays(line: ModelVersion) -> None:
    assert bridge.models.delete(f"{line.name}@1").selector == f"{line.name}@1"
    with pytest.raises(ModelNotFoundError):
        bridge.models.get(f"{line.name}@1")
    with pytest.raises(MlflowException, match="not found"):
        in_mlflow(line)
    assert bridge.load("fitted@1").coef_.tolist() == pytest.approx([2.0])
    assert bridge.models.register("fitted", line.name).number == 2


def test_a_version_that_an_alias_is_at_is_neither_archived_nor_deleted_unless_forced(line: ModelVersion) -> None:
    point(current(), line, "champion")
    assert bridge.models.get(f"{line.name}@champion").aliases == ("champion",)
    with pytest.raises(ModelInUseError, match=f"{line.selector} is not archived: it is champion"):
        bridge.models.archive(line.name)
    with pytest.raises(ModelInUseError, match="--force"):
        bridge.models.delete(line.name)
    assert int(in_mlflow(line).version) == 1
    assert bridge.models.delete(line.name, force=True).aliases == ("champion",)
    with pytest.raises(ModelNotFoundError):
        bridge.models.get(f"{line.name}@champion")


def test_nothing_is_changed_where_mlflow_does_not_answer(line: ModelVersion, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(current().tracker), "uri", "http://127.0.0.1:9")
    for change in (
        lambda: bridge.models.delete(line.name),
        lambda: bridge.models.archive(line.name),
        lambda: bridge.models.tag(line.name, {"a": "b"}),
        lambda: bridge.models.set_description(line.name, "x"),
    ):
        with pytest.raises(TrackingError, match=r"127\.0\.0\.1:9"):
            change()
    assert bridge.models.versions(line.name) == [line]


def test_a_version_that_mlflow_lost_can_be_deleted(line: ModelVersion) -> None:
    MlflowClient().delete_model_version(line.name, "1")
    bridge.models.delete(line.name)
    assert bridge.models.versions() == []


def test_two_versions_side_by_side_show_what_differs(line: ModelVersion) -> None:
    bridge.save(LinearRegression(fit_intercept=False).fit([[0.0], [1.0]], [0.0, 2.0]), "fitted")
    bridge.models.register("fitted", line.name)
    found = bridge.models.compare(f"{line.name}@1", f"{line.name}@2")
    different = [one.what for one in found.parameters if not one.is_same]
    assert different == ["fit_intercept"]
    assert all(one.is_same for one in (*found.requirements, *found.environment))
    assert found.measured == ()
    document = found.document()
    assert document["metrics"] == document["not_comparable"] == []
    assert {"what": "fit_intercept", "a": True, "b": False, "same": False, "change": None} in document["parameters"]
    assert "fit_intercept: True | False" in str(found)


def test_models_of_two_names_can_be_compared(line: ModelVersion) -> None:
    bridge.save(Ridge(alpha=2.0).fit([[0.0], [1.0]], [0.0, 2.0]), "ridge")
    other = f"other-{uuid4().hex[:8]}"
    bridge.models.register("ridge", other)
    found = bridge.models.compare(line.name, other)
    assert ("alpha", None, 2.0) in [(one.what, one.a, one.b) for one in found.parameters]
    with pytest.raises(ModelNotFoundError, match=line.selector):
        bridge.models.compare(line.name, "nobody")
