"""Where settings come from."""

from __future__ import annotations

from pathlib import Path

import pytest

from bridge.domain.errors import SettingsError
from bridge.workspace import enabled, read_settings


@pytest.fixture()
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project whose pyproject.toml is above the working directory."""
    (tmp_path / "pyproject.toml").write_text('[tool.bridge]\nhome = "/from/pyproject"\non_error = "raise"\n')
    (tmp_path / "src").mkdir()
    monkeypatch.chdir(tmp_path / "src")
    for name in ("BRIDGE_HOME", "BRIDGE_ON_ERROR"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def test_defaults_lie_under_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("BRIDGE_HOME", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "me"))
    settings = read_settings()
    assert settings.home == tmp_path / "me" / ".bridge"
    assert settings.store_url == str(tmp_path / "me" / ".bridge" / "store")
    assert settings.catalog_url == f"sqlite:///{tmp_path}/me/.bridge/catalog.db"


def test_pyproject_above_the_working_directory_is_read(project: Path) -> None:
    assert read_settings().home == Path("/from/pyproject")
    assert read_settings().on_error == "raise"


def test_the_environment_wins_over_pyproject(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRIDGE_HOME", "/from/environment")
    assert read_settings().home == Path("/from/environment")
    assert read_settings().on_error == "raise"


def test_an_empty_variable_counts_as_unset(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRIDGE_HOME", "")
    assert read_settings().home == Path("/from/pyproject")


def test_junk_is_named_with_its_value(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRIDGE_ON_ERROR", "maybe")
    with pytest.raises(SettingsError, match=r"BRIDGE_ON_ERROR='maybe'.*'warn' or 'raise'"):
        read_settings()


def test_a_pyproject_that_is_no_toml_is_a_settings_error(project: Path) -> None:
    (project / "pyproject.toml").write_text("[tool.bridge\n")
    with pytest.raises(SettingsError, match=r"pyproject\.toml"):
        read_settings()


@pytest.mark.parametrize(
    ("text", "on"), [("false", False), ("0", False), ("NO", False), ("true", True), ("perhaps", True)]
)
def test_bridge_is_on_unless_it_is_switched_off(text: str, on: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRIDGE_ENABLED", text)
    assert enabled() is on


def test_pyproject_can_switch_bridge_off(project: Path) -> None:
    (project / "pyproject.toml").write_text("[tool.bridge]\nenabled = false\n")
    assert enabled() is False
