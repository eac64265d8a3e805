"""A card as Markdown says what was recorded, and nothing that a name could make it say."""

from __future__ import annotations

import time
from typing import Any

import pytest
from markdown_it import MarkdownIt

import bridge.models
from bridge.domain.model import ModelVersion
from bridge.models.cards import markdown
from bridge.models.cards.sections import sections
from bridge.workspace import Workspace
from tests.models.cards.conftest import HOSTILE, START, hostile_card, large_card


def parsed(text: str) -> list[Any]:
    """The tokens that a reader of GitHub's Markdown sees, those within lines too."""
    reader = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    found = []
    for token in reader.parse(text):
        found += [token, *(token.children or ())]
    return found


def test_a_card_tells_what_was_recorded(churn: Workspace) -> None:
    text = bridge.models.markdown(bridge.models.card("churn@3"))
    for told in (
        "# churn@3",
        "> Who leaves within 30 days.",
        "## Intended use\n\n> Ranking customers for calls.",
        "- licence: Apache-2.0",
        "- owners: ann@example.com, growth",
        "- flavour: sklearn",
        "| team | growth |",
        "| input | `tenure` | `double` | yes |",
        "| input | `calls` | `long` | no |",
        "| output |  | `int64 [-1]` |  |",
        "| parameter | `threshold` | `double = 0.5` |  |",
        "First rows of churn-data@1, from which the input example was taken",
        "| accuracy | 0.9125 | ██████████████████░░ |",
        "| log_loss | 1.25 |  |",
        "- on: `held-out@1`",
        "| `churn-data@1` | 40 | 2 |",
        "| `tenure` | 0 |",
        "| `held-out@1` | 8 | 2 |",
        "└─ train [returned] · run wise-otter · Completed · 250 ms",
        "bridge artifacts preview confusion@1 --out FILE.png",
        "| `trees` | `100` |",
        "- commit: `8f3c1d2e`",
        "- uncommitted changes: yes",
        "- python: 3.11.7",
        "numpy==2.3.4\nscikit-learn==1.8.0",
        "No decision about it is recorded.",
        "Nobody has signed it.",
        str(churn.resolve("training/train@1").digest),
        str(churn.resolve("churn-data@1").digest),
    ):
        assert told in text, told


def test_what_is_not_known_is_said_to_be_not_known(churn: Workspace) -> None:
    text = markdown(bridge.models.card("churn@2"))
    for told in (
        "## Intended use\n\nNot stated.",
        "Not stated: licence, owners.",
        "Not known: no types of inputs and outputs were recorded.",
        "No evaluation is recorded",
        "Not known: no step is recorded that used data",
        "No step made it",
        "No run is recorded",
        "The interpreter and the platform are not known.",
        "The packages that it needs are not known.",
        "## Code\n\nNot known.",
    ):
        assert told in text, told
    assert "None" not in text and "## Figures" not in text


def test_the_same_facts_give_the_same_bytes(churn: Workspace) -> None:
    first = bridge.models.card("churn@3")
    again = bridge.models.card("churn@3")
    assert first == again
    assert markdown(first) == markdown(again)
    assert bridge.models.html(first) == bridge.models.html(again)


@pytest.mark.parametrize("kind", HOSTILE)
def test_nothing_that_somebody_wrote_becomes_markup(kind: str) -> None:
    card = hostile_card(HOSTILE[kind])
    text = markdown(card)
    tokens = parsed(text)
    types = {token.type for token in tokens}
    assert not types & {"html_block", "html_inline", "image", "link_open", "em_open", "strong_open", "s_open", "hr"}
    headings = [token for token in tokens if token.type == "heading_open"]
    assert len(headings) == 1 + len(sections(card))
    assert {token.tag for token in headings} == {"h1", "h2"}
    assert "ordered_list_open" not in types and "code_block" not in types
    assert all(letter.isprintable() or letter == "\n" for letter in text)


@pytest.mark.parametrize("kind", HOSTILE)
def test_rows_keep_their_columns_whatever_is_in_them(kind: str) -> None:
    tokens = parsed(markdown(hostile_card(HOSTILE[kind])))
    tables = [token for token in tokens if token.type == "table_open"]
    plain = [token for token in parsed(markdown(hostile_card("plain"))) if token.type == "table_open"]
    assert len(tables) == len(plain)
    rows: list[int] = []
    for token in tokens:
        if token.type == "tr_open":
            rows.append(0)
        elif token.type in {"td_open", "th_open"}:
            rows[-1] += 1
    others: list[int] = []
    for token in parsed(markdown(hostile_card("plain"))):
        if token.type == "tr_open":
            others.append(0)
        elif token.type in {"td_open", "th_open"}:
            others[-1] += 1
    assert rows == others


def test_a_text_is_read_as_it_was_written() -> None:
    words = r"a_b __init__ 5 * 3 < 4 & 2 [x](y) `c` \ 50% #1 c|d"
    tokens = parsed(markdown(hostile_card(words)))
    quoted = [token for token in tokens if token.type == "inline" and "init" in token.content]
    assert any(
        "".join(child.content for child in token.children if child.type in {"text", "text_special"}) == words
        for token in quoted
    )


def test_what_is_too_much_is_counted() -> None:
    begun = time.monotonic()
    text = markdown(large_card())
    assert len(text) < 100_000, time.monotonic() - begun
    for told in (
        "… 140 more rows.",  # inputs, tags and parameters
        "… 240 more lines.",  # packages
        "… 175 more metrics.",
        "metric0 0, metric1 0.005, metric2 0.01, metric3 0.015 and 196 more",
        "… 7 more rows.",  # evaluations
        "… 150 more rows.",  # decisions
        "(800 more characters)",
    ):
        assert told in text, told


def test_an_alias_is_shown_and_a_version_that_is_archived_says_so(churn: Workspace) -> None:
    from dataclasses import replace

    card = bridge.models.card("churn@3")
    changed = replace(card, model=replace(card.model, aliases=("champion", "prod"), archived=START))
    text = markdown(changed)
    assert "Aliases: `champion`, `prod`" in text
    assert "- archived: 2026-05-03 12:00:00 UTC" in text


def test_a_model_whose_bytes_and_run_are_not_known_has_a_card(churn: Workspace) -> None:
    from bridge.domain.run import Saved

    version = churn.catalog.save(Saved("lost", "object", None), step_id=None, run_id=None)
    lost = ModelVersion("lost", 1, version.ref, START, "sklearn", "no-step", "no-run")
    churn.catalog.put_model(lost)
    text = markdown(bridge.models.card("lost"))
    assert "The run no-run is not recorded here." in text
