"""Users' classes to store."""

from __future__ import annotations

import dataclasses
import enum
from typing import NamedTuple

from pydantic import BaseModel, PrivateAttr


@dataclasses.dataclass
class Config:
    rate: float
    shape: tuple[int, ...] = (1,)
    tags: dict[int, str] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True, slots=True)
class Frozen:
    name: str

    def __post_init__(self) -> None:
        if self.name == "never":
            raise ValueError(self.name)


class Settings(BaseModel):
    rate: float = 0.1
    shape: tuple[int, int] = (1, 2)
    nested: Config | None = None
    _secret: int = PrivateAttr(default=0)


class Point(NamedTuple):
    x: int
    y: float


class Colour(enum.Enum):
    RED = 1


class Number(enum.IntEnum):
    ONE = 1


class MyDict(dict): ...


class MyInt(int): ...


class MyStr(str): ...


class MyList(list): ...


class Plain:
    def __init__(self, x: int) -> None:
        self.x = x

    def __eq__(self, other: object) -> bool:
        return type(other) is Plain and other.x == self.x

    __hash__ = None  # type: ignore[assignment]
