"""`bridge artifacts prune`, `delete` and `sweep`."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import bridge as package
from bridge.domain.version import VersionRef
from bridge.workspace import Workspace

from .conftest import Said

Run = Callable[..., Said]


def numbers(workspace: Workspace, name: str) -> list[int]:
    return [one.ref.number for one in workspace.catalog.versions(name)]


def test_prune_shows_what_goes_and_why_the_rest_stays(bridge: Run, recorded: Workspace) -> None:
    recorded.catalog.set_alias(VersionRef("training/load", 1), "gold")
    for number in range(5):
        package.save(number, "daily")
    said = bridge("artifacts", "prune", "--keep-last", "2", "--dry-run")
    assert "daily        3  @1…3       2  latest, last 2" in said.out
    assert "3 versions to forget" in said.out
    assert said.err == "Nothing was changed.\n"
    assert numbers(recorded, "daily") == [5, 4, 3, 2, 1]
    said = bridge("artifacts", "prune", "--keep-last", "1", "--yes")
    assert "Forgot 4 versions." in said.out
    assert numbers(recorded, "daily") == [5]
    kept = bridge("artifacts", "prune", "--keep-last", "1", "--yes", "--json").json["kept"]
    why = {one["selector"]: one["why"] for one in kept}
    assert why["training/load@1"] == ["alias gold"]
    assert why["training/train@1"] == ["model churn@1"]


def test_prune_touches_only_names_that_fit(bridge: Run, recorded: Workspace) -> None:
    for number in range(3):
        package.save(number, "daily")
    said = bridge("artifacts", "prune", "dai*", "other/*", "--keep-last", "1", "--yes", "--json").json
    assert [one["selector"] for one in said["forgotten"]] == ["daily@2", "daily@1"]
    assert numbers(recorded, "training/load") == [2, 1]


def test_prune_without_a_rule_says_how_to_give_one(bridge: Run, recorded: Workspace) -> None:
    said = bridge("artifacts", "prune", "--yes")
    assert said.code == 1
    assert "[tool.bridge.retention]" in said.err
    assert "--keep-last" in said.err


@pytest.mark.parametrize("words", [("prune", "--keep-last", "1"), ("delete", "training/load@1")])
def test_without_a_terminal_nothing_goes_unless_told(words: tuple[str, ...], bridge: Run, recorded: Workspace) -> None:
    said = bridge("artifacts", *words)
    assert said.code == 1
    assert "--yes" in said.err and "--dry-run" in said.err
    assert numbers(recorded, "training/load") == [2, 1]
    assert bridge("artifacts", *words, "--dry-run", "--json").json["dry_run"] is True
    assert numbers(recorded, "training/load") == [2, 1]


@pytest.mark.parametrize(("answer", "left"), [(b"y\n", [2]), (b"n\n", [2, 1])])
def test_on_a_terminal_the_user_is_asked(answer: bytes, left: list[int], recorded: Workspace) -> None:
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "bridge", "artifacts", "delete", "training/load@1"]
    asked = subprocess.Popen(command, stdin=theirs, stderr=theirs, stdout=subprocess.PIPE)
    os.write(ours, answer)
    asked.communicate()
    os.close(theirs)
    os.close(ours)
    assert asked.returncode == (0 if left == [2] else 1)
    assert numbers(recorded, "training/load") == left


def test_delete_refuses_what_something_holds_and_force_goes_past_all_but_a_model(
    bridge: Run, recorded: Workspace
) -> None:
    said = bridge("artifacts", "delete", "training/load@1", "training/load", "--yes")
    assert said.code == 1
    assert "training/load@2 (latest)" in said.err
    assert numbers(recorded, "training/load") == [2, 1], "all of them or none"
    assert bridge("artifacts", "delete", "training/load@1", "training/load", "--yes", "--force").code == 0
    assert numbers(recorded, "training/load") == []
    said = bridge("artifacts", "delete", "training/train@1", "--yes", "--force")
    assert (said.code, numbers(recorded, "training/train")) == (1, [2, 1])
    assert "model churn@1" in said.err


def test_bytes_go_when_the_grace_is_over(bridge: Run, recorded: Workspace, bridge_home: Path) -> None:
    package.save(list(range(50_000)), "large")
    package.save(1, "large")
    plan = bridge("artifacts", "delete", "large@1", "--yes", "--json").json
    assert plan["frees"] > 100_000
    assert bridge("artifacts", "sweep", "--json").json["objects"] == 0
    looked = bridge("artifacts", "sweep", "--grace", "0", "--dry-run", "--json").json
    swept = bridge("artifacts", "sweep", "--grace", "0", "--json").json
    assert (swept["objects"], swept["size"]) == (looked["objects"], looked["size"]) == (1, plan["frees"])
    assert swept["contents"] == 1
    assert bridge("artifacts", "sweep", "--grace", "0").out == "Nothing to sweep: whatever is there is needed.\n"


@pytest.mark.parametrize("grace", ["soon", "-1h", "1", "9e99d", "99999999999999d", ""])
def test_a_span_that_is_none_is_named(grace: str, bridge: Run, recorded: Workspace) -> None:
    said = bridge("artifacts", "sweep", f"--grace={grace}")
    assert said.code == 1
    assert f"--grace={grace!r}" in said.err
