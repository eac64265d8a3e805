"""The documentation names every public name, command and setting; its links lead somewhere; the site shows it."""

from __future__ import annotations

import importlib
import inspect
import re
from pathlib import Path
from typing import Any, Literal, get_origin

import pytest
import yaml
from typer.main import get_command

import bridge
from bridge.cli.app import app
from bridge.materializers.decorator import BUILT_IN
from bridge.workspace import Settings

TOP = Path(__file__).parent.parent
DOCS = TOP / "docs"
PAGES = sorted([TOP / "README.md", TOP / "CHANGELOG.md", *DOCS.rglob("*.md")])
ROOMS = sorted(bridge._ROOMS)
CODE = re.compile(r"^(```+|~~~+).*?^\1|`[^`\n]+`", re.M | re.S)
LINK = re.compile(r"\]\((?!https?:|mailto:)(?P<path>[^)#\s]*)(?:#(?P<anchor>[^)\s]*))?\)")
HEADING = re.compile(r"^#{1,6} +(.+?) *$", re.M)


def commands() -> list[str]:
    """Every command, with the nouns that have commands of their own."""
    found = []
    for name, command in get_command(app).commands.items():  # type: ignore[attr-defined]
        found.append(f"bridge {name}")
        found += [f"bridge {name} {inner}" for inner in getattr(command, "commands", {})]
    return found


@pytest.mark.parametrize("command", commands())
def test_every_command_is_documented(command: str) -> None:
    assert f"`{command}" in (DOCS / "commands.md").read_text()


@pytest.mark.parametrize("name", list(Settings.model_fields))
def test_every_setting_is_documented(name: str) -> None:
    assert f"`BRIDGE_{name.upper()}`" in (DOCS / "settings.md").read_text()


@pytest.mark.parametrize("format", sorted(BUILT_IN))
def test_every_format_is_documented(format: str) -> None:
    assert f"`{format}`" in (DOCS / "materializers.md").read_text()


def test_every_decision_is_numbered_once() -> None:
    numbers = [path.name[:4] for path in (DOCS / "decisions").glob("*.md")]
    assert len(numbers) == len(set(numbers)) > 0
    assert all(number.isdigit() for number in numbers)


def anchors(page: Path) -> set[str]:
    """What a link to a heading of a page may say, as GitHub makes it of the heading's text."""
    prose = re.sub(r"^```.*?^```", "", page.read_text(), flags=re.M | re.S)
    texts = (re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", text) for text in HEADING.findall(prose))
    return {re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-") for text in texts}


def dead_links(page: Path) -> list[str]:
    """Links of a page that lead to no file, or to no heading of it."""
    dead = []
    for found in LINK.finditer(CODE.sub("", page.read_text())):
        there = (page.parent / found["path"]).resolve() if found["path"] else page
        if not there.exists() or (found["anchor"] and found["anchor"] not in anchors(there)):
            dead.append(found[0][2:-1])
    return dead


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(TOP).as_posix())
def test_every_link_leads_to_a_file_and_a_heading(page: Path) -> None:
    assert dead_links(page) == []


def test_a_dead_link_is_found_and_one_in_code_is_none(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    links = "[a](#the-one-title) [b](#gone) [c](no.md) `[d](no.md)`"
    page.write_text(f"# The `one` title\n{links}\n```text\n[e](no.md)\n```\n")
    assert dead_links(page) == ["#gone", "no.md"]


def test_the_reference_has_every_name_of_bridge_and_each_of_its_modules() -> None:
    names = re.findall(r"^::: (\S+)(?:\n    options: \{heading: (\S+),)?", (DOCS / "reference.md").read_text(), re.M)
    assert sorted(heading or name for name, heading in names) == [f"bridge.{name}" for name in bridge.__all__]
    rooms = re.findall(r"^::: bridge\.(\S+)", (DOCS / "reference-modules.md").read_text(), re.M)
    assert sorted(rooms) == ROOMS


@pytest.mark.parametrize("home", ["bridge", *(f"bridge.{room}" for room in ROOMS)])
def test_every_public_name_says_what_it_is(home: str) -> None:
    module = importlib.import_module(home)
    assert module.__doc__
    for name in module.__all__:
        value = getattr(module, name)
        if get_origin(value) is Literal:
            continue  # a name for a choice of words has no docstring
        of_its_type = callable(value) and type(value).__module__.startswith("bridge") and inspect.getdoc(type(value))
        assert inspect.getdoc(value) not in (None, "", of_its_type), f"{home}.{name}"


def shown(nav: Any) -> list[str]:
    """The pages of a part of mkdocs.yml."""
    if isinstance(nav, dict | list):
        return [page for part in (nav.values() if isinstance(nav, dict) else nav) for page in shown(part)]
    return [nav]


def test_the_site_shows_every_page_once() -> None:
    pages = shown(yaml.safe_load((TOP / "mkdocs.yml").read_text())["nav"])
    there = {path.relative_to(DOCS).as_posix() for path in DOCS.glob("*.md")} | {"decisions"}
    assert sorted(pages) == sorted(there)
