"""A card as a page holds text and drawings, and nothing that a name could make of it."""

from __future__ import annotations

import base64
import hashlib
import io
import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from PIL import Image

import bridge.models
from bridge.domain.preview import JSON, Preview
from bridge.models.cards import Card, html, markdown
from bridge.models.cards.sections import sections
from bridge.workspace import Workspace
from tests.models.cards.conftest import HOSTILE, hostile_card, large_card

VOID = {"meta", "img", "br"}


class Page(HTMLParser):
    """Tags, attributes and text of a page; refuses tags that do not fit."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.text: list[str] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        assert self.open and self.open[-1] == tag, (self.open, tag, self.getpos())
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.text.append(data)


ALLOWED = {
    *(
        "html",
        "head",
        "meta",
        "title",
        "style",
        "body",
        "main",
        "header",
        "section",
        "h1",
        "h2",
        "p",
        "span",
        "blockquote",
    ),
    *(
        "dl",
        "div",
        "dt",
        "dd",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "code",
        "pre",
        "figure",
        "figcaption",
        "b",
        "br",
    ),
    *("img", "svg", "rect", "path", "g", "text"),
}


@pytest.mark.parametrize("kind", ["plain", *HOSTILE])
def test_a_page_has_no_tag_attribute_or_address_but_its_own(kind: str) -> None:
    card = hostile_card(HOSTILE.get(kind, "plain"))
    page = Page(html(card))
    assert page.open == []
    assert set(page.tags) <= ALLOWED
    assert page.tags.count("section") == page.tags.count("h2") == len(sections(card))
    assert page.tags.count("img") == 1
    for tag, name, value in page.attributes:
        assert not name.startswith("on") and name not in {"style", "href", "srcset", "action"}, (tag, name)
        if name == "src":
            assert re.fullmatch(r"data:image/png;base64,[A-Za-z0-9+/]+=*", value)
    same = Page(html(hostile_card("plain")))
    assert [tag for tag in page.tags if tag != "p"] == [tag for tag in same.tags if tag != "p"]


def test_a_page_asks_nobody_for_anything(churn: Workspace) -> None:
    text = html(bridge.models.card("churn@3"))
    assert "//" not in re.sub(r"base64,[A-Za-z0-9+/=]+", "", text).replace("xmlns", "")
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', text)
    style = re.search(r"<style>(.*?)</style>", text, re.S)
    assert policy is not None and style is not None
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    expected = f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'"
    assert policy[1].replace("&#39;", "'") == expected


def test_a_page_says_what_the_markdown_says_and_shows_the_pictures(churn: Workspace) -> None:
    made = bridge.models.card("churn@3")
    page = Page(html(made))
    said = " ".join(" ".join(page.text).split())
    for told in (
        "churn@3",
        "Ranking customers for calls.",
        "Not for pricing.",
        "tenure double yes",
        "accuracy 0.9125",
        "held-out@1",
        "wise-otter",
        "8f3c1d2e",
        "numpy==2.3.4 scikit-learn==1.8.0",
        "Nobody has signed it.",
        str(churn.resolve("churn-data@1").digest),
    ):
        assert told in said, told
    pictures = [value for tag, name, value in page.attributes if (tag, name) == ("img", "src")]
    (shown,) = (Image.open(io.BytesIO(base64.b64decode(value.partition(",")[2]))) for value in pictures)
    assert (shown.size, shown.getpixel((20, 10))) == ((40, 30), (255, 0, 0))
    assert [value for tag, name, value in page.attributes if (tag, name, value) == ("svg", "class", "lineage")]
    bars = [value for tag, name, value in page.attributes if (tag, name) == ("rect", "width") and value.endswith("25")]
    assert bars == ["91.25"]


def test_a_large_card_is_a_page_of_bounded_size() -> None:
    text = html(large_card())
    assert len(text) < 300_000
    assert "further versions and steps are not drawn" in text


def test_a_page_can_be_written_whatever_is_in_it() -> None:
    for text in HOSTILE.values():
        html(hostile_card(text)).encode("utf-8")


@pytest.mark.parametrize("render", [html, markdown])
def test_a_long_text_everywhere_makes_no_long_page(render: Callable[[Card], str]) -> None:
    assert len(render(hostile_card("x" * 9_000))) < 60_000


JUNK = (
    b"{}",
    b"[1]",
    b"junk",
    b'{"columns": 3, "rows": 3, "spread": 3}',
    b'{"columns": [3], "rows": [3], "spread": {"7": {"counts": [1]}}}',
    b'{"columns": [["a", "b"]], "rows": [[]], "spread": {"x": {"counts": [1]}}}',
    b'{"columns": [], "spread": {"0": 3}}',
)


@pytest.mark.parametrize("data", JUNK, ids=str)
def test_a_preview_of_another_shape_is_left_out(data: bytes, churn: Workspace) -> None:
    card = bridge.models.card("churn@3")
    strange = replace(card, previews={ref: Preview("table", JSON, data) for ref in card.previews})
    for text in (html(strange), markdown(strange)):
        assert "histogram" not in text.lower().replace(".histograms", "")
        assert "input example from" in text
