"""What is recorded of an input, so that a miss can be explained."""

from __future__ import annotations

import collections
import dataclasses
from enum import Enum
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pydantic import BaseModel, SecretStr
from sklearn.linear_model import Ridge

from bridge.flows.caching.key import make_key, shown
from bridge.workspace import current


@dataclasses.dataclass
class Config:
    trees: int = 5
    password: str = "open sesame"
    rows: Any = None


class Model(BaseModel):
    alpha: float = 0.1
    login: SecretStr = SecretStr("open sesame")


class Colour(Enum):
    RED = 1


class Odd(dict[str, int]):
    def __len__(self) -> int:
        raise ValueError


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Config(rows=pd.DataFrame({"a": [1]})), "Config(trees=5, password=hidden, rows=DataFrame 1x1)"),
        (Model(), "Model(alpha=0.1, login=SecretStr)"),
        (collections.namedtuple("Pair", "a b")(1, "x"), "Pair(a=1, b='x')"),
        ({"a": 1, "rows": [1, 2]}, "{a: 1, rows: list of 2}"),
        ({"token": "open sesame"}, "{token: hidden}"),
        ("https://ann:sesame@host/db", "hidden"),
        ([1, "x", [2]], "[1, 'x', list of 1]"),
        (list(range(9)), "list of 9"),
        (["x" * 50] * 8, "list of 8"),
        ({1, 2}, "set of 2"),
        (Colour.RED, "Colour.RED"),
        (np.float32(0.5), "float32 0.5"),
        (np.zeros((2, 3)), "ndarray 2x3"),
        (Ridge, "Ridge"),
        (len, "len"),
        (Odd(), "Odd"),
    ],
)
def test_an_input_is_shown_by_what_tells_it_from_another(value: Any, text: str) -> None:
    assert shown(value) == text


def test_an_input_that_is_called_like_a_secret_is_not_shown(bridge_home: Path) -> None:
    inputs = make_key(current(), shown, {"api_key": "open sesame", "value": 1}).inputs
    assert {slot: one["shown"] for slot, one in inputs.items()} == {"api_key": "hidden", "value": "1"}
