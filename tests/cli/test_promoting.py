"""`bridge models promote`, `rollback`, `demote`, and `bridge audit`."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bridge.domain.decision import digest_of
from bridge.workspace import Workspace
from tests.cli.conftest import Said
from tests.models.promotion.conftest import Told

Bridge = Callable[..., Said]


@pytest.fixture()
def registered(recorded: Workspace, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """churn@1 was evaluated with an accuracy of 0.9, churn@2 too."""
    monkeypatch.setenv("PREFECT_SERVER_ALLOW_EPHEMERAL_MODE", "false")
    recorded.tracker.close(0)
    recorded.tracker = Told()  # type: ignore[assignment]
    (one,) = recorded.catalog.models("churn")
    second = recorded.resolve("training/train@2")
    recorded.catalog.put_model(replace(one, number=2, version=second.ref, step_id=second.step_id))
    return recorded


def test_a_promotion_says_what_the_gates_found(registered: Workspace, bridge: Bridge) -> None:
    said = bridge("models", "promote", "churn@1", "--gate", "accuracy >= 0.5", "--reason", "the first")
    assert said.code == 0, said.err
    assert said.out.splitlines()[:2] == [
        "✓ accuracy 0.9 on data that is not recorded is at least 0.5",
        "churn@champion is churn@1",
    ]
    assert said.out.splitlines()[2].startswith("decision 1, sha256:")


def test_a_refusal_is_exit_code_1_and_a_dry_run_decides_nothing(registered: Workspace, bridge: Bridge) -> None:
    gate = ("--gate", "accuracy >= 0.95")
    looked = bridge("models", "promote", "churn@1", *gate, "--dry-run")
    assert (looked.code, looked.out.splitlines()[-1]) == (1, "It would be refused.")
    assert bridge("models", "promote", "churn@1", "--gate", "accuracy > 0", "--dry-run", "--json").json["passed"]
    assert bridge("audit", "--json").json == {"decisions": []}
    assert "bridge models promote" in bridge("audit").out
    said = bridge("models", "promote", "churn@1", *gate)
    assert said.code == 1
    assert "✗ accuracy 0.9 on data that is not recorded is below 0.95" in said.out
    assert "Refused: churn@champion was not moved to churn@1" in said.out
    assert bridge("audit", "--json").json["decisions"][0]["outcome"] == "refused"


def test_an_approval_by_name_is_in_the_log(registered: Workspace, bridge: Bridge) -> None:
    said = bridge("models", "promote", "churn@1", "--approved-by", "ann", "--reason", "fine", "--json")
    assert said.json["answer"] == {"approved": True, "by": "ann", "reason": "fine", "how": "command line"}
    shown = bridge("audit", "show", "1")
    assert "yes, by ann (command line): fine" in shown.out
    assert "training/train@1" in shown.out
    assert bridge("models", "promote", "churn@1", "--approved-by", " ").code == 1


def test_back_and_away(registered: Workspace, bridge: Bridge) -> None:
    for number in (1, 2):
        assert bridge("models", "promote", f"churn@{number}").code == 0
    assert bridge("models", "rollback", "churn", "--json").json["number"] == 1
    again = bridge("models", "rollback", "churn")
    assert (again.code, again.err[:29]) == (1, "Error: churn@champion is chur")
    gone = bridge("models", "demote", "churn", "champion", "--reason", "unused")
    assert "churn@champion is no more; it was churn@1" in gone.out
    assert [one["action"] for one in bridge("audit", "--json").json["decisions"]] == [
        "remove",
        "rollback",
        "promote",
        "promote",
    ]
    assert len(bridge("audit", "--limit", "2", "--model", "churn").out.splitlines()) == 3
    refused = bridge("artifacts", "alias", "training/train@1", "champion")
    assert refused.code == 0


def test_an_alias_that_promotion_set_is_not_moved_by_hand(registered: Workspace, bridge: Bridge) -> None:
    bridge("models", "promote", "churn@1")
    for words in (("training/train@2", "champion"), ("training/train", "champion", "--remove")):
        said = bridge("artifacts", "alias", *words)
        assert said.code == 1
        assert "bridge models promote churn@N --to champion" in said.err


def test_verify_names_the_entry_and_export_is_the_log(registered: Workspace, bridge: Bridge, bridge_home: Path) -> None:
    assert bridge("audit", "verify").code == 0
    for number in (1, 2):
        bridge("models", "promote", f"churn@{number}")
    lines = [json.loads(line) for line in bridge("audit", "export").out.splitlines()]
    assert [line["position"] for line in lines] == [1, 2]
    assert all(digest_of(line["previous"], line["body"]) == line["digest"] for line in lines)
    assert bridge("audit", "export", "--after", "1").out.count("\n") == 1
    intact = bridge("audit", "verify", "--head", lines[0]["digest"])
    assert (intact.code, intact.out.splitlines()[-1]) == (0, f"head {lines[1]['digest']}")
    with sqlite3.connect(bridge_home / "catalog.db") as connection:
        connection.execute("UPDATE decisions SET body = replace(body, '@', '#') WHERE position = 1")
    connection.close()
    bad = bridge("audit", "verify")
    assert bad.code == 1
    assert bad.out.startswith("✗ entry 1: it was changed: its digest is sha256:")
    assert "2 decisions: 1 wrong; first, entry 1" in bad.out
    document = bridge("audit", "verify", "--json").json
    assert (document["intact"], document["faults"][0]["position"]) == (False, 1)
    assert bridge("audit", "show", "9").err.startswith("Error: The log of decisions has no entry 9: there are 1 to 2.")
