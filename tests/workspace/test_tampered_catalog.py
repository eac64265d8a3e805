"""A catalog whose manifests were changed behind bridge's back: nothing is loaded, and what is wrong is named."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

import bridge
from bridge.cli.verifying import verify
from bridge.domain.errors import BridgeError
from bridge.workspace import Workspace, current

TEXT = "some text that is not in the manifest itself, as it is longer than that; " * 100


@pytest.fixture()
def workspace(bridge_home: Path) -> Workspace:
    bridge.save(TEXT, "story")
    bridge.save(TEXT + "!", "other")
    bridge.save([1, 2, 3], "numbers")
    return current()


def change(home: Path, name: str, sql: str) -> None:
    """Change the row of a version's content."""
    this = (
        "digest = (SELECT v.digest FROM versions v JOIN artifacts a ON a.id = v.artifact_id WHERE a.name = ? LIMIT 1)"
    )
    with closing(sqlite3.connect(home / "catalog.db")) as connection, connection:
        assert connection.execute(f"UPDATE contents SET {sql} WHERE {this}", [name]).rowcount == 1


@pytest.mark.parametrize(
    ("name", "sql", "says"),
    [
        ("story", "manifest = replace(manifest, 'value.txt', '../x')", r"'\.\./x' cannot be a file"),
        ("story", "manifest = replace(manifest, 'value.txt', '/etc/x')", r"'/etc/x' cannot be a file"),
        ("story", "manifest = replace(manifest, 'value.txt', 'other.txt')", r"list of a value's files has changed"),
        ("story", "manifest = replace(manifest, 'blobs/', '../../')", r"'\.\./\.\./.*' cannot be a file"),
        ("story", "manifest = '[]'", r"list of a value's files has changed"),
        ("story", "format = 'pickle'", r"list of a value's files has changed"),
        ("story", "layout = 99", r"manifest of layout 99.*upgrade"),
        ("story", "manifest = substr(manifest, 1, 20)", r"the manifest of blake3:[0-9a-f]{64} is damaged"),
        ("story", "manifest = '{\"a\": 1}'", r"the manifest of blake3:[0-9a-f]{64} is damaged"),
        ("story", "manifest = '[[1, 2, 3]]'", r"the manifest of blake3:[0-9a-f]{64} is damaged"),
        ("story", "manifest = '[[null, 2, 3, [], null]]'", r"is damaged"),
        ("story", "manifest = '[[[1], 2, 3, [[]], 5]]'", r"is damaged"),
        ("story", "manifest = replace(manifest, ',null', ',\"bm8=\"')", r"contradicts itself at 'value\.txt'"),
        ("numbers", "manifest = replace(manifest, 'WzE', 'WzI')", r"'value\.json' of blake3:.*has changed"),
    ],
)
def test_a_manifest_that_was_changed_is_refused_and_named(
    workspace: Workspace, bridge_home: Path, name: str, sql: str, says: str
) -> None:
    change(bridge_home, name, sql)
    with pytest.raises(BridgeError, match=says):
        bridge.load(name)
    found = verify(workspace.catalog, workspace.store)
    (problem,) = found.problems
    assert problem.startswith(f"{name}@1: ")
    assert bridge.load("other") == TEXT + "!"


def test_manifests_in_each_others_place_are_both_named(workspace: Workspace, bridge_home: Path) -> None:
    with closing(sqlite3.connect(bridge_home / "catalog.db")) as connection, connection:
        rows = connection.execute("SELECT digest, manifest FROM contents WHERE format = 'text'").fetchall()
        for (digest, _), (_, manifest) in zip(rows, rows[::-1], strict=True):
            connection.execute("UPDATE contents SET manifest = ? WHERE digest = ?", [manifest, digest])
    for name in ("story", "other"):
        with pytest.raises(BridgeError, match="list of a value's files has changed"):
            bridge.load(name)
    assert sorted(problem[:7] for problem in verify(workspace.catalog, workspace.store).problems) == [
        "other@1",
        "story@1",
    ]


def test_a_damaged_manifest_keeps_nothing_from_being_saved(workspace: Workspace, bridge_home: Path) -> None:
    for name in ("story", "numbers"):
        change(bridge_home, name, "manifest = 'junk'")
    saving: list[Callable[[], object]] = [lambda: bridge.save(TEXT * 300, "story"), lambda: bridge.save([4], "numbers")]
    for save in saving:
        save()
    assert bridge.load("story") == TEXT * 300
    assert bridge.load("numbers") == [4]
