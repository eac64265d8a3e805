"""`bridge.reproduce.again`: real flows, under git, in processes of their own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import bridge
from bridge.domain.errors import ReproduceError
from bridge.workspace import current
from tests.reproduce.conftest import Project, verdicts

SEEDED = """
    import random
    from bridge import flow, task

    @task
    def load_rows(n: int) -> list[int]:
        return list(range(n))

    @task
    def train(rows: list[int]) -> list[float]:
        {draw}
        return [row * generator.random() for row in rows]

    @task
    def score(weights: list[float]) -> float:
        return sum(weights)

    @flow
    def training(n: int = 3) -> float:
        return score(train(load_rows(n)))

    if __name__ == "__main__":
        training(5)
    """


@pytest.fixture()
def place(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder for temporary files that no other test has; its path is short, as sockets want it."""
    with tempfile.TemporaryDirectory(prefix="again-", ignore_cleanup_errors=True) as folder:
        monkeypatch.setattr(tempfile, "tempdir", folder)
        monkeypatch.setenv("TMPDIR", folder)
        yield Path(folder)


def left_behind() -> set[str]:
    return {path.name for path in Path(tempfile.gettempdir()).glob("bridge-reproduce-*")}


@pytest.mark.usefixtures("place")
def test_a_run_whose_changes_were_not_committed_comes_out_the_same_and_leaves_nothing_behind(project: Project) -> None:
    project.commit(SEEDED.format(draw="generator = random.Random(1)"))
    project.write(SEEDED.format(draw="generator = random.Random(2)"))
    run = project.run()
    project.write(SEEDED.format(draw="raise RuntimeError('what is there now is not what was run')"))
    before, runs = left_behind(), len(current().catalog.runs())

    found = project.again(run)

    assert found.identical
    assert verdicts(found) == {
        "training/load_rows": "identical",
        "training/train": "identical",
        "training/score": "identical",
    }
    assert "with its uncommitted changes" in found.code
    assert len(current().catalog.runs()) == runs
    assert left_behind() <= before
    assert project.git("worktree", "list").count("\n") == 0
    assert project.git("status", "--porcelain") == "M train.py"


@pytest.mark.matrix
def test_randomness_without_a_seed_is_named_with_the_step_that_has_it(project: Project) -> None:
    project.commit(SEEDED.format(draw="generator = random").replace("generator.random()", "random.random()"))
    found = project.again(project.run())
    assert verdicts(found) == {
        "training/load_rows": "identical",
        "training/train": "different",
        "training/score": "different",
    }
    assert found.divergence is not None
    assert (found.divergence.task, found.divergence.artifact) == ("train", "training/train")
    assert found.divergence.causes[0].kind == "randomness"
    assert "random.random" in found.divergence.causes[0].text


@pytest.mark.matrix
def test_a_seed_that_was_set_before_the_flow_is_set_again(project: Project) -> None:
    code = SEEDED.format(draw="generator = random").replace("training(5)", "bridge.seed_everything(7); training(5)")
    project.commit(code.replace("import random", "import random, bridge", 1))
    assert project.again(project.run()).identical


@pytest.mark.matrix
def test_an_unseeded_model_is_the_first_divergence(project: Project) -> None:
    project.commit(
        """
        import numpy as np
        from sklearn.ensemble import RandomForestClassifier
        from bridge import flow, task

        @task
        def load_data() -> np.ndarray:
            return np.random.default_rng(0).normal(size=(60, 4))

        @task
        def train(data: np.ndarray) -> RandomForestClassifier:
            return RandomForestClassifier(n_estimators=3).fit(data, data[:, 0] > 0)

        @task
        def predict(model: RandomForestClassifier, data: np.ndarray) -> np.ndarray:
            return model.predict_proba(data)

        @flow
        def training():
            data = load_data()
            return predict(train(data), data)

        training()
        """
    )
    found = project.again(project.run())
    assert found.outputs[0].verdict == "identical"
    assert found.divergence is not None
    assert found.divergence.task == "train"
    assert found.divergence.causes[0].certain
    assert "RandomForestClassifier has random_state=None" in found.divergence.causes[0].text


@pytest.mark.matrix
def test_what_was_loaded_then_is_loaded_again_whatever_is_latest_or_champion_now(project: Project) -> None:
    project.commit(
        """
        import bridge
        from bridge import flow, task

        @task
        def total() -> int:
            bridge.save(bridge.load("rows") + [1], "longer")
            return sum(bridge.load("rows")) + sum(bridge.load("base@champion")) + len(bridge.load("longer"))

        @flow
        def summing(path: str, more=None):
            bridge.import_file(path, "notes")
            return total(), bridge.load("notes").read_text(), sum(more)

        if __name__ == "__main__":
            import sys
            summing(sys.argv[1], bridge.load("extra"))
        """
    )
    (project.folder / "notes.txt").write_text("then")
    bridge.save([1, 2], "rows"), bridge.save([10], "base", aliases="champion"), bridge.save([100], "extra")
    run = project.run("notes.txt")
    bridge.save([3, 4, 5], "rows"), bridge.save([20], "base", aliases="champion"), bridge.save([200], "extra")
    (project.folder / "notes.txt").write_text("now")
    found = project.again(run)
    assert found.identical, found.document()
    assert bridge.load("longer@1") == [1, 2, 1]
    with pytest.raises(LookupError):
        bridge.load("longer@2")


@pytest.mark.matrix
def test_what_one_run_of_a_script_with_two_flows_gave_is_had_again(project: Project) -> None:
    project.commit(
        """
        import asyncio
        from bridge import flow, task

        @task
        async def double(n: int) -> int:
            return 2 * n

        @flow
        def first(n: int) -> list[int]:
            return double.map(range(n)).result()

        @flow
        async def inner(n: int) -> int:
            return await double(n) + 1

        @flow
        async def outer(n: int) -> int:
            return await inner(n) + await inner(n + 1)

        print(first(3)[0])
        asyncio.run(outer(4))
        """
    )
    project.run()
    runs = {run.flow: run.id for run in current().catalog.runs()}
    for flow, outputs in (("first", 4), ("outer", 5), ("inner", 1)):
        found = project.again(runs[flow])
        assert found.identical, found.document()
        assert len(found.outputs) >= outputs - 1


@pytest.mark.matrix
def test_a_failure_that_comes_again_is_a_run_that_is_reproduced(project: Project) -> None:
    project.commit(
        """
        from bridge import flow, task

        @task
        def load() -> int:
            return 1

        @task
        def broken(n: int) -> int:
            raise ValueError(f"{n} row is not enough")

        @flow
        def failing():
            broken(load())

        failing()
        """
    )
    run = project.run(fails=True)
    found = project.again(run)
    assert found.same and (found.state, found.state_now) == ("Failed", "Failed")


@pytest.mark.matrix
def test_a_failure_that_does_not_come_again_is_a_divergence_and_files_that_git_lacks_are_named(
    project: Project,
) -> None:
    project.commit("data.csv\n", ".gitignore")
    project.commit(
        """
        from pathlib import Path
        from bridge import flow, task

        @task
        def rows() -> str:
            return Path("data.csv").read_text()

        @flow
        def reading():
            return rows()

        reading()
        """
    )
    (project.folder / "data.csv").write_text("1")
    run = project.run()
    found = project.again(run)
    assert found.divergence is not None and found.divergence.causes[0].kind == "error"
    assert "data.csv is in" in " ".join(found.notes)
    assert project.again(run, links=["data.csv"]).identical


@pytest.mark.matrix
def test_code_that_git_does_not_have_is_run_as_it_is_now_and_said_to_have_changed(project: Project) -> None:
    (project.folder / ".git").rename(project.folder / "no-git")
    project.write(SEEDED.format(draw="generator = random.Random(1)"))
    run = project.run()
    project.write(SEEDED.format(draw="generator = random.Random(3)"))
    found = project.again(run)
    assert "as it is now" in found.code
    assert found.divergence is not None and found.divergence.task == "train"
    assert found.divergence.causes[0].kind == "code"
    assert "train" in found.divergence.causes[0].text


@pytest.mark.matrix
def test_eight_at_once_do_not_meet(project: Project) -> None:
    project.commit(SEEDED.format(draw="generator = random.Random(1)"))
    run = project.run()
    with ThreadPoolExecutor(3) as pool:
        found = list(pool.map(lambda _: project.again(run), range(3)))
    assert all(one.identical for one in found)
    assert project.git("worktree", "list").count("\n") == 0


@pytest.mark.matrix
@pytest.mark.parametrize("which", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.usefixtures("place")
def test_ending_it_early_leaves_no_process_and_no_worktree(project: Project, which: signal.Signals) -> None:
    project.commit(
        """
        import os, time
        from bridge import flow

        @flow
        def waiting():
            if os.environ.get("WAIT"):
                open(os.environ["WAIT"], "w").write(str(os.getpid()))
                time.sleep(100)

        waiting()
        """
    )
    run = project.run()
    before, mark = left_behind(), project.folder.parent / "pid"
    process = subprocess.Popen(
        [sys.executable, "-m", "bridge", "reproduce", run],
        env={**os.environ, "WAIT": str(mark)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    while not mark.exists() or not mark.read_text():
        assert process.poll() is None
        time.sleep(0.1)
    process.send_signal(which)
    assert process.wait(60) != 0
    with pytest.raises(ProcessLookupError):
        os.kill(int(mark.read_text()), 0)
    assert left_behind() <= before
    assert project.git("worktree", "list").count("\n") == 0


@pytest.mark.matrix
def test_it_may_be_recorded(project: Project) -> None:
    project.commit(SEEDED.format(draw="generator = random.Random(1)"))
    run = project.run()
    found = project.again(run, record=True)
    assert found.identical
    assert current().catalog.run(found.run_now).state == "Completed"
    assert bridge.load("training/score@1") and len(current().catalog.versions("training/score")) == 1


@pytest.mark.matrix
def test_a_parameter_that_was_neither_kept_nor_a_version_is_asked_for(project: Project) -> None:
    project.commit(
        """
        from bridge import flow

        class Thing:
            pass

        @flow
        def using(thing):
            return 1

        if __name__ == "__main__":
            import os
            if os.environ.get("GO"):
                using(Thing())
        """
    )
    run = project.run(GO="1")
    with pytest.raises(ReproduceError, match="its parameter thing was neither kept nor a version"):
        project.again(run)
