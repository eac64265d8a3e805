"""Which step is which."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone

from bridge.domain.run import Run, Step
from bridge.reproduce.comparing import labels_of
from bridge.reproduce.matching import matched

START = datetime(2026, 5, 3, tzinfo=timezone.utc)


def run(name: str) -> Run:
    return Run(name, "training", name, "Completed", START)


def steps(*tasks: str, of: str) -> list[Step]:
    return [
        Step(f"{of}-{i}", task.partition(":")[0], task, "Completed", START + timedelta(seconds=i), START, of)
        for i, task in enumerate(tasks)
    ]


def given(step: Step) -> tuple[tuple[str, str], ...]:
    _, _, digest = step.name.partition(":")
    return (("n", digest),) if digest else ()


def gave(step: Step) -> tuple[tuple[str, str], ...]:
    return (("", step.error),) if step.error else ()


def pairs(then: list[Step], now: list[Step]) -> list[tuple[str | None, str | None]]:
    found = matched(then, now, by=((given, given), (gave, gave)), whole=(run("a"), run("b")))
    return [(a.name if a else None, b.name if b else None) for a, b in found]


def test_mapped_tasks_are_matched_by_what_they_were_given_and_then_in_order() -> None:
    then = steps("load", "double:1", "double:2", "double:3", of="a")
    now = steps("load", "double:3", "double:9", "double:1", of="b")
    assert pairs(then, now) == [
        ("load", "load"),
        ("double:1", "double:1"),
        ("double:2", "double:9"),
        ("double:3", "double:3"),
    ]


def test_mapped_tasks_over_numbers_are_matched_by_what_they_gave() -> None:
    then = [replace(step, error=made) for step, made in zip(steps("double", "double", of="a"), "xy", strict=True)]
    now = [replace(step, error=made) for step, made in zip(steps("double", "double", of="b"), "yx", strict=True)]
    found = matched(then, now, by=((given, given), (gave, gave)), whole=(run("a"), run("b")))
    assert [(a.error, b.error) for a, b in found if a and b] == [("x", "x"), ("y", "y")]


def test_steps_that_only_one_run_has_are_told() -> None:
    assert pairs(steps("a", "b", of="a"), steps("a", "c", of="b")) == [("a", "a"), ("b", None), (None, "c")]


def test_the_flows_own_result_is_the_others_and_comes_last() -> None:
    whole = [Step("a", "training", "flow", "Completed", START, START, "a")]
    other = [Step("b", "training", "flow", "Completed", START, START, "b")]
    assert pairs([*whole, *steps("x", of="a")], [*other, *steps("x", of="b")])[-1] == ("flow", "flow")


def test_tasks_that_ran_more_than_once_are_numbered() -> None:
    then = steps("load", "double", "double", of="a")
    assert labels_of([(each, None) for each in then]) == ["load", "double (1)", "double (2)"]
