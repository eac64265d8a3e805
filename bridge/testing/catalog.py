"""The contract of a catalog: subclass it, with a `catalog` fixture that makes an empty one for each test."""

# ruff: noqa: D102 - the names of tests are sentences

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from hashlib import sha256
from typing import Any

import pytest

from bridge.domain.errors import (
    AmbiguousError,
    BytesMissingError,
    RunNotFoundError,
    VersionNotFoundError,
)
from bridge.domain.manifest import FileEntry, Manifest, Part
from bridge.domain.ports import Catalog
from bridge.domain.run import Input, Output, Run, Saved, Step
from bridge.domain.selector import Selector
from bridge.domain.version import Tie, VersionRef

START = datetime(2026, 11, 23, 8, 30, 0, 123457, tzinfo=timezone.utc)


def make_saved(name: str, content: str | None, **metadata: Any) -> Saved:
    """A value on its way into the catalog; None stands for what cannot be stored.

    >>> make_saved("churn", "a").manifest.size
    1
    """
    if content is None:
        return Saved(name, "builtins.object", None, metadata)
    data = content.encode()
    entry = FileEntry("value.txt", len(data), sha256(data).hexdigest(), inline=data)
    digest = f"blake3:{sha256(b'text' + data).hexdigest()}"
    return Saved(name, "builtins.str", Manifest(digest, "text", (entry,)), metadata)


def make_step(
    id: str,
    *outputs: Saved | VersionRef,
    inputs: Sequence[VersionRef] = (),
    run_id: str | None = None,
    result_key: str | None = None,
    tie: Tie = "returned",
    minute: int = 0,
) -> Step:
    """A step that took a second and succeeded.

    >>> make_step("s1", make_saved("churn", "a")).outputs[0].slot
    ''
    """
    slots = [""] if len(outputs) == 1 else [str(i) for i in range(len(outputs))]
    return Step(
        id=id,
        task="train",
        name=f"train-{id}",
        state="Completed",
        started=START + timedelta(minutes=minute),
        ended=START + timedelta(minutes=minute, seconds=1),
        run_id=run_id,
        task_key="train-0a1b",
        inputs=tuple(Input(f"x{i}", ref, "future") for i, ref in enumerate(inputs)),
        outputs=tuple(Output(slot, what, tie) for slot, what in zip(slots, outputs, strict=True)),
        result_key=result_key,
    )


def make_run(id: str, *, name: str = "brave-otter", flow: str = "training", minute: int = 0) -> Run:
    """A run that has begun.

    >>> make_run("0a1b").state
    'Running'
    """
    return Run(id=id, flow=flow, name=name, state="Running", started=START + timedelta(minutes=minute))


class RunContract:
    """What every `RunCatalog` promises.

    >>> RunContract.__name__
    'RunContract'
    """

    @pytest.fixture
    def catalog(self) -> Catalog:
        """An empty catalog; to be overridden."""
        raise NotImplementedError

    def test_a_run_comes_back_as_it_was_recorded(self, catalog: Catalog) -> None:
        told: dict[str, Any] = {
            "parameters": {"rows": 3},
            "code": {"commit": "abc", "dirty": True},
            "environment": {"python": "3.11", "seeds": {"numpy": 7}},
            "host": "laptop:1",
        }
        told |= {"tracking_id": "mlflow-1", "tracking_uri": "sqlite:///mlflow.db", "parent_id": "parent"}
        run = Run("0a1b2c3d", "training", "otter", "Completed", START, ended=START, **told)
        catalog.put_run(run)
        assert catalog.run(run.id) == run
        assert catalog.runs() == [run]

    def test_recording_a_run_again_changes_what_is_new_and_keeps_the_rest(self, catalog: Catalog) -> None:
        first = Run(
            "0a1b", "f", "n", "Running", START, parameters={"a": 1}, environment={"a": 1}, host="h:1", tracking_id="m1"
        )
        catalog.put_run(first)
        catalog.put_run(Run("0a1b", "f", "n", "Completed", START, ended=START))
        (run,) = catalog.runs()
        assert (run.state, run.ended, run.parameters) == ("Completed", START, {"a": 1})
        assert run.environment == {"a": 1}
        assert (run.host, run.tracking_id) == ("h:1", "m1")

    def test_a_beginning_that_comes_late_does_not_undo_the_end(self, catalog: Catalog) -> None:
        begun = Run("0a1b", "f", "n", "Running", START, parameters={"a": 1})
        catalog.put_run(Run("0a1b", "f", "n", "Completed", START, ended=START))
        catalog.put_run(begun)
        (run,) = catalog.runs()
        assert (run.state, run.ended, run.parameters) == ("Completed", START, {"a": 1})
        catalog.put_run(replace(begun, started=START + timedelta(seconds=1)))  # it is run once more
        (run,) = catalog.runs()
        assert (run.state, run.ended) == ("Running", None)

    def test_runs_come_latest_first_and_can_be_narrowed_to_a_flow(self, catalog: Catalog) -> None:
        for minute, flow in enumerate(["a", "b", "a", "b"]):
            catalog.put_run(make_run(f"run{minute}", flow=flow, minute=minute))
        assert [run.id for run in catalog.runs()] == ["run3", "run2", "run1", "run0"]
        assert [run.id for run in catalog.runs(limit=1, flow="a")] == ["run2"]

    def test_a_run_is_found_by_the_beginning_of_its_id_and_by_name(self, catalog: Catalog) -> None:
        catalog.put_run(make_run("abcd1", name="otter", minute=0))
        catalog.put_run(make_run("abcd2", name="otter", minute=1))
        catalog.put_run(make_run("ef_%5", name="heron", minute=2))
        assert catalog.run("otter").id == "abcd2"
        assert catalog.run("ef_%").name == "heron"
        with pytest.raises(AmbiguousError, match=r"abcd1.*abcd2"):
            catalog.run("abcd")
        for unknown in ("ef_", "abcd%", "zzzz", ""):
            with pytest.raises(RunNotFoundError):
                catalog.run(unknown)

    def test_a_step_comes_back_with_its_edges(self, catalog: Catalog) -> None:
        (data,) = catalog.put_step(make_step("s1", make_saved("data", "a"), run_id="r1"))
        step = make_step(
            "s2", make_saved("z", "1"), make_saved("a", "2"), inputs=[data.ref], run_id="r1", result_key="k"
        )
        first, second = catalog.put_step(step)
        assert (str(first.ref), str(second.ref)) == ("z@1", "a@1")
        found = catalog.step("s2")
        assert found is not None
        assert [(each.slot, each.what) for each in found.outputs] == [("0", first.ref), ("1", second.ref)]
        assert found.inputs == step.inputs
        assert (found.started, found.ended, found.error) == (step.started, step.ended, None)
        assert [each.id for each in catalog.steps("r1")] == ["s1", "s2"]
        assert catalog.step_of_result("k") == found
        assert catalog.step("unknown") is None
        assert catalog.step_of_result("unknown") is None
        assert catalog.steps("unknown") == []

    def test_the_latest_step_with_a_result_key_is_the_one_found(self, catalog: Catalog) -> None:
        catalog.put_step(make_step("later", make_saved("a", "1"), result_key="k", minute=5))
        catalog.put_step(make_step("earlier", make_saved("a", "1"), result_key="k", minute=1))
        found = catalog.step_of_result("k")
        assert found is not None
        assert found.id == "later"

    def test_steps_of_a_task_come_latest_first_with_their_edges(self, catalog: Catalog) -> None:
        for i, task in enumerate(["train", "load", "train", "train"]):
            step = make_step(f"s{i}", make_saved("x", str(i)), minute=i)
            catalog.put_step(replace(step, task=task, code=f"sha256:{i}", cache={"key": str(i), "inputs": {"n": [1]}}))
        found = catalog.steps_of_task("train", limit=2)
        assert [step.id for step in found] == ["s3", "s2"]
        assert [step.outputs[0].what for step in found] == [VersionRef("x", 4), VersionRef("x", 3)]
        assert (found[0].code, found[0].cache) == ("sha256:3", {"key": "3", "inputs": {"n": [1]}})
        assert catalog.steps_of_task("never") == []

    def test_recording_a_step_again_doubles_nothing(self, catalog: Catalog) -> None:
        step = make_step("s1", make_saved("a", "1"), make_saved("b", None))
        first = catalog.put_step(step)
        catalog.put_step(make_step("s2", make_saved("a", "2"), make_saved("b", "2")))
        assert [each.ref for each in catalog.put_step(step)] == [each.ref for each in first]
        assert [each.ref.number for each in catalog.versions("a")] == [2, 1]
        assert [each.ref.number for each in catalog.versions("b")] == [2, 1]
        assert len(catalog.edges_of_step("s1")) == 2

    def test_a_step_recorded_again_with_another_result_has_that_as_its_output(self, catalog: Catalog) -> None:
        catalog.put_step(make_step("s1", make_saved("a", "1")))
        catalog.put_step(make_step("s1", make_saved("a", "2")))
        found = catalog.step("s1")
        assert found is not None
        assert [each.what for each in found.outputs] == [VersionRef("a", 2)]
        assert len(catalog.edges_of_step("s1")) == 2

    def test_a_step_with_an_unknown_input_or_output_records_nothing(self, catalog: Catalog) -> None:
        for step in (
            make_step("s1", make_saved("a", "1"), inputs=[VersionRef("b", 1)]),
            make_step("s1", make_saved("a", "1"), VersionRef("b", 1)),
        ):
            with pytest.raises(VersionNotFoundError, match=r"b@1"):
                catalog.put_step(step)
        assert catalog.step("s1") is None
        assert catalog.versions("a") == []
        (version,) = catalog.put_step(make_step("s1", make_saved("a", "1")))
        assert version.ref.number == 1

    def test_what_a_step_made_can_be_taken_back(self, catalog: Catalog) -> None:
        catalog.put_step(make_step("before", make_saved("kept", "0")))
        catalog.put_step(make_step("after", make_saved("kept", "0"), make_saved("taken", "1")))
        assert catalog.withdraw("after", "RolledBack") == [VersionRef("taken", 1)]
        assert catalog.resolve(Selector.parse("kept")).ref == VersionRef("kept", 1)
        with pytest.raises(VersionNotFoundError):
            catalog.resolve(Selector.parse("taken"))
        catalog.put_step(make_step("user", inputs=[VersionRef("taken", 1)]))
        (again,) = catalog.put_step(make_step("again", make_saved("taken", "1")))
        assert again.ref == VersionRef("taken", 2), "equal content is a version anew, and numbers are not given twice"
        step = catalog.step("after")
        assert step is not None
        assert step.state == "RolledBack"
        assert catalog.withdraw("after", "RolledBack") == []

    def test_a_digest_finds_the_latest_version_or_the_one_that_a_run_made(self, catalog: Catalog) -> None:
        first, other = make_saved("first", "same"), make_saved("other", "same")
        catalog.put_step(make_step("one", first, run_id="run-1"))
        catalog.put_step(make_step("two", other, run_id="run-2"))
        assert first.manifest is not None
        digest = first.manifest.digest
        found = [catalog.of_digest(digest, run_ids=ids) for ids in (("run-1",), ("run-2", "run-3"), ("run-3",))]
        assert [one and one.ref.name for one in found] == ["first", "other", None]
        assert catalog.of_digest(digest) is not None
        assert catalog.of_digest(digest[:-1]) is None

    def test_an_existing_version_can_be_an_output(self, catalog: Catalog) -> None:
        (made,) = catalog.put_step(make_step("s1", make_saved("a", "1")))
        assert catalog.put_step(make_step("s2", made.ref, tie="cached")) == (made,)
        assert [edge.tie for edge in catalog.edges_of_step("s2")] == ["cached"]

    def test_what_is_saved_by_hand_belongs_to_the_step_before_the_step_is_recorded(self, catalog: Catalog) -> None:
        version = catalog.save(make_saved("a", "1", rows=3), step_id="s1", run_id="r1")
        assert (version.step_id, version.run_id, version.metadata) == ("s1", "r1", {"rows": 3})
        catalog.put_step(make_step("s1", make_saved("b", "1"), run_id="r1"))
        found = catalog.step("s1")
        assert found is not None
        assert [(each.slot, each.tie) for each in found.outputs] == [("", "returned"), ("a", "saved")]
        assert catalog.save(make_saved("c", "1"), step_id=None, run_id=None).step_id is None


class VersionContract(RunContract):
    """What every `VersionCatalog` promises.

    >>> VersionContract.__name__
    'VersionContract'
    """

    def test_numbers_count_from_one_and_equal_content_makes_no_new_version(self, catalog: Catalog) -> None:
        for i, content in enumerate(["a", "a", "b", "a"]):
            catalog.put_step(make_step(f"s{i}", make_saved("x", content)))
        assert [each.ref.number for each in catalog.versions("x")] == [3, 2, 1]
        assert [edge.step_id for edge in catalog.edges_of_version(VersionRef("x", 1))] == ["s0", "s1"]

    def test_a_value_that_could_not_be_stored_is_a_version_without_content(self, catalog: Catalog) -> None:
        for i in range(2):
            catalog.put_step(make_step(f"s{i}", make_saved("x", None)))
        version = catalog.resolve(Selector("x"))
        assert (version.ref.number, version.digest, version.format, version.size) == (2, None, "none", 0)
        assert list(catalog.contents()) == []

    def test_every_kind_of_selector_finds_its_version(self, catalog: Catalog) -> None:
        catalog.put_run(make_run("run-one"))
        made = [
            catalog.put_step(make_step(f"s{i}", make_saved("x", c), run_id=r, minute=i))[0]
            for i, (c, r) in enumerate([("a", "run-one"), ("b", "run-two"), ("c", "run-two")])
        ]
        catalog.put_step(make_step("s3", make_saved("x", "c"), run_id="run-3"))
        catalog.set_alias(made[0].ref, "champion")
        catalog.set_alias(made[1].ref, "champion")
        asked = {
            "x": 3,
            "x@2": 2,
            "x@champion": 2,
            "x@run:run-one": 1,
            "x@run:run-o": 1,
            "x@run:run-two": 3,
            "x@run:run-3": 3,
            f"x@{made[0].digest[:14]}": 1,  # type: ignore[index]  # it has content
        }
        found = {text: catalog.resolve(Selector.parse(text)).ref.number for text in asked}
        assert found == asked
        assert catalog.resolve(Selector("x", "number", "2")).aliases == ("champion",)

    def test_the_beginning_of_a_digest_or_run_that_fits_several_is_refused(self, catalog: Catalog) -> None:
        for i in range(2):
            catalog.put_run(make_run(f"run-{i}"))
        digest = "blake3:abcd"
        for i in range(3):
            manifest = Manifest(f"{digest}{i % 2:060}", "text", ())
            catalog.put_step(make_step(f"s{i}", Saved("x", "str", manifest), run_id=f"run-{i % 2}"))
        with pytest.raises(AmbiguousError, match=r"x@3.*x@2"):
            catalog.resolve(Selector("x", "digest", digest))
        with pytest.raises(AmbiguousError, match=r"run-0.*run-1"):
            catalog.resolve(Selector("x", "run", "run-"))
        assert catalog.resolve(Selector("x", "digest", f"{digest}{0:060}")).ref.number == 3

    def test_what_is_not_found_is_answered_with_what_there_is(self, catalog: Catalog) -> None:
        for i in range(2):
            catalog.put_step(make_step(f"s{i}", make_saved("churn", str(i))))
        catalog.set_alias(VersionRef("churn", 1), "champion")
        for text in ("churn@9", "churn@best", "churn@run:nope", "churn@blake3:00000000"):
            with pytest.raises(VersionNotFoundError) as caught:
                catalog.resolve(Selector.parse(text))
            assert caught.value.known == ("churn@1", "churn@2", "churn@champion")
        with pytest.raises(VersionNotFoundError) as caught:
            catalog.resolve(Selector("chrun"))
        assert caught.value.known == ("churn",)

    def test_artifacts_are_the_latest_of_each_name_in_order_of_code_points(self, catalog: Catalog) -> None:
        for i, name in enumerate(["b/x", "a", "B", "b_x", "b/x", "é"]):
            catalog.put_step(make_step(f"s{i}", make_saved(name, str(i))))
        assert [str(each.ref) for each in catalog.artifacts()] == ["B@1", "a@1", "b/x@2", "b_x@1", "é@1"]
        assert [str(each.ref) for each in catalog.artifacts(prefix="b/")] == ["b/x@2"]
        assert [str(each.ref) for each in catalog.artifacts(prefix="b_", limit=1)] == ["b_x@1"]
        assert catalog.artifacts(prefix="%") == []

    def test_manifests_come_back_and_are_live_once_each(self, catalog: Catalog) -> None:
        part = Part("packs/ab", 7, 9, "ef" * 32)
        stored = Manifest("blake3:" + "a" * 64, "npy", (FileEntry("x.npy", 9, "cd" * 32, parts=(part,)),))
        inline = make_saved("y", "é\0")
        assert inline.manifest is not None
        catalog.put_step(make_step("s1", Saved("x", "numpy.ndarray", stored), inline))
        catalog.put_step(make_step("s2", Saved("other", "numpy.ndarray", stored)))
        assert catalog.manifest(stored.digest) == stored
        assert sorted(catalog.contents(), key=lambda each: each.digest) == sorted(
            [stored, inline.manifest], key=lambda each: each.digest
        )
        with pytest.raises(BytesMissingError):
            catalog.manifest("blake3:00")

    def test_the_contents_of_a_names_recent_versions_are_given_latest_first(self, catalog: Catalog) -> None:
        for number, text in enumerate(["a", "b", None, "c"]):
            catalog.put_step(make_step(f"s{number}", make_saved("x", text), make_saved("other", "z")))
        taken = catalog.put_step(make_step("s9", make_saved("x", "d")))
        catalog.withdraw("s9", "RolledBack")
        expected = [catalog.manifest(each.digest) for each in catalog.versions("x") if each.digest]
        assert len(expected) == 3
        assert taken[0].digest not in [each.digest for each in expected]
        assert catalog.recent("x", limit=5) == expected
        assert catalog.recent("x", limit=2) == expected[:2]
        assert catalog.recent("nothing", limit=2) == []

    def test_a_content_whose_bytes_were_written_elsewhere_is_found_there(self, catalog: Catalog) -> None:
        for key in ("old", "new"):
            entry = FileEntry("f", 1, "cd", parts=(Part(key, 0, 1, "cd"),))
            catalog.put_step(make_step(key, Saved("x", "t", Manifest("blake3:ab", "npy", (entry,)))))
        assert catalog.manifest("blake3:ab").keys() == ["new"]
        assert len(catalog.versions("x")) == 1

    def test_annotations_are_merged(self, catalog: Catalog) -> None:
        catalog.put_step(make_step("s1", make_saved("x", "1", rows=3, note="a")))
        annotated = catalog.annotate(VersionRef("x", 1), {"note": "b", "auc": 0.5})
        assert annotated.metadata == {"rows": 3, "note": "b", "auc": 0.5}
        assert catalog.resolve(Selector("x")) == annotated
        with pytest.raises(VersionNotFoundError):
            catalog.annotate(VersionRef("x", 2), {})

    @pytest.mark.parametrize("name", ["a\0b", "\udcff\ud800", "n" * 9_000, "Ω" * 9_000, "🦦", "'; DROP TABLE runs; --"])
    def test_any_name_can_be_saved_and_found(self, catalog: Catalog, name: str) -> None:
        catalog.put_step(make_step(f"step {name}", make_saved(name, "1"), run_id=name, result_key=name))
        catalog.put_step(make_step("again", make_saved(name, "2"), inputs=[VersionRef(name, 1)]))
        assert catalog.resolve(Selector(name)).ref.number == 2
        assert catalog.resolve(Selector(name, "run", name)).ref.number == 1
        assert catalog.step_of_result(name) is not None

    def test_facts_that_json_does_not_know_do_not_keep_a_step_from_being_recorded(self, catalog: Catalog) -> None:
        itself: list[object] = []
        itself.append(itself)
        facts: dict[str, Any] = {"nan": float("nan"), "when": START, "nul": "\0\udcff", "itself": itself}
        facts |= {"huge": 10**5000, "set": {1}, "pairs": {(1, 2): 3}}
        catalog.put_step(make_step("s1", make_saved("x", "1", **facts)))
        found = catalog.resolve(Selector("x")).metadata
        assert (found["nan"], found["set"], found["pairs"]) == ("nan", [1], {"(1, 2)": 3})
        assert found["nul"] == "\0\udcff"


class CatalogContract(VersionContract):
    """What every `Catalog` promises.

    >>> class TestMine(CatalogContract):
    ...     @pytest.fixture
    ...     def catalog(self):
    ...         return MyCatalog()
    """

    def test_ancestors_and_descendants_follow_a_chain_as_far_as_asked(self, catalog: Catalog) -> None:
        catalog.put_step(make_step("s0", make_saved("a", "0")))
        for i in range(1, 5):
            catalog.put_step(make_step(f"s{i}", make_saved("a", str(i)), inputs=[VersionRef("a", i)]))
        back = [(e.step_id, str(e.version), e.direction) for e in catalog.ancestors(VersionRef("a", 3))]
        assert back == [
            ("s2", "a@3", "output"),
            ("s2", "a@2", "input"),
            ("s1", "a@2", "output"),
            ("s1", "a@1", "input"),
            ("s0", "a@1", "output"),
        ]
        onward = [e.step_id for e in catalog.descendants(VersionRef("a", 3))]
        assert onward == ["s3", "s3", "s4", "s4"]
        assert [e.step_id for e in catalog.ancestors(VersionRef("a", 5), depth=2)] == ["s4", "s4", "s3", "s3"]
        assert [e.step_id for e in catalog.descendants(VersionRef("a", 1), depth=1)] == ["s1", "s1"]
        assert catalog.ancestors(VersionRef("a", 5), depth=0) == []
        with pytest.raises(VersionNotFoundError):
            catalog.ancestors(VersionRef("a", 6))

    def test_a_circle_ends(self, catalog: Catalog) -> None:
        (a,) = catalog.put_step(make_step("s1", make_saved("a", "1")))
        (b,) = catalog.put_step(make_step("s2", make_saved("b", "1"), inputs=[a.ref]))
        catalog.put_step(make_step("s3", make_saved("a", "1"), inputs=[b.ref, a.ref]))
        for depth in (None, 50):
            assert {e.step_id for e in catalog.ancestors(b.ref, depth=depth)} == {"s1", "s2", "s3"}
            assert {e.step_id for e in catalog.descendants(b.ref, depth=depth)} == {"s2", "s3"}
            assert len(catalog.ancestors(b.ref, depth=depth)) == 6

    def test_edges_name_inputs_before_outputs_and_makers_before_users(self, catalog: Catalog) -> None:
        (a,) = catalog.put_step(make_step("z", make_saved("a", "1")))
        catalog.put_step(make_step("b", make_saved("c", "1"), inputs=[a.ref, a.ref]))
        edges = [(e.direction, e.slot) for e in catalog.edges_of_step("b")]
        assert edges == [("input", "x0"), ("input", "x1"), ("output", "")]
        assert [e.step_id for e in catalog.edges_of_version(a.ref)] == ["z", "b", "b"]

    def test_a_closed_catalog_opens_again_when_it_is_used(self, catalog: Catalog) -> None:
        catalog.check()
        catalog.close()
        assert catalog.runs() == []
