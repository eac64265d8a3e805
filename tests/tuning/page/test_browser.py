"""A study's page in a real browser: nothing runs, nothing is asked for, nothing is complained about."""

from __future__ import annotations

from pathlib import Path

import pytest

from bridge.tuning.page import html
from tests.models.cards.test_browser import FOUND, opened, page
from tests.tuning.made import front, searched
from tests.web import Web, web

__all__ = ["web"]

pytestmark = [pytest.mark.matrix, pytest.mark.skipif(FOUND is None, reason="no browser is installed here")]


@pytest.mark.parametrize("kind", ["one objective", "two objectives"])
def test_the_page_of_a_study_is_shown_without_a_word_or_a_request(kind: str, web: Web, tmp_path: Path) -> None:
    made = searched("</svg><script>1</script>") if kind == "one objective" else front()
    dom, console = opened(page(web, html(made)), tmp_path)
    assert console == []
    assert {path for _, path in web.asked} <= {"/card.html", "/favicon.ico"}
    assert "<polyline" in dom and "<circle" in dom
