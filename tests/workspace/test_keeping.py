"""What the rules keep, what forgetting frees, and that nothing that is needed is swept."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import bridge
from bridge.domain.errors import BytesMissingError, HeldError, SettingsError, VersionNotFoundError
from bridge.domain.run import Output, Run, Step
from bridge.domain.version import VersionRef
from bridge.workspace import Workspace, current, read_settings, reset
from bridge.workspace.keeping import forget, plan, plan_of, reckon
from bridge.workspace.retention import Retention, fitting
from bridge.workspace.sweeping import MANY

NONE = timedelta(0)
NOW = datetime.now(timezone.utc)


@pytest.fixture()
def workspace(bridge_home: Path) -> Workspace:
    return current()


def selectors(refs: Any) -> list[str]:
    return [str(getattr(one, "ref", one)) for one in refs]


def test_a_version_goes_only_if_neither_number_nor_age_keeps_it(workspace: Workspace) -> None:
    for number in range(6):
        bridge.save(number, "x")
    rules = {"*": Retention(keep_last=2, keep_days=30)}
    assert plan(workspace, rules).going == ()
    later = plan(workspace, rules, now=NOW + timedelta(days=31))
    assert selectors(later.going) == ["x@4", "x@3", "x@2", "x@1"]
    assert [(str(one.ref), one.why) for one in later.kept] == [("x@6", ("latest", "last 2")), ("x@5", ("last 2",))]
    by_age = plan(workspace, {"*": Retention(keep_days=30)}, now=NOW + timedelta(days=31))
    assert selectors(by_age.going) == ["x@5", "x@4", "x@3", "x@2", "x@1"], "the latest stays, however old"


@pytest.mark.parametrize(
    ("name", "pattern"), [("a/b", "a/b"), ("a/bc", "a/b*"), ("a/x", "a/*"), ("other", "*"), ("A/b", "*")]
)
def test_the_most_specific_pattern_counts_wherever_it_is_written(name: str, pattern: str) -> None:
    patterns = ["*", "a/*", "a/b*", "a/b", "a/[b-c]?"]
    for order in (patterns, patterns[::-1]):
        rules = {one: Retention(keep_last=1 + patterns.index(one)) for one in order}
        assert fitting(name, rules) == rules[pattern]
    assert fitting("z", {"a*": Retention(keep_last=1)}) is None


def test_rules_are_read_from_pyproject(bridge_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rules = '"t/*" = { keep_last = 5, keep_days = 30 }\n"*" = { keep_last = 1 }\n"gold/*" = { keep_all = true }\n'
    (tmp_path / "pyproject.toml").write_text(f"[tool.bridge.retention]\n{rules}")
    monkeypatch.chdir(tmp_path)
    assert read_settings().retention["t/*"] == Retention(keep_last=5, keep_days=30)
    for name in ("t/x", "gold/x", "other"):
        for number in range(3):
            bridge.save(number, name)
    assert selectors(bridge.prune(dry_run=True).forgotten) == ["other@2", "other@1"]
    assert selectors(bridge.prune("t/*", keep_last=1).forgotten) == ["t/x@2", "t/x@1"], "what is given counts instead"
    assert selectors(bridge.prune().forgotten) == ["other@2", "other@1"]
    reset()


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ("{ keep_lats = 5 }", "keep_lats=5 cannot be used: there is no such word"),
        ("{ keep_last = 0 }", "keep_last=0 cannot be used"),
        ('{ keep_days = "a month" }', "keep_days='a month'"),
        ("{ keep_days = nan }", "keep_days=nan"),
        ("{ }", "it does not say what to keep"),
        ("{ keep_last = 5, keep_all = true }", "contradict each other"),
        ("5", "=5 cannot be used"),
    ],
)
def test_a_rule_that_cannot_be_used_is_named_with_the_way_out(
    rule: str, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pyproject.toml").write_text(f'[tool.bridge.retention]\n"training/*" = {rule}\n')
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SettingsError) as caught:
        read_settings()
    for part in ('[tool.bridge.retention] "training/*"', says, "{ keep_last = 5 }"):
        assert part in str(caught.value)


def test_without_rules_nothing_is_pruned(workspace: Workspace) -> None:
    with pytest.raises(SettingsError, match="it has no rule"):
        bridge.prune()
    for wrong in ({"keep_last": 0}, {"older_than": timedelta(-1)}, {"keep_last": 1, "grace": timedelta(-1)}):
        with pytest.raises(SettingsError):
            bridge.prune(**wrong)  # type: ignore[arg-type]  # each is wrong in another way


def test_bytes_are_reckoned_by_what_other_versions_need(workspace: Workspace) -> None:
    first = np.random.default_rng(0).random(300_000)
    bridge.save(first, "x")
    bridge.save(np.concatenate([first, first[:1000]]), "x")
    bridge.save(np.random.default_rng(1).random(5_000), "own")
    bridge.save(first[:10], "own")
    bridge.save(first, "elsewhere")
    bridge.save(first[:20], "elsewhere")
    sizes = {one.key: one.size for one in workspace.store.objects()}
    shared = plan_of(workspace, [VersionRef("x", 1)])
    assert (reckon(workspace, shared).frees, reckon(workspace, shared).shared) == (0, 0), "elsewhere@1 is the same"
    both = plan_of(workspace, [VersionRef("x", 1), VersionRef("elsewhere", 1)])
    assert reckon(workspace, both).frees == 0
    assert reckon(workspace, both).shared >= first.nbytes
    own = plan_of(workspace, [VersionRef("own", 1)])
    frees = reckon(workspace, own).frees
    assert frees > 40_000
    forget(workspace, own)
    assert bridge.sweep(grace=NONE).size == frees
    assert sum(sizes.values()) - sum(one.size for one in workspace.store.objects()) == frees


def test_what_is_forgotten_can_be_loaded_within_the_grace_by_who_has_looked_it_up(workspace: Workspace) -> None:
    value = np.random.default_rng(0).random(5_000)
    bridge.save(value, "x")
    bridge.save(1, "x")
    version = workspace.resolve("x@1")
    done = bridge.prune(keep_last=1)
    assert (selectors(done.forgotten), done.swept.objects) == (["x@1"], 0)
    assert (workspace.load_version(version) == value).all()
    with pytest.raises(VersionNotFoundError):
        bridge.load("x@1")
    done = bridge.prune(keep_last=1, grace=NONE)
    assert (done.forgotten, done.swept.objects, done.swept.contents) == ((), 1, 1)
    with pytest.raises(BytesMissingError):
        workspace.load_version(version)


def test_an_object_that_was_swept_is_written_again_when_it_is_saved_again(workspace: Workspace) -> None:
    value = np.random.default_rng(0).random(300_000)
    bridge.save(value, "x")
    bridge.save(1, "x")
    bridge.prune(keep_last=1, grace=NONE)
    assert bridge.sweep(grace=NONE).objects + len(list(workspace.store.objects())) == 0
    version = bridge.save(value, "x")
    assert version.ref.number == 3
    assert (bridge.load("x") == value).all()


def test_what_waits_for_the_catalog_is_live(workspace: Workspace) -> None:
    saved = workspace.put_value(np.random.default_rng(0).random(5_000), "x", where="the test")
    step = Step("s1", "t", "t-0", "Completed", NOW, NOW, outputs=(Output("", saved),))
    workspace.spool.add(Run("r1", "f", "n", "Running", NOW))
    workspace.spool.add(step)
    (workspace.spool.folder / "0-junk.json").write_text("{")
    assert bridge.sweep(grace=NONE).objects == 0
    assert workspace.replay() == 2
    assert bridge.sweep(grace=NONE).objects == 0
    assert len(bridge.load("x")) == 5_000


def test_what_came_to_be_held_after_the_plan_stays(workspace: Workspace) -> None:
    for number in range(3):
        bridge.save(number, "x")
    found = plan(workspace, {"*": Retention(keep_last=1)})
    workspace.catalog.set_alias(VersionRef("x", 1), "champion")
    assert selectors(forget(workspace, found)) == ["x@2"]
    with pytest.raises(HeldError, match=r"x@1 \(alias champion\)"):
        plan_of(workspace, [VersionRef("x", 1)])


def test_a_run_that_has_not_ended_keeps_its_versions(workspace: Workspace) -> None:
    run = Run("r1", "training", "brave-otter", "Running", NOW)
    workspace.record_run(run)
    workspace.save(1, "x", run_id="r1")
    workspace.save(2, "x")
    assert bridge.prune(keep_last=1).forgotten == ()
    workspace.record_run(replace(run, state="Completed", ended=NOW))
    assert selectors(bridge.prune(keep_last=1).forgotten) == ["x@1"]


def test_a_store_of_another_catalog_is_not_swept(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    value = np.random.default_rng(0).random(5_000)
    bridge.save(value, "x")
    monkeypatch.setenv("BRIDGE_CATALOG", f"sqlite:///{tmp_path}/other.db")
    for dry_run in (True, False):
        with pytest.raises(SettingsError, match=r"other\.db.*knows nothing of 1 of 1 objects.*--force"):
            bridge.sweep(grace=NONE, dry_run=dry_run)
    assert bridge.sweep().objects == 0, "what is new may be on its way into this catalog"
    assert (workspace.load("x")[1] == value).all()
    assert bridge.sweep(grace=NONE, force=True).objects == 1


def test_a_catalog_that_knows_little_of_what_is_there_is_not_believed(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(MANY + 1):
        bridge.save(np.full(400, number), "x")
    monkeypatch.setenv("BRIDGE_CATALOG", f"sqlite:///{tmp_path}/other.db")
    bridge.save(np.full(400, 0.5), "own")
    with pytest.raises(SettingsError, match=r"of 101 of 102 objects"):
        bridge.prune(keep_last=1, grace=NONE)
    monkeypatch.delenv("BRIDGE_CATALOG")
    bridge.prune(keep_last=1)
    assert bridge.sweep(grace=NONE).objects == MANY + 1, "what was forgotten was known, and one is as if left behind"


def test_rules_are_read_from_the_environment(bridge_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRIDGE_RETENTION", '{"*": {"keep_last": 2}}')
    assert read_settings().retention == {"*": Retention(keep_last=2)}
    monkeypatch.setenv("BRIDGE_RETENTION", '{"*": {"keep_last": "many"}}')
    with pytest.raises(SettingsError, match=r'"\*" keep_last=\'many\''):
        read_settings()
