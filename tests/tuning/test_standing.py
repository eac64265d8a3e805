"""What is said of a study while it goes on, and at its end."""

from __future__ import annotations

from bridge.tuning.standing import Standing
from tests.tuning.made import front, searched


def test_a_study_of_one_objective_says_its_best_and_the_time_that_is_left() -> None:
    made = searched()
    best = (made.best_trial,)
    standing = Standing("churn", done=14, total=28, seconds=30.0, trials=tuple(made.trials), best=best)
    assert standing.going_on() == "Study churn: 14 of 28 trials, best 0 (trial 7), about 30 s left"
    assert standing.ended() == (
        "Study churn: 14 trials in 30 s (12 complete, 1 pruned, 1 failed); best 0 (trial 7): lr=0.001, depth=8, "
        "kind=gini. Look at it: bridge studies show churn"
    )


def test_a_study_that_goes_on_counts_earlier_trials_but_not_their_time() -> None:
    standing = Standing("churn", done=10, total=40, seconds=10.0, before=20)
    assert standing.done_text() == "30/40"
    assert standing.percent() == 75.0
    assert standing.left() == 10.0
    assert "10 trials in 10 s, 30 in all" in standing.ended()


def test_a_front_is_counted() -> None:
    made = front()
    standing = Standing("two", done=10, total=10, seconds=1.0, trials=tuple(made.trials), best=tuple(made.best_trials))
    assert standing.best_text() == "5 on the front"


def test_the_end_that_comes_first_counts() -> None:
    assert Standing("churn", done=1, total=100, seconds=50.0, timeout=100.0).percent() == 50.0
    assert Standing("churn", done=1, total=100, seconds=50.0, timeout=100.0).left() == 50.0
    assert Standing("churn", done=1, total=None, seconds=50.0, timeout=40.0).left() == 0.0
    assert Standing("churn", done=1, total=None, seconds=50.0).left() is None


def test_more_trials_than_were_asked_for_are_no_more_than_everything() -> None:
    standing = Standing("churn", done=12, total=10, seconds=5.0)
    assert standing.percent() == 100.0
    assert standing.left() == 0.0


def test_where_nothing_is_complete_that_is_said() -> None:
    assert "nothing complete" in Standing("churn", done=3, total=3, seconds=1.0).ended()
