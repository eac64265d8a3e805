from __future__ import annotations

import pytest

from .places import PLACES, place
from .running import stress


@pytest.mark.matrix
@pytest.mark.parametrize("name", PLACES)
def test_no_version_loses_bytes_and_nothing_is_left_when_writers_are_killed_beside_a_sweep(name: str) -> None:
    with place(name) as there:
        outcome = stress(there, seconds=10, writers=4, grace=12)
    assert outcome.done["save"] > 10
    assert outcome.done["killed"] > 0
    assert outcome.versions > 0
    assert outcome.longest_save < outcome.grace, "nothing is promised for a save that takes longer than the grace"
    assert outcome.bad == []
    assert outcome.errors == []
    assert (outcome.needless, outcome.left_over) == (0, [])


@pytest.mark.matrix
def test_without_a_grace_the_stress_finds_the_damage_that_it_looks_for() -> None:
    with place("folder") as there:
        outcome = stress(there, seconds=10, writers=4, grace=0)
    assert outcome.bad != []
