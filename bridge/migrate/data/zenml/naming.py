"""What ZenML's artifacts and their versions are called here."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from bridge.domain.naming import clean, output_name

if TYPE_CHECKING:
    from bridge.migrate.data.zenml.tables import Row

_AUTOMATIC = re.compile(r"(?P<pipeline>.+)::(?P<step>.+)::output(_(?P<position>\d+))?")


def name_of(name: str, has_custom_name: object) -> str:
    """An artifact's name here: one that ZenML made up is the one that bridge would make up.

    >>> name_of("training::split::output_1", False), name_of("training::load::output", False), name_of("a@b", True)
    ('training/split.1', 'training/load', 'a-b')
    """
    found = None if has_custom_name else _AUTOMATIC.fullmatch(name)
    if found is None:
        return clean(name)
    position = found["position"]
    return output_name(found["pipeline"], found["step"], None if position is None else int(position))


def numbers_of(rows: Sequence[Row]) -> Mapping[str, int]:
    """Numbers as ZenML counts them; versions that people named get the numbers after those, by age."""
    numbers: dict[str, int] = {}
    taken: set[int] = set()
    named: list[Row] = []
    for row in sorted(rows, key=lambda row: str(row["created"])):
        number = row["version_number"]
        if number is None or int(number) < 1 or int(number) in taken:
            named.append(row)
        else:
            numbers[row["id"]] = int(number)
            taken.add(int(number))
    for number, row in enumerate(named, max(taken, default=0) + 1):
        numbers[row["id"]] = number
    return numbers
