"""Recorded parameters, as the values that they were."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum
from pathlib import Path
from uuid import UUID

from pydantic import BaseModel

from bridge import flow
from bridge.flows.parameters import readable
from bridge.flows.recalling import as_annotated, called_with, passed, recalled


class Loss(Enum):
    SQUARED = "squared"
    HUBER = 2


class Inner(BaseModel):
    depth: int = 3
    since: date = date(2026, 1, 2)


class Config(BaseModel):
    inner: Inner = Inner()
    loss: Loss = Loss.HUBER
    others: dict[str, list[Loss]] = {}


@dataclass
class Options:
    at: datetime
    loss: Loss | None = None


@flow
def training(
    config: Config,
    options: Options,
    day: date,
    wait: timedelta,
    cost: Decimal,
    key: UUID,
    place: Path,
    maybe: Loss | None = None,
    pairs: tuple[tuple[int, Loss], ...] = (),
    names: frozenset[str] = frozenset(),
) -> None:
    pass


GIVEN = {
    "config": Config(others={"a": [Loss.HUBER, Loss.SQUARED]}),
    "options": Options(datetime(2026, 1, 1, tzinfo=timezone.utc), Loss.HUBER),
    "day": date(2026, 2, 3),
    "wait": timedelta(days=1, seconds=3),
    "cost": Decimal("1.10"),
    "key": UUID(int=5),
    "place": Path("a/b"),
    "maybe": Loss.HUBER,
    "pairs": ((1, Loss.HUBER), (2, Loss.SQUARED)),
    "names": frozenset({"x", "y"}),
}


def test_models_dates_and_enumerations_are_what_they_were_without_the_script_that_passed_them() -> None:
    assert training.validate_parameters(recalled(training, readable(GIVEN), {})) == GIVEN


def test_what_the_script_passes_is_taken_as_it_is_if_it_would_be_recorded_in_the_same_way() -> None:
    @flow
    def loose(at, size=1, many=(date(2026, 5, 1),)):  # type: ignore[no-untyped-def]  # with annotations it is easy
        pass

    given = datetime(2026, 1, 1, tzinfo=timezone.utc)
    own = passed(loose, (given,), {"size": 1.0})
    recorded = readable({"at": given, "size": 1, "many": (date(2026, 5, 1),), "gone": 3})
    assert recalled(loose, recorded, own) == {"at": given, "size": 1, "many": (date(2026, 5, 1),)}
    assert type(recalled(loose, recorded, own)["size"]) is int
    assert recalled(loose, recorded | {"at": "2025-12-31"}, own)["at"] == "2025-12-31"


def test_parameters_that_are_given_by_position_or_gathered_come_back_so() -> None:
    @flow
    def gathering(first: int, /, *more: int, flag: bool = True, **others: str) -> None:
        pass

    given = passed(gathering, (1, 2, 3), {"flag": False, "a": "x"})
    args, kwargs = called_with(gathering, recalled(gathering, readable(given), {}))
    assert (args, kwargs) == ((1, 2, 3), {"flag": False, "a": "x"})


def test_a_record_that_does_not_fit_its_annotation_is_left_to_prefects_validation() -> None:
    assert as_annotated(Loss, "cubic") == "cubic"
    assert as_annotated(Config, {"loss": "HUBER", "unknown": 1}) == {"loss": Loss.HUBER, "unknown": 1}
    assert as_annotated(None, [1, {"a": 2}]) == [1, {"a": 2}]
    assert as_annotated(list, [1]) == [1]
