from __future__ import annotations

from collections.abc import Callable

from bridge.workspace import current
from tests.cli.conftest import Said
from tests.lineage.runs.test_diff_runs import Recorder

Command = Callable[..., Said]


def test_two_runs_are_told_apart_for_people_and_programs(bridge: Command) -> None:
    for number, rate in ((1, 0.1), (2, 0.2)):
        Recorder(current(), number, parameters={"lr": rate}).pipeline()
    said = bridge("diff")
    assert said.code == 0 and said.out.startswith("run-1 → run-2")
    assert said.out.rstrip().splitlines()[-1] == "  Likely cause: parameter: lr 0.1 → 0.2, which train takes"
    found = bridge("diff", "run-1", "latest", "--json", "--exit-code")
    assert found.code == 1
    assert found.json["divergence"]["causes"][0]["kind"] == "parameter"
    assert bridge("diff", "run-2", "run-2", "--exit-code").code == 0


def test_a_run_that_is_not_there_is_one_line(bridge: Command) -> None:
    said = bridge("diff", "nobody", "latest")
    assert said.code == 1 and len(said.err.splitlines()) == 1 and "nobody" in said.err
