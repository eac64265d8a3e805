from __future__ import annotations

import random
import subprocess
import sys
from typing import Any

import numpy as np
import pytest

from bridge.provenance.seeds import seed_libraries, seeded

LATER = """
import sys
from bridge.provenance.seeds import seed_libraries
assert "numpy" not in sys.modules
print(seed_libraries(11))
import numpy, random
print(random.random(), numpy.random.rand())
"""


def test_the_same_seed_gives_the_same_numbers() -> None:
    drawn = []
    for _ in range(2):
        said = seed_libraries(5)
        drawn.append((random.random(), np.random.rand()))
    assert drawn[0] == drawn[1]
    assert said["seed"] == 5 and {"random", "numpy"} <= set(said["of"])
    assert seeded() == said


def test_a_library_that_is_loaded_later_is_seeded_then() -> None:
    said = [subprocess.run([sys.executable, "-c", LATER], capture_output=True, text=True, check=True) for _ in range(2)]
    assert said[0].stdout == said[1].stdout
    state = np.random.RandomState(11)
    assert said[0].stdout.split()[-1] == str(state.rand())


@pytest.mark.parametrize(
    ("seed", "error"), [(-1, ValueError), (2**32, ValueError), (1.0, TypeError), (True, TypeError)]
)
def test_a_seed_that_not_all_libraries_take_is_refused(seed: Any, error: type[Exception]) -> None:
    before = seeded()
    with pytest.raises(error):
        seed_libraries(seed)
    assert seeded() == before


def test_a_number_of_numpys_is_a_seed() -> None:
    assert type(seed_libraries(np.int64(3))["seed"]) is int
