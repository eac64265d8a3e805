"""Tags, descriptions and aliases, as tasks declare them and as people set them."""

from __future__ import annotations

from typing import Annotated

import pytest

import bridge
from bridge import Artifact, flow, task
from bridge.domain.errors import AliasError, SelectorError, TagError, VersionNotFoundError
from bridge.domain.version import VersionRef
from bridge.workspace import Workspace


def test_what_a_task_declares_of_its_result_is_on_every_version(workspace: Workspace) -> None:
    secret = Artifact("salaries", preview=False, description="From payroll.", metadata={"unit": "EUR"})

    @task
    def load(size: int) -> Annotated[list[int], Artifact("rows", tags={"team": "growth", "layer": "raw"})]:
        return list(range(size))

    @task(output=secret)
    def salaries() -> list[int]:
        return list(range(3000))

    @flow
    def labelling(size: int) -> None:
        load(size)
        salaries()

    labelling(2000)
    bridge.tag("rows@1", {"layer": "checked"})
    labelling(3000)
    first, second = workspace.resolve("rows@1"), workspace.resolve("rows@2")
    assert first.tags == {"layer": "checked", "team": "growth"}
    assert second.tags == {"layer": "raw", "team": "growth"}
    assert workspace.catalog.preview(str(first.digest)) is not None
    hidden = workspace.resolve("salaries")
    assert (hidden.metadata["description"], hidden.metadata["unit"]) == ("From payroll.", "EUR")
    assert hidden.digest == second.digest, "the same content; what is shown of it is shown under either name"
    labelling(3001)
    assert workspace.catalog.preview(str(workspace.resolve("rows@3").digest)) is not None


def test_tags_that_are_no_texts_do_not_keep_a_result_from_being_recorded(workspace: Workspace) -> None:
    @task(output=Artifact("odd", tags={"n": 3, "long": "x" * 5000, "nul": "\0"}))  # type: ignore[dict-item]  # tried
    def work() -> int:
        return 1

    @flow
    def odd() -> None:
        work()

    odd()
    tags = workspace.resolve("odd").tags
    assert (tags["n"], len(tags["long"]), tags["nul"]) == ("3", 1000, "\\x00")


def test_a_value_saved_by_hand_in_a_task_takes_tags_and_aliases(workspace: Workspace) -> None:
    @task
    def work() -> None:
        bridge.save([1.5], "by-hand", tags={"quality": "raw"}, aliases="live")

    @flow
    def saving() -> None:
        work()

    saving()
    assert bridge.load("by-hand@live") == [1.5]
    assert workspace.resolve("by-hand").tags == {"quality": "raw"}


def test_an_alias_moves_and_goes(workspace: Workspace) -> None:
    for number in range(3):
        bridge.save([number], "data")
    assert bridge.set_alias("data@1", "golden") is None
    assert bridge.set_alias("data", "golden") == VersionRef("data", 1)
    assert bridge.load("data@golden") == [2]
    assert bridge.remove_alias("data", "golden") == VersionRef("data", 3)
    with pytest.raises(VersionNotFoundError, match="data@golden"):
        bridge.load("data@golden")
    with pytest.raises(VersionNotFoundError):
        bridge.remove_alias("data", "golden")
    with pytest.raises(AliasError, match="bridge artifacts alias data golden --remove"):
        bridge.remove_alias("data@3", "golden")
    with pytest.raises(SelectorError, match="meaning of its own"):
        bridge.set_alias("data@3", "latest")


def test_tags_are_set_and_removed_and_nonsense_is_refused(workspace: Workspace) -> None:
    bridge.save([1], "data")
    assert bridge.tag("data@1", {"a": "1", "b": "2"}).tags == {"a": "1", "b": "2"}
    assert bridge.tag("data", {"a": None}).tags == {"b": "2"}
    with pytest.raises(TagError, match="has no ="):
        bridge.tag("data", {"a=b": "1"})
    with pytest.raises(TagError, match="longer facts go to bridge"):
        bridge.tag("data", {"a": "x" * 300})
    with pytest.raises(TagError, match="write '3'"):
        bridge.tag("data", {"a": 3})  # type: ignore[dict-item]  # that is what is tried
    with pytest.raises(VersionNotFoundError):
        bridge.tag("nothing", {"a": "b"})
