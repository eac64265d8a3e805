"""What an input is: from lineage where it is known and unchanged, else from its content."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from bridge.domain.errors import UndigestibleError
from bridge.flows.caching import inputs as digesting
from bridge.flows.caching.inputs import digest_of_input, note_version
from bridge.flows.caching.noted import noted
from bridge.flows.caching.paths import PathDigests
from bridge.flows.caching.watch import watch
from bridge.provenance import reached
from bridge.workspace import Workspace, current
from tests.provenance.conftest import Project, project

__all__ = ["project"]


@pytest.fixture(autouse=True)
def _nothing_noted(bridge_home: Path) -> None:
    noted.forget()


@pytest.fixture
def workspace() -> Workspace:
    return current()


def digest(value: Any) -> str:
    return digest_of_input(current(), value).digest


def key(value: Any) -> tuple[str, str]:
    one = digest_of_input(current(), value)
    return one.digest, one.type


@dataclass
class Config:
    rate: float = 0.1


class Model:
    def __init__(self, weights: Any) -> None:
        self.weights = weights


ALIKE = [
    1,
    1.0,
    "1",
    True,
    b"1",
    np.int64(1),
    np.float64(1),
    np.int32(1),
    np.array(1),
    np.array([1]),
    [1],
    (1,),
    {1},
    frozenset({1}),
    {1: 1},
    {"1": 1},
    [True],
    [1.0],
    ["1"],
    [[1]],
    [np.int64(1)],
    [np.float64(1)],
    None,
    [None],
    0,
    False,
    "",
    [],
    (),
    {},
    -0.0,
    0.0,
    Config(1),
    Config(1.0),
    pd.Series([1]),
    pd.Series([1.0]),
    pd.DataFrame({"a": [1]}),
    pd.DataFrame({"a": [1]}, index=[1]),
]


def test_values_that_look_alike_are_told_apart() -> None:
    keys = [key(value) for value in ALIKE]
    twice = {repr(value): [repr(other) for other in ALIKE if key(other) == key(value)] for value in ALIKE}
    assert len(set(keys)) == len(ALIKE), {name: others for name, others in twice.items() if len(others) > 1}


EQUAL: dict[str, Callable[[], Any]] = {
    "a number": lambda: 10**30,
    "a dictionary": lambda: {"a": [1, (2.5, None)], "b": {"c"}},
    "an array": lambda: np.arange(400_000.0),
    "a frame": lambda: pd.DataFrame({"a": range(50_000), "b": ["x", "y"] * 25_000}),
    "a large frame": lambda: pd.DataFrame({f"c{i}": np.arange(500_000.0) for i in range(20)}),
    "a large frame with text": lambda: pd.DataFrame(
        {"t": ["one", "two"] * 250_000, **{f"c{i}": np.arange(500_000.0) for i in range(20)}}
    ),
    "a list of frames": lambda: [pd.DataFrame({"a": [1]}), pd.DataFrame({"a": [2]})],
    "a dataclass": lambda: Config(0.5),
    "an object": lambda: Model(np.arange(10.0)),
    "a set of texts": lambda: {"a", "b", "c"},
    "a function": lambda: digest,
    "a class": lambda: Model,
    "a partial": lambda: partial(digest, 1),
    "a generator of random numbers": lambda: np.random.default_rng(3),
    "a path to nothing": lambda: Path("/nowhere/at/all"),
}


@pytest.mark.parametrize("what", EQUAL)
def test_equal_content_has_one_digest(what: str) -> None:
    one = key(EQUAL[what]())
    noted.forget()
    assert key(EQUAL[what]()) == one


SAVED: dict[str, Callable[[], Any]] = {
    "a dictionary": lambda: {"a": [1, (2, 3)]},
    "an array": lambda: np.arange(400_000.0),
    "a frame": lambda: pd.DataFrame({"a": range(50_000)}),
    "a list of numbers": lambda: list(range(20_000)),
}


@pytest.mark.parametrize("what", SAVED)
def test_it_is_the_digest_of_the_version_whether_lineage_knows_it_or_not(workspace: Workspace, what: str) -> None:
    value = SAVED[what]()
    before = watch(value)
    version = workspace.save(value, "kept")
    note_version(value, before, digest=version.digest, version=version.ref)
    known = digest_of_input(workspace, value)
    assert (known.digest, known.how, known.version) == (version.digest, "lineage", version.ref)
    unknown = digest_of_input(workspace, SAVED[what]())
    assert (unknown.digest, unknown.how, unknown.version) == (version.digest, "computed", None)


def test_a_known_value_is_not_read(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    value = pd.DataFrame({"a": np.arange(1_000_000.0)})
    before = watch(value)
    version = workspace.save(value, "kept")
    note_version(value, before, digest=version.digest, version=version.ref)
    monkeypatch.setattr(Workspace, "digest_of", lambda *_: pytest.fail("it is read"))
    assert digest_of_input(workspace, value).digest == version.digest


def _mutations() -> dict[str, tuple[Any, Callable[[Any], Any]]]:
    return {
        "an array": (np.arange(400_000.0), lambda value: value.__setitem__(5, -1)),
        "a frame's cell": (pd.DataFrame({"a": np.arange(400_000.0)}), lambda v: v.iloc.__setitem__((5, 0), -1.0)),
        "a list in a cell": (pd.DataFrame({"a": [[1], [2]]}), lambda value: value["a"].iloc[0].append(3)),
        "a list": (list(range(20_000)), lambda value: value.append(3)),
        "a dictionary of arrays": ({"x": np.arange(400_000.0)}, lambda value: value["x"].__setitem__(5, -1)),
        "an object": (Model(np.arange(400_000.0)), lambda value: value.weights.__setitem__(5, -1)),
        "a dataclass": (Config(), lambda value: setattr(value, "rate", 0.2)),
    }


@pytest.mark.parametrize("what", _mutations())
def test_a_version_that_was_changed_in_place_is_not_trusted(workspace: Workspace, what: str) -> None:
    value, change = _mutations()[what]
    before = watch(value)
    version = workspace.save(value, "kept")
    note_version(value, before, digest=version.digest, version=version.ref)
    first = digest_of_input(workspace, value)
    assert first.how == "lineage"
    change(value)
    second = digest_of_input(workspace, value)
    assert second.digest != first.digest
    assert (second.how, second.version) == ("computed", None)


def test_a_change_between_saving_and_the_watch_would_be_seen(workspace: Workspace) -> None:
    """The watch begins before the value is saved: what is changed meanwhile counts as changed."""
    value = np.arange(400_000.0)
    before = watch(value)
    version = workspace.save(value, "kept")
    value[9] = -1  # another thread, say, before the version is noted
    note_version(value, before, digest=version.digest, version=version.ref)
    assert digest_of_input(workspace, value).digest != version.digest


def test_members_are_taken_from_lineage(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    frames = [pd.DataFrame({"a": np.arange(1_000_000.0) + i}) for i in range(3)]
    for frame in frames:
        before = watch(frame)
        version = workspace.save(frame, "kept")
        note_version(frame, before, digest=version.digest, version=version.ref)
    monkeypatch.setattr(digesting, "_of_version", lambda _, value: repr(value) if len(repr(value)) < 30 else "read")
    plain = digest_of_input(workspace, {"parts": frames, "rate": [0.1]}).digest
    assert digest_of_input(workspace, {"parts": list(frames), "rate": [0.1]}).digest == plain
    frames[1].iloc[5, 0] = -1  # now it is read
    assert digest_of_input(workspace, {"parts": frames, "rate": [0.1]}).digest != plain


def test_the_order_of_a_dictionary_is_seen_and_that_of_a_set_is_not() -> None:
    assert digest({"a": 1, "b": 2}) != digest({"b": 2, "a": 1})
    assert digest({"a", "b"}) == digest({"b", "a"})


def test_two_names_for_one_array_have_one_digest_and_lose_it_together(workspace: Workspace) -> None:
    first = np.arange(400_000.0)
    second = first
    one = digest(first)
    assert digest(second) == one
    second[3] = -1
    assert digest(first) == digest(second) != one


def test_a_view_is_told_when_its_base_changes() -> None:
    base = np.arange(400_000.0)
    view = base[100:300_000]
    one = digest(view)
    base[200_000] = -1
    assert digest(view) != one


CLASS = """
import numpy as np
def half(x):
    return x / 2
class Scaler:
    def __init__(self):
        self.rate = 3
    def go(self, x):
        return half(x)
made = Scaler()
function = half
boxed = [made]
"""


@pytest.mark.parametrize("name", ["made", "function", "boxed"])
def test_the_code_of_the_users_classes_and_functions_counts_in_a_value(project: Project, name: str) -> None:
    first = digest(getattr(project(pipeline=CLASS), name))
    assert digest(getattr(project(pipeline=CLASS), name)) == first
    assert digest(getattr(project(pipeline=CLASS.replace("x / 2", "x / 3")), name)) != first


def test_the_users_code_in_an_object_of_a_package_counts(project: Project) -> None:
    """A pickle of it only names the function: what it does, the name does not say."""
    text = """
    from sklearn.preprocessing import FunctionTransformer
    def half(x):
        return x / 2
    made = FunctionTransformer(half)
    """
    first = digest(project(pipeline=text).made)
    assert digest(project(pipeline=text).made) == first
    assert digest(project(pipeline=text.replace("x / 2", "x / 3")).made) != first


def test_a_known_version_counts_with_the_users_code_that_it_names(project: Project, workspace: Workspace) -> None:
    def known(text: str) -> str:
        value = project(pipeline=text).made
        before = watch(value)
        note_version(value, before, digest="blake3:same", version=workspace.save(1, "one").ref)
        return digest(value)

    assert known(CLASS) == known(CLASS) != known(CLASS.replace("x / 2", "x / 3"))


def test_a_method_that_is_patched_counts_in_an_object_that_is_known(project: Project) -> None:
    module = project(pipeline=CLASS)
    first = digest(module.made)
    module.Scaler.go = lambda self, x: 0
    assert digest(module.made) != first


def test_what_is_not_told_by_content_is_refused_with_the_reason() -> None:
    with open(os.devnull) as file, pytest.raises(UndigestibleError, match="cannot pickle"):  # noqa: PTH123
        digest(file)
    with pytest.raises(UndigestibleError, match="generator"):
        digest(n for n in ())
    knot: list[Any] = []
    knot.append(knot)
    with pytest.raises(UndigestibleError, match="nested too deeply"):
        digest(knot)


class TestPaths:
    def test_it_is_the_content_that_counts_wherever_it_lies(self, tmp_path: Path) -> None:
        for folder in ("a", "b"):
            (tmp_path / folder).mkdir()
            (tmp_path / folder / "data.csv").write_text("1,2")
        assert digest(tmp_path / "a" / "data.csv") == digest(tmp_path / "b" / "data.csv")

    def test_a_file_of_the_same_size_and_time_is_read_again(
        self, tmp_path: Path, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = tmp_path / "data.csv"
        path.write_text("1,2")
        _settle(monkeypatch)
        digests = PathDigests()
        first = digests.digest_of(workspace, path)
        status = path.stat()
        path.write_text("1,3")
        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
        assert path.stat().st_mtime_ns == status.st_mtime_ns
        assert digests.digest_of(workspace, path) != first

    def test_a_file_that_was_just_written_is_read_each_time(self, tmp_path: Path, workspace: Workspace) -> None:
        path, digests = tmp_path / "data.csv", PathDigests()
        seen = set()
        for number in range(10):
            path.write_text(str(number))
            seen.add(digests.digest_of(workspace, path))
        assert len(seen) == 10

    def test_a_settled_file_is_not_read_twice(
        self, tmp_path: Path, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path, digests = tmp_path / "data.csv", PathDigests()
        path.write_text("1,2")
        _settle(monkeypatch)
        first = digests.digest_of(workspace, path)
        monkeypatch.setattr(Workspace, "digest_of", lambda *_: pytest.fail("it is read"))
        assert digests.digest_of(workspace, path) == first

    def test_a_file_deep_in_a_folder_that_changes_changes_the_folder(self, tmp_path: Path) -> None:
        (tmp_path / "data" / "deep").mkdir(parents=True)
        (tmp_path / "data" / "deep" / "a.csv").write_text("1")
        first = digest(tmp_path / "data")
        assert digest(tmp_path / "data") == first
        (tmp_path / "data" / "deep" / "a.csv").write_text("2")
        second = digest(tmp_path / "data")
        (tmp_path / "data" / "deep" / "b.csv").write_text("")
        assert len({first, second, digest(tmp_path / "data")}) == 3

    def test_what_a_link_leads_to_counts(self, tmp_path: Path) -> None:
        (tmp_path / "one").write_text("1")
        (tmp_path / "two").write_text("2")
        link = tmp_path / "link"
        link.symlink_to(tmp_path / "one")
        first = digest(link)
        link.unlink()
        link.symlink_to(tmp_path / "two")
        assert digest(link) != first

    def test_a_file_that_appears_changes_the_digest(self, tmp_path: Path) -> None:
        path = tmp_path / "late"
        first = digest(path)
        path.write_text("")
        assert digest(path) != first

    def test_what_cannot_be_read_is_refused(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "pipe")
        with pytest.raises(UndigestibleError, match="pipe"):
            digest(tmp_path / "pipe")


def _settle(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let files grow old: nobody can set the time of an inode back, so the clock goes forward."""
    later = time.time() + 10
    monkeypatch.setattr("bridge.flows.caching.paths.time.time", lambda: later)


SCRIPT = """
import numpy as np, pandas as pd
from bridge.flows.caching.inputs import digest_of_input
from bridge.workspace import current

class Bag:
    def __init__(self):
        self.words = {"alpha", "beta", "gamma"}

big = pd.DataFrame({f"c{i}": np.arange(500_000.0) for i in range(20)})
values = [{"alpha", "beta", "gamma"}, {"k": frozenset({"x", "y", "z"})}, Bag(), [Bag()], big, {"b": big}]
digests = [digest_of_input(current(), value).digest for value in values]
print(digests)
"""


def test_digests_are_the_same_in_every_process(project: Project) -> None:
    module = project(pipeline=SCRIPT)
    environment = {**os.environ, "PYTHONHASHSEED": "7", "PYTHONPATH": str(Path(__file__).parents[3])}
    done = subprocess.run(
        [sys.executable, str(module.__file__)], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == str(module.digests)


def test_a_function_as_an_input_is_its_code() -> None:
    assert digest(digest) == f"content:{reached(digest).digest.partition(':')[2]}"
