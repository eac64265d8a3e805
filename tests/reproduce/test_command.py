"""`bridge reproduce`: what people and programs are told."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from bridge.cli import reproducing
from bridge.cli.app import main
from bridge.domain.difference import Difference, Side
from bridge.domain.reproduction import Cause, Divergence, Ended, Reproduced, Reproduction, Verdict


def output(task: str, verdict: Verdict, **more: Any) -> Reproduced:
    facts = {"was": f"training/{task}@1", "digest": "blake3:" + "ab" * 32, "now": None, "verdict": verdict, **more}
    return Reproduced(task, f"{task}-x1", "", f"training/{task}", **facts)


def reproduction(*outputs: Reproduced, **more: Any) -> Reproduction:
    facts = {"code": "commit abc", "state": "Completed", "state_now": "Completed", "seconds": (1.0, 2.0), **more}
    return Reproduction("1", "training", "wise-otter", outputs=outputs, **facts)


def printed(found: Reproduction, *, width: int = 100) -> str:
    file = io.StringIO()
    reproducing.print_reproduction(
        found, console=Console(file=file, width=width, force_terminal=True, color_system=None)
    )
    return file.getvalue()


def test_what_is_identical_is_said_in_one_line() -> None:
    assert "Reproduced: both artifacts are identical" in printed(
        reproduction(output("load", "identical"), output("train", "identical"))
    )
    assert "1 of 2 artifacts are identical, the others equal within" in printed(
        reproduction(output("load", "identical"), output("train", "equal"))
    )
    assert "the one artifact is identical" in printed(reproduction(output("load", "identical")))
    assert "there is no artifact" in printed(reproduction())


def test_a_run_that_failed_is_said_to_have_failed_in_the_same_way() -> None:
    failed = reproduction(output("load", "identical"), state="Failed", state_now="Failed")
    assert "Reproduced: it failed in the same way, and the one artifact is identical" in printed(failed)


def test_the_first_divergence_is_said_last_with_its_reasons() -> None:
    causes = (Cause("randomness", "No seed was set.", certain=True), Cause("package", "numpy: 1 → 2"))
    found = reproduction(
        output("load", "identical"),
        output("train", "different"),
        divergence=Divergence("train", "train-x1", "training/train", causes),
    )
    assert not found.same
    text = printed(found).rstrip().splitlines()
    assert text[-3] == "1 of 2 artifacts are the same. The first step that diverged: train, in training/train."
    assert [line.strip() for line in text[-2:]] == ["No seed was set.", "Perhaps: numpy: 1 → 2"]


def test_differences_steps_surroundings_and_notes_are_shown() -> None:
    side = Side("training/train@1", "blake3:ab", "json", "list", 9)
    found = reproduction(
        output("train", "different", difference=Difference(side, side, same=False, notes=("Rows differ.",))),
        output("gone", "not stored", why="it was deleted"),
        steps=(Ended("load", "load-1", "Completed", "Failed", "", "no such file"),),
        environment=tuple(f"package{n}: 1 → 2" for n in range(12)),
        notes=("The code is what is there now.",),
        state_now="Failed",
        kept="/tmp/there",
    )
    text = printed(found)
    for wanted in ("Rows differ.", "it was deleted", "now: no such file", "and 4 more", "there now", "/tmp/there"):
        assert wanted in text
    assert "Completed then, Failed now" in text


@pytest.mark.parametrize("width", [40, 80, 100])
def test_nothing_runs_over_the_edge_of_a_terminal(width: int) -> None:
    cause = Cause("randomness", "Unseeded randomness: " + "its code calls numpy.random.normal, " * 5)
    found = reproduction(
        output("train" * 10, "different"),
        divergence=Divergence("train" * 10, "x", "training/" + "train" * 10, (cause,)),
    )
    lines = printed(found, width=width).splitlines()
    assert max(map(len, lines)) <= width


def test_programs_get_everything(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    found = reproduction(output("train", "different"), divergence=Divergence("train", "train-x1", None, ()))
    asked: list[tuple[str, dict[str, Any]]] = []

    def again(run: str, **wishes: Any) -> Reproduction:
        asked.append((run, wishes))
        wishes["heard"]("a line of the flow's")
        return found

    monkeypatch.setattr("bridge.reproduce.again", again)
    assert main(["reproduce", "--json", "--exit-code", "--tolerance", "0.1"]) == 1
    said = capsys.readouterr()
    document = json.loads(said.out)
    assert (document["same"], document["divergence"]["task"]) == (False, "train")
    assert "a line of the flow's" in said.err
    assert asked[0][0] == "latest" and asked[0][1]["tolerance"] == 0.1
    assert main(["reproduce", "wise-otter", "--quiet"]) == 0
    assert "a line" not in capsys.readouterr().err


def test_a_run_that_is_not_there_is_one_line(bridge_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["reproduce"], ["reproduce", "no-such-run"]):
        assert main(words) == 1
        assert _lines(capsys.readouterr().err)[0].startswith("Error: No recorded run is called")


def _lines(text: str) -> Sequence[str]:
    lines = [line for line in text.splitlines() if line.strip()]
    assert len(lines) == 1
    return lines
