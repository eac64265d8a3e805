from __future__ import annotations

import json
import re
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.domain.version import Edge, VersionRef
from bridge.lineage import Graph
from bridge.lineage.drawing import Arrow, Box, Picture, dot, html, mermaid, picture
from bridge.lineage.drawing.layout import layout

HOSTILE = [
    "</script><script>alert(1)</script>",
    "<!--",
    '"];click n0 callback "x',
    'a"\\" -> b',
    "`**bold**`",
    "<img src=x onerror=alert(1)>",
    "a\nb\u2028c",
    "&lt;b&gt; #quot;",
    "{data} {script} {title}",
]


def one(name: str) -> Picture:
    boxes = (Box("version", name, (("type", name),)), Box("step", name, (("run", name),)))
    return Picture(name, boxes, (Arrow(0, 1, name),))


def embedded(page: str) -> dict[str, object]:
    (found,) = re.findall(r'<script type="application/json" id="data">(.*?)</script>', page, re.S)
    document: dict[str, object] = json.loads(found)
    return document


@pytest.mark.parametrize("name", HOSTILE)
def test_names_are_text_in_a_page(name: str) -> None:
    page = html(one(name))
    assert page.count("</script>") == 2 and page.count("<script") == 2
    assert "<img" not in page and "<!--" not in page.replace("<!doctype", "")
    boxes = embedded(page)["boxes"]
    assert isinstance(boxes, list) and boxes[0][1] == name


@pytest.mark.parametrize("name", HOSTILE)
def test_names_are_text_in_mermaid(name: str) -> None:
    lines = [line for line in mermaid(one(name)).splitlines() if not line.startswith("  classDef")]
    assert len(lines) == 4
    inner = re.fullmatch(r'  n0\["(.*)"\]:::version', lines[1])
    assert inner is not None
    assert re.fullmatch(r"[\w \-.,/@:·#;]*", inner[1].replace("<br/><small>", "").replace("</small>", ""))


@pytest.mark.parametrize("name", HOSTILE)
def test_names_are_text_in_dot(name: str) -> None:
    for line in dot(one(name)).splitlines():
        quoted = re.sub(r'"(?:[^"\\]|\\.)*"', "", line)
        assert '"' not in quoted and "\\" not in quoted


def test_arrows_go_the_way_that_data_went() -> None:
    data, model = VersionRef("data", 1), VersionRef("model", 1)
    edges = (Edge("s", data, "input", "frame", "future"), Edge("s", data, "input", "again", "future"))
    drawn = picture(Graph(data, "down", (*edges, Edge("s", model, "output", "0", "returned"))))
    titles = [box.title for box in drawn.boxes]
    assert [(titles[a.start], titles[a.end], a.label) for a in drawn.arrows] == [
        ("data@1", "s", "frame, again"),
        ("s", "model@1", ""),
    ]


pairs = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=120)


@settings(max_examples=80, deadline=None)
@given(pairs)
def test_no_two_boxes_stand_on_each_other(arrows: list[tuple[int, int]]) -> None:
    found = layout(31, arrows)
    places = sorted(zip(found.columns, found.heights, strict=True))
    for (column, height), (other, below) in pairwise(places):
        assert column != other or below - height >= 0.98


@settings(max_examples=80, deadline=None)
@given(pairs)
def test_arrows_lead_to_the_right_unless_they_go_round(arrows: list[tuple[int, int]]) -> None:
    forwards = [(min(pair), max(pair)) for pair in arrows if pair[0] != pair[1]]
    found = layout(31, forwards)
    assert all(found.columns[start] < found.columns[end] for start, end in forwards)


def test_a_wide_layer_is_folded_and_a_long_chain_is_broken_into_bands() -> None:
    star = layout(1001, [(0, number) for number in range(1, 1001)])
    assert max(star.heights) - min(star.heights) < 200
    chain = layout(2000, [(number, number + 1) for number in range(1999)])
    assert max(chain.columns) < 200
    assert len(set(zip(chain.columns, chain.heights, strict=True))) == 2000


def test_nothing_is_drawn_of_nothing() -> None:
    empty = Picture("Run", (), ())
    assert embedded(html(empty))["boxes"] == []
    assert dot(empty).endswith("}")
    assert mermaid(empty).startswith("flowchart LR")


@pytest.mark.parametrize("ending", ["css", "js"])
def test_a_page_needs_no_network(ending: str) -> None:
    page = html(one("x"))
    assert not re.search(r"""(src|href)\s*=|url\(|@import|fetch\(|XMLHttp""", page), ending
