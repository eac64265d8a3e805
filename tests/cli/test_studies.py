"""`bridge studies`: what it lists, shows, writes and deletes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bridge.tuning import open_study
from bridge.tuning.details import STEP, STEPS
from bridge.workspace import Workspace, current
from tests.tuning.made import front, kept, searched, study, trial

from .conftest import FIRST, Said

Run = Callable[..., Said]


@pytest.fixture()
def studies(bridge_home: Path) -> None:
    kept(searched("churn"))
    kept(front("two"))
    kept(study("empty"))


def test_studies_are_listed_with_what_they_found(bridge: Run, studies: None) -> None:
    lines = bridge("studies").out.splitlines()
    (churn,) = (line for line in lines if line.startswith("churn "))
    assert "12 complete, 1 pruned, 1 failed" in churn and "lr=0.001, depth=8, kind=gini" in churn
    found = {one["name"]: one for one in bridge("studies", "--json").json["studies"]}
    assert set(found) == {"churn", "two", "empty"}
    assert found["churn"]["best"] == {
        "number": 7,
        "value": 0.0,
        "params": {"lr": 0.001, "depth": 8, "kind": "gini"},
    }
    assert found["two"]["best"] is None
    assert found["empty"]["trials"] == {}


def test_a_study_is_shown_with_its_best_trial_first(bridge: Run, studies: None) -> None:
    said = bridge("studies", "show", "churn", "--limit", "3").out
    for told in ("minimize value", "12 complete, 1 pruned, 1 failed", "Best trial", "Importance", "11 more: --limit"):
        assert told in said
    shown = bridge("studies", "show", "churn", "--json").json
    assert [trial["number"] for trial in shown["best"]] == [7]
    assert [trial["number"] for trial in shown["trials"]][:3] == [7, 6, 8]
    assert [trial["state"] for trial in shown["trials"]][-2:] == ["pruned", "failed"]
    assert sum(shown["importances"]["value"].values()) == pytest.approx(1.0)
    assert shown["trials"][0]["reported"] == {"0": 1.0, "1": 0.0}


def test_of_several_objectives_the_front_is_shown_first(bridge: Run, studies: None) -> None:
    assert "5 trials: none is better in every objective" in bridge("studies", "show", "two").out
    shown = bridge("studies", "show", "two", "--json").json
    assert {trial["number"] for trial in shown["best"]} == {0, 1, 2, 3, 4}
    assert {trial["number"] for trial in shown["trials"][:5]} == {0, 1, 2, 3, 4}


def test_a_study_without_trials_is_shown_and_written(bridge: Run, studies: None, tmp_path: Path) -> None:
    assert "none yet" in bridge("studies", "show", "empty").out
    assert bridge("studies", "export", "empty", "--html", str(tmp_path / "empty.html")).code == 0


def test_a_page_is_written_once_unless_it_is_to_be_replaced(bridge: Run, studies: None, tmp_path: Path) -> None:
    file = tmp_path / "deep" / "churn.html"
    said = bridge("studies", "export", "churn", "--html", str(file))
    assert said.code == 0 and "text/html" in said.out
    assert "<h1>churn</h1>" in file.read_text()
    again = bridge("studies", "export", "churn", "--html", str(file))
    assert (again.code, "--force" in again.err) == (1, True)
    assert bridge("studies", "export", "churn", "--html", str(file), "--force").code == 0
    assert bridge("studies", "export", "churn").out == file.read_text()
    assert json.loads(bridge("studies", "export", "churn", "--json").out)["page"] == file.read_text()


def test_a_study_is_deleted_only_by_who_means_it_and_what_it_made_stays(bridge: Run, studies: None) -> None:
    import bridge as package

    package.save({"best": 1}, "studies/churn")
    said = bridge("studies", "delete", "churn")
    assert (said.code, "--yes" in said.err, "--dry-run" in said.err) == (1, True, False)
    assert len(open_study("churn").trials) == 14
    assert bridge("studies", "delete", "churn", "--yes", "--json").json == {"deleted": "churn", "trials": 14}
    gone = bridge("studies", "show", "churn")
    assert (gone.code, "empty, two" in gone.err) == (1, True)
    assert current().load("studies/churn")[1] == {"best": 1}


def test_the_best_trial_is_shown_with_its_run_and_what_it_made(bridge: Run, recorded: Workspace) -> None:
    step = next(step for step in recorded.catalog.steps(FIRST) if step.task == "train")
    kept(study("churn", trials=[trial(0.5, number=0, system_attrs={STEP: step.id})]))
    said = bridge("studies", "show", "churn").out
    assert "wise-otter" in said and "training/train@1" in said


def test_what_a_trial_notes_is_what_is_read() -> None:
    from bridge.tuning import attempt, running

    assert (STEP, STEPS) == (running.STEP, attempt.STEPS)


def test_looking_at_studies_imports_neither_prefect_nor_mlflow(studies: None, bridge_home: Path) -> None:
    code = (
        "import sys; from bridge.cli.app import main; main(sys.argv[1:]); "
        "print(sorted({'prefect', 'mlflow'} & set(sys.modules)), file=sys.stderr)"
    )
    environment = os.environ | {"BRIDGE_HOME": str(bridge_home)}
    words = [sys.executable, "-c", code, "studies", "show", "two"]
    done = subprocess.run(words, capture_output=True, text=True, env=environment, timeout=170)
    assert "none is better" in done.stdout, done.stderr
    assert done.stderr.splitlines()[-1] == "[]"


@pytest.mark.parametrize("words", [["show"], ["export"], ["delete", "--yes"]], ids=lambda words: words[0])
def test_a_study_that_is_not_there_is_one_line(words: list[str], bridge: Run, studies: None) -> None:
    said = bridge("studies", words[0], "[red]x[/red]", *words[1:])
    assert (said.code, said.out, said.err.count("\n")) == (1, "", 1)
    assert "[red]x[/red]" in said.err
