"""Archives there and back, between workspaces of real stores and catalogs."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

import bridge
from bridge.domain.errors import BytesMissingError, SelectorError, StoreError, VersionNotFoundError
from bridge.domain.manifest import Manifest
from bridge.domain.version import Edge, VersionRef
from bridge.store import content_digest
from bridge.store.blobs import BlobStore
from bridge.workspace import Workspace
from bridge.workspace.archives import document
from tests.cli.conftest import FIRST, SECOND, START, record
from tests.workspace.archives import home, members

TRAINED = "training/train@2"


@pytest.fixture()
def there(tmp_path: Path) -> Path:
    """The home of a workspace with two runs of a flow, and values of several files that have bytes in common."""
    with home(tmp_path / "there") as workspace:
        record(workspace, FIRST, "wise-otter", at=START)
        record(workspace, SECOND, "bold-heron", at=START, rows=4)
        large = np.arange(300_000.0)
        bridge.save({"a": large, "b": large, "c": large + 1}, "pair")
        bridge.save([large, "another container"], "other")
        bridge.save(open, "a-function")
        workspace.catalog.set_alias(VersionRef("training/train", 1), "champion")
    return tmp_path / "there"


@pytest.fixture()
def archive(there: Path, tmp_path: Path) -> Path:
    """All of it in one archive."""
    with home(there):
        bridge.archive(tmp_path / "all.tar", "*@*")
    return tmp_path / "all.tar"


def facts(workspace: Workspace) -> list[object]:
    """Everything that a workspace says of its versions, but where they came from."""
    catalog = workspace.catalog
    versions = [version for latest in catalog.artifacts() for version in catalog.versions(latest.ref.name)]
    told = [
        replace(v, origin=None, metadata={k: m for k, m in v.metadata.items() if k != "restored_from"})
        for v in versions
    ]
    edges = [catalog.edges_of_version(v.ref) for v in versions]
    return [told, edges, [catalog.steps(run.id) for run in catalog.runs()], catalog.runs()]


def test_everything_is_in_the_other_workspace_as_it_was(there: Path, archive: Path, tmp_path: Path) -> None:
    with home(there) as workspace:
        before = facts(workspace)
    with home(tmp_path / "here") as workspace:
        done = bridge.restore(archive)
        assert {one.fate for one in done.versions} == {"new"}
        assert facts(workspace) == before
        assert bridge.load("pair")["c"][0] == 1.0
        assert bridge.load("other")[0].sum() == np.arange(300_000.0).sum()
        assert workspace.resolve("training/train@champion").ref.number == 1
        for manifest in workspace.catalog.contents():
            assert workspace.store.verify(manifest) == []


def test_the_same_selection_is_the_same_bytes_and_each_file_is_there_once(there: Path, archive: Path) -> None:
    with home(there):
        bridge.archive(archive.with_name("again.tar"), "*@*")
    assert archive.with_name("again.tar").read_bytes() == archive.read_bytes()
    names = [member.name for member, _ in members(archive)]
    assert names[0] == "bridge-archive.json"
    assert len(set(names)) == len(names)
    assert {(m.mtime, m.uid, m.mode, m.isreg()) for m, _ in members(archive)} == {(0, 0, 0o644, True)}


def test_an_archive_is_an_ordinary_tar_file(archive: Path) -> None:
    listed = subprocess.run(["tar", "tf", str(archive)], capture_output=True, text=True, check=True)
    assert listed.stdout.splitlines() == [member.name for member, _ in members(archive)]
    assert archive.stat().st_size % 10240 == 0


def test_ancestors_go_as_facts_or_with_their_bytes_or_not_at_all(there: Path, tmp_path: Path) -> None:
    with home(there):
        facts = bridge.archive(tmp_path / "facts.tar", TRAINED)
        whole = bridge.archive(tmp_path / "whole.tar", TRAINED, ancestors=True)
        alone = bridge.archive(tmp_path / "alone.tar", TRAINED, lineage=False)
    data, model = VersionRef("training/load", 2), VersionRef("training/train", 2)
    assert (facts.versions, facts.facts, facts.steps, facts.runs) == ((model,), (data,), 2, 1)
    assert (whole.versions, whole.facts) == ((data, model), ())
    assert (alone.versions, alone.facts, alone.steps, alone.runs) == ((model,), (), 0, 0)
    with home(tmp_path / "here") as workspace:
        bridge.restore(tmp_path / "facts.tar")
        assert bridge.load(TRAINED) == {"weights": [0.5] * 4}
        with pytest.raises(BytesMissingError, match="not in the archive"):
            bridge.load("training/load@2")
        assert [edge.version for edge in workspace.catalog.ancestors(model)] == [model, data, data]
        done = bridge.restore(tmp_path / "whole.tar")
        assert [one.fate for one in done.versions] == ["completed", "there"]
        assert bridge.load("training/load@2") == list(range(4000))


def test_patterns_mean_the_latest_or_all_versions_of_names(there: Path, tmp_path: Path) -> None:
    with home(there):
        latest = bridge.archive(tmp_path / "a.tar", "training/*", lineage=False)
        every = bridge.archive(tmp_path / "a.tar", "training/*@*", "pair", lineage=False)
        assert [str(ref) for ref in latest.versions] == ["training/evaluate@1", "training/load@2", "training/train@2"]
        assert [str(ref) for ref in every.versions] == [
            "pair@1",
            "training/evaluate@1",
            "training/load@1",
            "training/load@2",
            "training/train@1",
            "training/train@2",
        ]
        for wrong, error in [("no/*", VersionNotFoundError), ("pair@*x", VersionNotFoundError), ("@1", SelectorError)]:
            with pytest.raises(error):
                bridge.archive(tmp_path / "b.tar", wrong)
    assert not (tmp_path / "b.tar").exists()


def test_numbers_go_on_where_the_name_has_others(archive: Path, tmp_path: Path) -> None:
    with home(tmp_path / "here") as workspace:
        bridge.save("mine", "training/train")
        done = {str(one.was): one for one in bridge.restore(archive).versions}
        assert str(done["training/train@1"].now) == "training/train@2"
        version = workspace.resolve("training/train@2")
        assert version.metadata["restored_from"]["version"] == "training/train@1"
        assert {str(e.version) for e in workspace.catalog.ancestors(version.ref)} >= {"training/train@2"}
        bridge.restore(archive)
        assert len(workspace.catalog.versions("training/train")) == 3


def test_a_restore_that_dies_halfway_leaves_no_version_and_the_next_one_finishes(
    archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, writes = BlobStore.write, iter(range(100))

    def failing(self: BlobStore, *words: object, **more: object) -> tuple[Manifest, object]:
        if next(writes) == 3:
            raise StoreError(self.url, "the machine went away")
        return real(self, *words, **more)  # type: ignore[arg-type]

    with home(tmp_path / "here") as workspace:
        monkeypatch.setattr(BlobStore, "write", failing)
        with pytest.raises(StoreError):
            bridge.restore(archive)
        assert workspace.catalog.artifacts() == []
        assert not list((tmp_path / "here" / "staging").iterdir())
        assert {one.fate for one in bridge.restore(archive).versions} == {"new"}


@pytest.mark.slow
def test_a_process_killed_while_it_restores_leaves_nothing_wrong(archive: Path, tmp_path: Path) -> None:
    code = (
        "import os, sys, bridge\n"
        "from bridge.catalog.sql import SqlCatalog\n"
        "real, left = SqlCatalog.receive, [int(sys.argv[2])]\n"
        "def receive(self, *a, **k):\n"
        "    left[0] -= 1\n"
        "    if left[0] < 0: os._exit(9)\n"
        "    return real(self, *a, **k)\n"
        "SqlCatalog.receive = receive\n"
        "bridge.restore(sys.argv[1])\n"
    )
    with home(tmp_path / "here") as workspace:
        for after in (0, 3):
            done = subprocess.run([sys.executable, "-c", code, archive, str(after)], capture_output=True, text=True)
            assert done.returncode == 9, done.stderr
            for version in workspace.catalog.artifacts():
                assert workspace.store.verify(workspace.catalog.manifest(version.digest or "")) == []
        fates = [one.fate for one in bridge.restore(archive).versions]
        assert 0 < fates.count("there") < len(fates)
        assert {one.fate for one in bridge.restore(archive).versions} == {"there"}


def test_what_a_killed_restore_left_in_scratch_is_removed_by_the_next(archive: Path, tmp_path: Path) -> None:
    code = (
        "import os, sys, bridge\n"
        "from bridge.workspace.archives.tarring import TarReader\n"
        "TarReader.end = lambda self: os._exit(9)\n"
        "bridge.restore(sys.argv[1])\n"
    )
    with home(tmp_path / "here"):
        assert subprocess.run([sys.executable, "-c", code, archive]).returncode == 9
        staging = tmp_path / "here" / "staging"
        assert [path for path in staging.rglob("*") if path.is_file()]
        bridge.restore(archive)
        assert [path for path in staging.rglob("*") if path.is_file()]
        for path in staging.rglob("*"):
            os.utime(path, (1, 1))
        bridge.restore(archive)
        assert not list(staging.iterdir())


def test_several_may_restore_at_once(archive: Path, tmp_path: Path) -> None:
    with home(tmp_path / "here") as workspace:
        workspace.catalog.check()
        threads = [threading.Thread(target=bridge.restore, args=[archive]) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        numbers = [version.ref.number for version in workspace.catalog.versions("training/train")]
        assert numbers == [2, 1]


def test_later_versions_are_stored_as_what_changed_of_them(tmp_path: Path) -> None:
    data = np.random.default_rng(1).random(400_000)
    with home(tmp_path / "there"):
        for day in range(5):
            bridge.save(np.concatenate([data, data[: 1000 * day]]), "daily")
        bridge.archive(tmp_path / "daily.tar", "daily@*")
    with home(tmp_path / "here"):
        bridge.restore(tmp_path / "daily.tar")
        assert len(bridge.load("daily@5")) == 404_000
    stored = sum(file.stat().st_size for file in (tmp_path / "here" / "store").rglob("*") if file.is_file())
    assert stored < 2 * data.nbytes < (tmp_path / "daily.tar").stat().st_size


@pytest.mark.slow
def test_an_archive_goes_through_a_pipe(there: Path, archive: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "bridge", "artifacts"]
    with home(there):
        writing = subprocess.Popen([*command, "archive", "-", "*@*"], stdout=subprocess.PIPE)
    with home(tmp_path / "here") as workspace, writing:
        done = subprocess.run(
            [*command, "restore", "-", "--json"], stdin=writing.stdout, capture_output=True, text=True
        )
        assert (writing.wait(), done.returncode, done.stderr) == (0, 0, "")
        assert len(workspace.catalog.artifacts()) == 6


def test_bytes_that_are_wrong_make_no_archive(there: Path, tmp_path: Path) -> None:
    with home(there) as workspace:
        (key,) = workspace.catalog.manifest(workspace.resolve("training/load@1").digest or "").keys()
        (there / "store" / key).chmod(0o600)
        (there / "store" / key).write_bytes(b"wrong")
        with pytest.raises(ValueError, match="has changed since it was saved"):
            bridge.archive(tmp_path / "x.tar", "*@*")
    assert [path.name for path in tmp_path.iterdir()] == ["there"]


def test_python_reads_what_bridge_writes_without_extracting_anything_outside(archive: Path, tmp_path: Path) -> None:
    with tarfile.open(archive) as tar:
        assert all(member.isreg() and not member.name.startswith(("/", "..")) for member in tar)
        tar.extractall(tmp_path / "out")
    assert len(list((tmp_path / "out" / "files").iterdir())) == len(members(archive)) - 1


GOLDEN = """
{"layout": 1, "bridge": "0.1.0", "host": "laptop", "workspace": "", "what a later bridge adds": 1,
 "contents": [{"digest": "blake3:28d98046", "format": "json",
   "files": [{"path": "value.json", "size": 2, "digest": "ab"}]}],
 "versions": [{"ref": {"name": "a", "number": 3}, "digest": null, "format": "json", "type": "int", "size": 2,
   "created": "2026-05-03T12:00:00Z", "step_id": "s", "run_id": "r", "metadata": {"unit": "cm"}, "aliases": ["best"]}],
 "steps": [{"id": "s", "task": "t", "name": "t-0", "state": "Completed", "started": "2026-05-03T12:00:00Z",
   "ended": "2026-05-03T12:00:01Z", "run_id": "r", "task_key": "", "error": null}],
 "runs": [{"id": "r", "flow": "f", "name": "n", "state": "Running", "started": "2026-05-03T12:00:00Z", "ended": null,
   "parent_id": null, "parameters": {}, "code": {}, "host": "laptop:1", "tracking_id": null, "tracking_uri": null}],
 "edges": [{"step_id": "s", "version": {"name": "a", "number": 3},
   "direction": "output", "slot": "", "tie": "returned"}]}
"""


def test_the_names_in_a_document_are_those_of_layout_1() -> None:
    """Facts are written with the names of the domain's fields: one that is renamed there is a new layout here."""
    text = GOLDEN.replace('"blake3:28d98046"', f'"{content_digest("json", [("value.json", 2, "ab" * 32)])}"')
    told = document.parse(text.replace('"digest": "ab"', f'"digest": "{"ab" * 32}"').encode(), "x.tar")
    version, step, run = told.versions[0], told.steps[0], told.runs[0]
    assert (str(version.ref), version.type, version.created, version.metadata, version.aliases) == (
        "a@3",
        "int",
        START,
        {"unit": "cm"},
        ("best",),
    )
    assert (step.id, step.task, step.run_id, step.ended - step.started) == ("s", "t", "r", timedelta(seconds=1))
    assert (run.id, run.flow, run.ended, run.host) == ("r", "f", None, "laptop:1")
    assert told.edges == (Edge("s", version.ref, "output", "", "returned"),)
    assert document.parse(document.dump(told), "x.tar") == told


def test_a_run_that_had_not_ended_is_over_in_the_other_workspace(there: Path, tmp_path: Path) -> None:
    with home(there) as workspace:
        run = replace(workspace.catalog.run(FIRST), id="still-running", ended=None, state="Running")
        workspace.record_run(run)
        workspace.save("value", "running", run_id="still-running")
        bridge.archive(tmp_path / "x.tar", "running")
    with home(tmp_path / "here") as workspace:
        bridge.restore(tmp_path / "x.tar")
        assert workspace.catalog.unfinished() == []
        assert workspace.catalog.run("still-running").ended == run.started
