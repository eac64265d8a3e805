"""A run with a study, run again."""

from __future__ import annotations

import pytest

from tests.reproduce.conftest import Project, verdicts

pytestmark = pytest.mark.slow

SEARCH = """
    from typing import Annotated

    from bridge import flow, task, tune
    from bridge.tuning import Uniform

    @task
    def objective(x: Annotated[float, Uniform(-10, 10)]) -> float:
        return (x - 2) ** 2

    @flow
    def search() -> float:
        study = tune(objective, n_trials=4, progress=False)
        return study.best_value

    if __name__ == "__main__":
        search()
    """


def test_a_study_without_a_name_and_a_seed_is_the_same(project: Project) -> None:
    """Its own name is made of the flow run's, and its seed drawn: both are others each time it is run."""
    project.commit(SEARCH)
    found = project.again(project.run())
    assert found.identical, [one for one in found.outputs if one.verdict != "identical"]
    assert [name for name in verdicts(found) if name.startswith("studies/search/objective/")]
