"""The drawing of a lineage: everything in its place, and not too much of it."""

from __future__ import annotations

from itertools import pairwise

import pytest

from bridge.domain.version import Edge, VersionRef
from bridge.lineage.graph import Graph
from bridge.models.cards.drawing import ACROSS, WIDTH, Drawing, drawing
from tests.models.cards.conftest import large_card


def made(of: VersionRef, step: str, *sources: VersionRef) -> list[Edge]:
    return [
        Edge(step, of, "output", "", "returned"),
        *(Edge(step, source, "input", f"x{i}", "future") for i, source in enumerate(sources)),
    ]


def check(drawn: Drawing) -> None:
    """No box lies on another or outside, and every number is a whole one."""
    for i, box in enumerate(drawn.boxes):
        assert box.x >= 0 and box.x + WIDTH <= drawn.width and box.y >= 0 and box.y + box.height <= drawn.height
        for other in drawn.boxes[i + 1 :]:
            apart = abs(box.x - other.x) >= WIDTH or box.y + box.height <= other.y or other.y + other.height <= box.y
            assert apart, (box, other)


A, B, C, D = (VersionRef(name, 1) for name in "abcd")


def test_sources_are_above_what_was_made_from_them() -> None:
    drawn = drawing(Graph(A, "up", (*made(A, "s1", B, C), *made(B, "s2", C), *made(C, "s3", D))))
    check(drawn)
    y = {box.title: box.y for box in drawn.boxes}
    assert y["d@1"] < y["s3"] < y["c@1"] < y["s2"] < y["b@1"] < y["s1"] < y["a@1"]
    assert len(drawn.curves) == 7
    assert [box.title for box in drawn.boxes if box.kind == "root"] == ["a@1"]
    assert drawn.left_out == 0


def test_a_version_alone_is_a_drawing() -> None:
    drawn = drawing(Graph(A, "up"))
    check(drawn)
    assert [box.title for box in drawn.boxes] == ["a@1"]


def test_a_circle_ends() -> None:
    drawn = drawing(Graph(A, "up", (*made(A, "s1", B), *made(B, "s2", A))))
    check(drawn)
    assert len(drawn.boxes) == 4


@pytest.mark.parametrize("count", [ACROSS, ACROSS + 1, 50])
def test_a_wide_layer_is_counted_where_it_ends(count: int) -> None:
    sources = [VersionRef(f"in{i}", 1) for i in range(count)]
    drawn = drawing(Graph(A, "up", tuple(made(A, "s1", *sources))))
    check(drawn)
    left_out = count - ACROSS + 1 if count > ACROSS else 0
    assert drawn.left_out == left_out
    told = [box.title for box in drawn.boxes if box.kind == "rest"]
    assert told == ([f"{left_out} more"] if left_out else [])
    assert drawn.width < 820


def test_a_long_way_back_is_counted() -> None:
    refs = [VersionRef("v", i) for i in range(3000, 0, -1)]
    edges = [edge for ref, source in pairwise(refs) for edge in made(ref, f"s{ref.number}", source)]
    drawn = drawing(Graph(refs[0], "up", tuple(edges)))
    check(drawn)
    assert drawn.boxes[-1].title == "5,987 further back"
    assert drawn.left_out == 5987


def test_five_hundred_ancestors_that_all_use_each_other_are_drawn_in_part() -> None:
    drawn = drawing(large_card().lineage)
    check(drawn)
    assert len(drawn.boxes) < 70
