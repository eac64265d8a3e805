"""`bridge artifacts diff`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from rich.console import Console

from bridge.cli import late_status
from bridge.cli.artifacts.comparing import print_difference
from bridge.cli.late_status import LateStatus
from bridge.lineage import diff
from bridge.workspace import Workspace, current
from tests.cli.conftest import Said

Run = Callable[..., Said]


@pytest.fixture()
def compared(bridge_home: Path) -> Workspace:
    """A table of two versions, metrics of two, and an array of one."""
    workspace = current()
    frame = pd.DataFrame({"customer": [f"c{n}" for n in range(20)], "age": range(20), "spent": np.arange(20) / 4})
    workspace.save(frame, "churn")
    changed = frame.assign(age=frame.age + (frame.customer == "c3"), plan="free").iloc[1:]
    workspace.save(changed, "churn")
    workspace.save({"f1": 0.5, "auc": 0.75}, "metrics")
    workspace.save({"f1": 0.6, "auc": 0.75, "note": "\x1b[31mred\nnext"}, "metrics")
    workspace.save(np.zeros(3), "weights")
    return workspace


def test_two_versions_of_a_table(compared: Workspace, bridge: Run) -> None:
    said = bridge("artifacts", "diff", "churn@1", "churn@2", "--key", "customer")
    assert said.code == 0 and said.err == ""
    assert "Rows: 20 → 19, matched by customer (as asked)" in said.out
    assert "  + plan  str" in said.out or "  + plan  object" in said.out
    assert "  ~ customer='c3'  age: 3 → 4" in said.out
    assert "  - customer='c0'  age=0, spent=0" in said.out


def test_one_selector_is_compared_with_the_version_before_it(compared: Workspace, bridge: Run) -> None:
    said = bridge("artifacts", "diff", "metrics")
    assert said.out.startswith("metrics@1 → metrics@2\n")
    assert "  ~ f1    0.5 → 0.6  (+0.1, +20 %)" in said.out


def test_as_json_it_is_one_document(compared: Workspace, bridge: Run) -> None:
    document = bridge("artifacts", "diff", "churn", "--json").json
    assert document["old"]["selector"] == "churn@1" and document["same"] is False and document["equal"] is False
    content = document["content"]
    assert (content["kind"], content["removed"], content["changed"], content["rows"]) == ("table", 1, 1, [20, 19])
    assert document["bytes"].keys() == {"shared", "new"}
    metrics = bridge("artifacts", "diff", "metrics", "--json").json["content"]
    assert metrics["changes"][0]["path"] == "f1" and metrics["changes"][0]["relative"] == pytest.approx(0.2)


def test_the_exit_code_says_whether_values_differ_only_if_asked(compared: Workspace, bridge: Run) -> None:
    assert bridge("artifacts", "diff", "metrics").code == 0
    assert bridge("artifacts", "diff", "metrics", "--exit-code").code == 1
    assert bridge("artifacts", "diff", "metrics@2", "metrics", "--exit-code").code == 0


def test_what_cannot_be_compared_is_one_line(compared: Workspace, bridge: Run) -> None:
    said = bridge("artifacts", "diff", "weights")
    assert said.code == 1 and said.out == "" and len(said.err.splitlines()) == 1
    assert "weights@1 has no version before it" in said.err
    said = bridge("artifacts", "diff", "churn", "--key", "nobody")
    assert said.code == 1 and "There is: customer, age, spent" in said.err


def test_versions_of_two_names_and_two_kinds(compared: Workspace, bridge: Run) -> None:
    said = bridge("artifacts", "diff", "weights@1", "churn@1")
    assert said.code == 0 and "Files:" in said.out and "their files are compared" in said.out


@pytest.mark.parametrize("width", [40, 80, 120])
def test_a_terminal_is_not_wider_than_it_is(compared: Workspace, width: int) -> None:
    console = Console(width=width, force_terminal=True, color_system=None, highlight=False)
    with console.capture() as capture:
        for name in ("churn", "metrics"):
            print_difference(diff(name), console=console)
    assert max(map(len, capture.get().splitlines())) <= width
    assert "\x1b" not in capture.get() and "note  '\\x1b[31mred" in capture.get()


class Watched:
    """A status that notes when it is shown."""

    def __init__(self) -> None:
        self.shown = 0
        self.stopped = 0

    def start(self) -> None:
        self.shown += 1

    def stop(self) -> None:
        self.stopped += 1

    def update(self, text: Any) -> None:
        self.text = str(text)


def status(monkeypatch: pytest.MonkeyPatch, *, terminal: bool, after: float) -> tuple[LateStatus, Watched]:
    watched = Watched()
    console = Console(force_terminal=terminal)
    monkeypatch.setattr(console, "status", lambda text: watched)
    monkeypatch.setattr(late_status, "err", lambda: console)
    return LateStatus(after=after), watched


def test_what_takes_long_says_what_it_is_doing(monkeypatch: pytest.MonkeyPatch) -> None:
    late, watched = status(monkeypatch, terminal=True, after=0.0)
    with late:
        late.say("Reading churn@3, 1.2 GB")
        late._timer.join()
    assert (watched.shown, watched.stopped, watched.text) == (1, 1, "Reading churn@3, 1.2 GB …")


def test_what_is_quick_or_no_terminal_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    for terminal, after in ((True, 60.0), (False, 0.0)):
        late, watched = status(monkeypatch, terminal=terminal, after=after)
        with late:
            late.say("Reading")
        late._show()
        assert watched.shown == 0
