"""The documentation names every command and every setting."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.main import get_command

from bridge.cli.app import app
from bridge.materializers.decorator import BUILT_IN
from bridge.workspace import Settings

DOCS = Path(__file__).parent.parent / "docs"


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
