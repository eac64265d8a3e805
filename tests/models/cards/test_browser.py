"""A page in a real browser: nothing runs, nothing is asked for, nothing is complained about."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

import bridge.models
from bridge.models.cards import html
from bridge.workspace import Workspace
from tests.models.cards.conftest import HOSTILE, hostile_card, large_card
from tests.web import Web, web

__all__ = ["web"]

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
FOUND = next((path for name in BROWSERS if (path := shutil.which(name))), None)
pytestmark = [
    pytest.mark.matrix,
    pytest.mark.skipif(FOUND is None, reason=f"none of {', '.join(BROWSERS)} is installed here"),
]


def opened(url: str, home: Path) -> tuple[str, list[str]]:
    """The page as the browser has it in the end, and what its console says."""
    words = [
        *(str(FOUND), "--headless", "--no-sandbox", "--disable-gpu", "--no-proxy-server", "--no-first-run"),
        *("--disable-background-networking", "--disable-component-update", "--enable-logging=stderr"),
        *(f"--user-data-dir={home}", "--virtual-time-budget=2000", "--dump-dom", url),
    ]
    done = subprocess.run(words, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout, re.findall(r"CONSOLE[^\]]*\] (.*)", done.stderr)


def page(web: Web, text: str) -> str:
    url = web.put("/card.html", text.encode(), Content_Type="text/html")
    web.asked.clear()
    return url


def test_the_page_of_a_model_is_shown_without_a_word_or_a_request(churn: Workspace, web: Web, tmp_path: Path) -> None:
    dom, console = opened(page(web, html(bridge.models.card("churn@3"))), tmp_path)
    assert console == []
    assert {path for _, path in web.asked} <= {"/card.html", "/favicon.ico"}
    assert "Ranking customers for calls." in dom


def test_a_page_full_of_scripts_runs_none(web: Web, tmp_path: Path) -> None:
    hostile = " ".join(HOSTILE.values())[:5000]
    dom, console = opened(page(web, html(hostile_card(hostile))), tmp_path)
    assert console == []
    assert {path for _, path in web.asked} <= {"/card.html", "/favicon.ico"}
    title = re.search(r"<title>(.*?)</title>", dom, re.S)
    assert title is not None and title[1].startswith("&lt;script&gt;")


def test_the_browser_would_tell(web: Web, tmp_path: Path) -> None:
    """The two tests above can fail: a script in the page is refused by the page's own policy, and that is said."""
    broken = html(large_card()).replace("</main>", "<script>1</script><img src=/x.png></main>")
    _, console = opened(page(web, broken), tmp_path)
    assert len(console) == 2 and all("Content Security Policy" in line for line in console)
    assert "/x.png" not in {path for _, path in web.asked}
