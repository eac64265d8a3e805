"""Parameters of flows are MLflow's parameters, whatever they are."""

from __future__ import annotations

import dataclasses
import enum
import logging
from collections import namedtuple
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydantic import BaseModel, Field

from bridge import flow
from bridge.flows.parameters import readable
from tests.tracking.conftest import NewRuns, mlflow_remarks

pytestmark = mlflow_remarks


class Loss(enum.Enum):
    SQUARED = 1
    LOG = "log-loss"


@dataclasses.dataclass
class Layer:
    units: int
    rate: Any = 0.5
    token: str = dataclasses.field(default="secret", repr=False)


class Config(BaseModel):
    layers: list[Layer]
    loss: Loss = Loss.SQUARED
    password: str = Field(default="secret", repr=False)


Pair = namedtuple("Pair", "low high")


class Awkward:
    @property
    def shape(self) -> Any:
        raise RuntimeError("not now")


def test_nested_configurations_are_flattened_and_what_is_hidden_in_them_stays_hidden(new_runs: NewRuns) -> None:
    @flow
    def configured(config: Config, bounds: Any, day: date, scale: Any, kinds: Any) -> None:
        pass

    config = Config(layers=[Layer(8), Layer(16, np.float32(0.25))], loss=Loss.LOG)
    configured(config, Pair(1, 2), date(2026, 1, 2), np.int64(3), {"b", "a"})
    params = new_runs()["configured"].data.params
    assert params == {
        "config.layers.0.units": "8",
        "config.layers.0.rate": "0.5",
        "config.layers.1.units": "16",
        "config.layers.1.rate": "0.25",
        "config.loss": "log-loss",
        "bounds.low": "1",
        "bounds.high": "2",
        "day": "2026-01-02",
        "scale": "3",
        "kinds": "['a', 'b']",
    }


def test_what_was_shortened_renamed_and_left_out_is_said_on_the_run_and_nowhere_else(
    new_runs: NewRuns, caplog: pytest.LogCaptureFixture
) -> None:
    @flow(validate_parameters=False)
    def excessive(text: str, odd: dict[str, Any], many: dict[str, Any], more: dict[str, Any]) -> None:
        pass

    long = "k" * 300
    with caplog.at_level(logging.WARNING):
        excessive(
            "x" * 9000,
            {"a?": 1, "a!": 2, f"{long}1": 3, f"{long}2": 4},
            {f"k{n}": n for n in range(700)},
            {f"k{n}": n for n in range(700)},
        )
    run = new_runs()["excessive"]
    assert run.info.status == "FINISHED"
    assert len(run.data.params) == 1000
    assert {run.data.params["odd.a_"], run.data.params["odd.a_ 2"]} == {"1", "2"}
    assert {value for key, value in run.data.params.items() if key.startswith("odd.kkk")} == {"3", "4"}
    said = run.data.tags["bridge.parameters"]
    assert said.startswith("shortened: text; renamed: odd.a_, odd.a_ 2, odd.kkk")
    assert said.endswith("left out: 405 more parameters")
    assert [record.message for record in caplog.records if record.name.startswith(("bridge", "mlflow"))] == []


def test_a_run_whose_parameters_are_as_they_were_says_nothing_of_them(new_runs: NewRuns) -> None:
    @flow
    def plain(lr: float = 0.1) -> None:
        pass

    plain()
    assert "bridge.parameters" not in new_runs()["plain"].data.tags


def test_a_parameter_that_cannot_be_looked_at_is_named_by_its_class() -> None:
    assert readable({"odd": Awkward(), "path": Path("/data"), "fn": len, "kind": int}) == {
        "odd": "<Awkward>",
        "path": "/data",
        "fn": "len",
        "kind": "int",
    }
