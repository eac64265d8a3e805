"""Flows that meet versions which were forgotten."""

from __future__ import annotations

import bridge
from bridge import flow, task
from bridge.domain.version import VersionRef
from bridge.workspace import Workspace


def test_a_cache_hit_on_a_forgotten_version_saves_the_value_anew(workspace: Workspace) -> None:
    from prefect.cache_policies import INPUTS

    @task(cache_policy=INPUTS, persist_result=True)
    def slow(x: int) -> int:
        return x * 2

    @flow
    def forgetful() -> int:
        return slow(21)

    assert forgetful() == 42
    gone = workspace.catalog.forget([VersionRef("forgetful/slow", 1)], despite=("latest",))
    assert gone == [VersionRef("forgetful/slow", 1)]
    assert forgetful() == 42
    run = workspace.catalog.runs(limit=1)[0]
    outputs = [output for step in workspace.catalog.steps(run.id) if step.task == "slow" for output in step.outputs]
    assert {str(output.what) for output in outputs} == {"forgetful/slow@2"}
    assert bridge.load("forgetful/slow") == 42


def test_a_result_that_was_forgotten_before_the_flow_ended_is_saved_under_the_flows_name(workspace: Workspace) -> None:
    @task
    def make() -> list[int]:
        return [1, 2, 3]

    @flow
    def ending() -> list[int]:
        made = make()
        workspace.catalog.forget([VersionRef("ending/make", 1)], despite=("latest", "run"))
        return made

    assert ending() == [1, 2, 3]
    assert bridge.load("ending") == [1, 2, 3]


def test_what_a_flow_made_is_not_pruned_while_it_runs(workspace: Workspace) -> None:
    @task
    def make(number: int) -> int:
        return number

    @flow
    def pruning() -> list[str]:
        for number in range(4):
            make(number)
        return [str(ref) for ref in bridge.prune("pruning/*", keep_last=1).forgotten]

    assert pruning() == []
    done = bridge.prune("pruning/*", keep_last=1)
    assert [str(ref) for ref in done.forgotten] == ["pruning/make@3", "pruning/make@2", "pruning/make@1"]
