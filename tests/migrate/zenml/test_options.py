"""What is said of steps and pipelines beside their code."""

from __future__ import annotations

import bridge


def test_parameters_of_options_are_shown_and_given(hosted: None) -> None:
    from zenml import pipeline, step

    @step
    def product(a: int, b: float = 0.5) -> float:
        return a * b

    doubled = product.with_options(parameters={"b": 2.0})
    assert (product.configuration.parameters, product.configuration.name) == ({}, "product")
    assert doubled.configuration.parameters == {"b": 2.0}

    @pipeline
    def products(n: int = 3) -> None:
        product(n)
        doubled(n, id="doubled")

    run = products.with_options(parameters={"n": 4})()
    assert {name: one.output.load() for name, one in run.steps.items()} == {"product": 2.0, "doubled": 8.0}


def test_configure_changes_the_step_and_the_pipeline_themselves(hosted: None) -> None:
    from zenml import pipeline, step

    @step
    def half(n: int = 1) -> float:
        return n / 2

    @pipeline
    def halves() -> None:
        half()

    made = half.bridge_declared
    half.configure(parameters={"n": 4}, enable_cache=False)
    halves.configure(run_name="of four")
    from zenml.post_execution import get_run

    assert half.bridge_declared == made
    assert half.configuration.enable_cache is False

    assert halves().id == get_run("of four").id
    assert bridge.load("halves/half") == 2.0
