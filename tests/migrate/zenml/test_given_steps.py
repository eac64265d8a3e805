"""How the steps of a pipeline that is given them get their arguments."""

from __future__ import annotations

from pathlib import Path

import pytest

import bridge
from tests.migrate.zenml.programs import run


def test_arguments_go_by_the_signature_whether_it_is_annotated_or_not(hosted: None, tmp_path: Path) -> None:
    run(
        tmp_path,
        """
        from zenml.pipelines import pipeline
        from zenml.steps import BaseParameters, StepContext, step


        class Params(BaseParameters):
            times: int = 1


        @step
        def load() -> list:
            return [1, 2]


        @step
        def extend(data, last=3, first: int = 0) -> list:
            return [first, *data, last]


        @step
        def repeat(context: StepContext, params: Params, data) -> list:
            return data * params.times


        @pipeline
        def lists(load, extend, repeat):
            repeat(extend(load(), 5))


        lists(load=load(), extend=extend(first=7), repeat=repeat(Params(times=2))).run()
        """,
    )
    assert bridge.load("lists/repeat") == [7, 1, 2, 5] * 2


def test_one_argument_too_many_is_refused(zenml: None) -> None:
    from zenml.steps import step

    @step
    def double(number: int) -> int:
        return 2 * number

    with pytest.raises(TypeError, match="double takes number by position, not 2 arguments"):
        double()(1, 2)
