"""Objects of which little lives."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

import numpy as np
import pytest

import bridge
from bridge.domain.manifest import Manifest
from bridge.domain.version import VersionRef
from bridge.workspace import Workspace, current
from bridge.workspace.repacking import repack

NONE = timedelta(0)
LARGE = np.random.default_rng(0).random(400_000)
LATER = np.concatenate([LARGE[:50_000], np.random.default_rng(1).random(150_000)])
OTHER = np.concatenate([LARGE[20_000:60_000], np.random.default_rng(2).random(150_000)])


@pytest.fixture()
def workspace(bridge_home: Path) -> Workspace:
    bridge.save(LARGE, "x")
    bridge.save(LATER, "x")
    return current()


def keys(workspace: Workspace, selector: str) -> list[str]:
    return list(workspace.catalog.manifest(str(workspace.resolve(selector).digest)).keys())


def bytes_of(workspace: Workspace) -> int:
    return sum(one.size for one in workspace.store.objects())


def test_what_lives_of_an_object_is_written_anew_and_the_rest_goes(workspace: Workspace) -> None:
    bridge.save(LARGE, "y")
    bridge.save(OTHER, "y")
    (old,) = keys(workspace, "x@1")
    assert old in keys(workspace, "x") and old in keys(workspace, "y")
    workspace.catalog.forget([VersionRef("x", 1), VersionRef("y", 1)])
    before = bytes_of(workspace)
    assert bridge.sweep(grace=NONE).repacked == 1
    assert old not in keys(workspace, "x") and old not in keys(workspace, "y")
    assert bridge.sweep(grace=NONE).objects == 1
    assert before - bytes_of(workspace) > LARGE.nbytes * 0.8
    for name, value in (("x", LATER), ("y", OTHER)):
        assert (bridge.load(name) == value).all()
        assert workspace.store.verify(workspace.catalog.manifest(str(workspace.resolve(name).digest))) == []
    assert bridge.sweep(grace=NONE).repacked == 0, "done once"


def test_the_old_object_stays_for_who_reads_it(workspace: Workspace) -> None:
    manifest = workspace.catalog.manifest(str(workspace.resolve("x").digest))
    (old,) = keys(workspace, "x@1")
    workspace.catalog.forget([VersionRef("x", 1)])
    for path in (Path(workspace.store.url) / key for key in keys(workspace, "x")):
        os.utime(path, (1, 1))
    assert repack(workspace, forgotten_since=datetime.now(timezone.utc)).objects == 1
    assert bridge.sweep(grace=timedelta(hours=1)).objects == 0
    assert workspace.store.verify(manifest) == []
    assert old in list(manifest.keys())


def test_an_object_of_which_most_lives_is_left_alone(workspace: Workspace) -> None:
    bridge.save(LARGE[:250_000], "x")
    workspace.catalog.forget([VersionRef("x", 1)])
    assert bridge.sweep(grace=NONE).repacked == 0


def test_damaged_bytes_are_not_carried_on(workspace: Workspace) -> None:
    (old,) = keys(workspace, "x@1")
    workspace.catalog.forget([VersionRef("x", 1)])
    path = Path(workspace.store.url) / old
    data = path.read_bytes()
    path.chmod(0o600)
    path.write_bytes(data[:200_000] + b"?" + data[200_001:])
    assert bridge.sweep(grace=NONE).repacked == 0
    assert old in keys(workspace, "x")
    path.write_bytes(data)
    assert bridge.sweep(grace=NONE).repacked == 1


def test_a_content_that_was_stored_anew_meanwhile_stays_where_it_is(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace.catalog.forget([VersionRef("x", 1)])
    before = workspace.catalog.manifest(str(workspace.resolve("x").digest))
    (entry,) = before.files
    first = entry.parts[0]
    halves = (replace(first, length=10), replace(first, offset=first.offset + 10, length=first.length - 10))
    other = replace(before, files=(replace(entry, parts=(*halves, *entry.parts[1:])),))
    verify = workspace.store.verify

    def meanwhile(manifest: Manifest) -> Sequence[str]:
        assert workspace.catalog.move_content(before, other)
        return verify(manifest)

    with monkeypatch.context() as patch:
        patch.setattr(workspace.store, "verify", meanwhile)
        assert repack(workspace, forgotten_since=datetime.now(timezone.utc)).objects == 0
    assert workspace.catalog.manifest(before.digest) == other
    assert (bridge.load("x") == LATER).all()
