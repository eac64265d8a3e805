from __future__ import annotations

import dataclasses
import json
import socket
import subprocess
import sys
import threading
from collections import OrderedDict
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import pytest
from pydantic import BaseModel, ConfigDict
from sklearn.base import BaseEstimator
from sklearn.datasets import load_iris
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

import bridge.materializers
from bridge.domain.errors import FormatUnknownError, UnreadableError, UnsafeFormatError, UnstorableError
from bridge.materializers import for_format, for_value, is_unsafe, type_name
from bridge.materializers.path import PathContent
from bridge.materializers.pickled import Pickle
from bridge.materializers.registry import Registry
from bridge.materializers.sklearn_estimator import Skops
from bridge.materializers.text import ByteArray, Bytes, Text
from bridge.testing.materializer import MaterializerContract, load_files
from tests.materializers import shapes
from tests.materializers.trips import format_of, store, trip

X, Y = load_iris(return_X_y=True)


class TestText(MaterializerContract):
    format, materializer = "text", Text()

    def values(self):
        return ["x" * 5000, "é\r\n\x00" * 2000]


class TestBytes(MaterializerContract):
    format, materializer = "bytes", Bytes()

    def values(self):
        return [b"", b"\x00" * 10]


class TestByteArray(MaterializerContract):
    format, materializer = "bytearray", ByteArray()

    def values(self):
        return [bytearray(), bytearray(b"abc")]


class TestSkops(MaterializerContract):
    format, materializer = "skops", Skops()

    def values(self):
        forest = RandomForestClassifier(3, random_state=0).fit(X, np.array(list("abc"))[Y])
        pipe = make_pipeline(StandardScaler(), FunctionTransformer(np.abs), LogisticRegression()).fit(X, Y)
        return [LogisticRegression(C=2), forest, pipe]

    def same(self, left, right):
        if hasattr(right, "classes_"):
            return type(left) is type(right) and np.array_equal(left.predict_proba(X), right.predict_proba(X))
        return str(left.get_params()) == str(right.get_params())


class TestPickle(MaterializerContract):
    format, materializer, deterministic = "pickle", Pickle(), False

    def values(self):
        return [shapes.Plain(1), shapes.MyDict(a=1)]


class Mine(BaseEstimator):
    pass


def test_an_estimator_of_the_user_is_pickled():
    assert format_of(Mine()) == "pickle"
    assert format_of(make_pipeline(FunctionTransformer(lambda x: x))) == "pickle"


def test_the_readers_list_decides_which_types_a_model_may_name(monkeypatch):
    monkeypatch.setenv("BRIDGE_TRUSTED_TYPES", "tests.materializers.test_rest.Mine")
    format, files, _ = store(Mine())
    assert format == "skops" and type(load_files(Skops(), files)) is Mine
    monkeypatch.delenv("BRIDGE_TRUSTED_TYPES")
    with pytest.raises(UnsafeFormatError, match=r"test_rest\.Mine"):
        load_files(Skops(), files)


def test_what_is_attached_to_a_function_does_not_make_its_model_untrusted():
    def scale(x):
        return x

    scale.__module__, scale.__qualname__, scale.note = "numpy", "abs", shapes.Plain(1)
    assert Skops().handles(FunctionTransformer(scale))


@pytest.mark.parametrize(
    "materializer",
    [Skops(), Pickle(), PathContent(), for_format("members"), for_format("npy+mask")],
    ids=lambda m: m.format,
)
@pytest.mark.parametrize("junk", [b"", b"junk", b"PK\x03\x04", b"{}", b"[1]"])
def test_junk_is_refused_as_unreadable(materializer, junk):
    names = {
        "skops": "value.skops",
        "pickle": "value.pickle",
        "path": "path.json",
        "members": "index.json",
        "npy+mask": "data.npy",
    }
    with pytest.raises(UnreadableError):
        load_files(materializer, {names[materializer.format]: junk})


def test_members_each_have_their_own_format():
    frame = pd.DataFrame({"a": [1]})
    value = {
        "model": LogisticRegression(),
        1: (frame, [np.zeros(2), "x"]),
        "acc": np.float64(0.5),
        "none": None,
    }
    format, files, metadata = store(value)
    loaded = trip(value)
    assert format == "members" and {
        "0-model/value.skops",
        "1/0/value.parquet",
        "1/1/0/value.npy",
        "1/1/index.json",
        "1/index.json",
        "index.json",
    } == set(files)
    assert list(loaded) == list(value) and type(loaded[1]) is tuple and type(loaded["acc"]) is np.float64
    assert loaded[1][0].equals(frame) and loaded[1][1][0].tolist() == [0, 0]
    assert store(value)[1] == files and json.loads(json.dumps(metadata)) == metadata


def test_a_bunch_stays_a_bunch():
    bunch = load_iris(as_frame=True)
    loaded = trip(bunch)
    assert (
        type(loaded) is type(bunch)
        and loaded.frame.equals(bunch.frame)
        and loaded.target_names.tolist() == bunch.target_names.tolist()
    )
    assert format_of(bunch) == "members"


def test_the_format_says_whether_a_member_is_pickled():
    assert for_value([np.zeros(1), shapes.Plain(1)]).format == "members+pickle"
    assert trip([np.zeros(1), shapes.Plain(1)])[1] == shapes.Plain(1)
    assert [is_unsafe(f) for f in ("members", "members+pickle", "pickle", "json", "skops", "unheard-of")] == [
        False,
        True,
        True,
        False,
        False,
        True,
    ]
    assert store([pd.DataFrame({"a": [object]}), np.zeros(1)])[0] == "members+pickle"


def test_the_safe_format_never_unpickles_a_member():
    index = {"kind": "list", "members": [{"folder": "0", "format": "pickle"}]}
    files = {"index.json": json.dumps(index).encode(), "0/value.pickle": b"cos\nsystem\n(S'true'\ntR."}
    with pytest.raises(UnsafeFormatError):
        load_files(for_format("members"), files)


def test_a_container_that_holds_itself_beside_an_array_is_pickled():
    value: list = [np.zeros(2)]
    value.append(value)
    assert format_of(value) == "pickle" and trip(value)[1][0].tolist() == [0, 0]


def test_a_path_stands_for_its_content(tmp_path):
    tmp_path.joinpath("report.html").write_text("<p>")
    loaded = trip(tmp_path / "report.html")
    assert loaded.name == "report.html" and loaded.read_text() == "<p>" and loaded.parent != tmp_path
    again = trip(tmp_path / "report.html")
    again.write_text("changed")
    assert loaded.read_text() == "<p>" and tmp_path.joinpath("report.html").read_text() == "<p>"


def test_a_folder_keeps_its_files_its_empty_folders_and_what_is_executable(tmp_path):
    root = tmp_path / "data"
    (root / "a" / "b").mkdir(parents=True)
    (root / "empty").mkdir()
    (root / "a" / "b" / "x.txt").write_text("x")
    (root / "run").write_text("")
    (root / "run").chmod(0o755)
    loaded = trip(root)
    assert loaded.name == "data"
    assert sorted(p.relative_to(loaded).as_posix() for p in loaded.rglob("*")) == [
        "a",
        "a/b",
        "a/b/x.txt",
        "empty",
        "run",
    ]
    assert (loaded / "run").stat().st_mode & 0o100 and not (loaded / "a/b/x.txt").stat().st_mode & 0o100
    assert store(root)[1] == store(root)[1]
    (tmp_path / "none").mkdir()
    assert list(trip(tmp_path / "none").iterdir()) == []


def test_paths_that_have_no_content_of_their_own_are_refused(tmp_path):
    with pytest.raises(UnstorableError, match=r"cannot be read.*str\(path\)"):
        store(tmp_path / "missing")
    (tmp_path / "link").symlink_to("/etc")
    with pytest.raises(UnstorableError, match="symbolic link"):
        store(tmp_path)
    with pytest.raises(UnstorableError, match="neither a file nor a folder"):
        store(Path("/dev/null"))


@pytest.mark.parametrize("name", ["../evil", "/evil", "..", "a/../../evil", ""])
def test_an_index_that_names_a_place_outside_is_refused(name):
    index = {"kind": "folder", "name": "x", "folders": [name], "executable": []}
    with pytest.raises(UnreadableError):
        load_files(PathContent(), {"path.json": json.dumps(index).encode()})
    with pytest.raises(UnreadableError):
        load_files(PathContent(), {"path.json": json.dumps({**index, "folders": [], "name": name}).encode()})


def test_what_no_process_can_read_back_is_refused_by_name_with_the_way_out():
    with socket.socket() as opened, Path(__file__).open() as file:
        for value in (threading.Lock(), (i for i in range(3)), opened, file, {"a": [threading.Lock()]}):
            with pytest.raises(UnstorableError, match=r"output=None"):
                store(value)
    with pytest.raises(UnstorableError, match=r"_thread\.lock"):
        store(threading.Lock())


def test_local_classes_and_lambdas_are_stored():
    class Local:
        x = 1

    assert trip(Local()).x == 1 and trip(lambda a: a + 1)(1) == 2


def test_a_class_of_main_is_read_by_another_process(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        "import dataclasses, sys\nfrom tests.materializers.trips import store\n"
        "@dataclasses.dataclass\nclass C:\n    x: int\n"
        "sys.stdout.buffer.write(store(C(3))[1]['value.pickle'])\n"
    )
    made = subprocess.run(
        [sys.executable, script], capture_output=True, check=True, env={"PYTHONPATH": str(Path.cwd())}
    )
    assert load_files(Pickle(), {"value.pickle": made.stdout}).x == 3


def test_importing_the_room_and_storing_json_loads_no_library():
    code = (
        "import sys, bridge.materializers as m; m.for_value({'a': [1, (2,)]}); m.type_name(1);"
        "heavy = {'numpy', 'pandas', 'sklearn', 'pydantic', 'pyarrow', 'skops', 'cloudpickle'};"
        "sys.exit(' '.join(sorted(heavy & set(sys.modules))))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stderr == "\n"


def test_type_names_are_those_that_people_write():
    assert type_name(pd.DataFrame()) == "pandas.DataFrame" and type_name(np.zeros(1)) == "numpy.ndarray"
    assert type_name(LogisticRegression()) == "sklearn.linear_model.LogisticRegression"
    assert type_name(None) == "NoneType" and type_name(shapes.Plain(1)) == "tests.materializers.shapes.Plain"


class Upper:
    format = "upper"

    def handles(self, value):
        return value == "special"

    def save(self, value, sink):
        return {}

    def load(self, source):
        return "special"


def test_a_registered_materializer_is_asked_first_or_before_another():
    registry = Registry([Bytes(), Pickle()])
    registry.register(Upper())
    assert registry.formats() == ("upper", "bytes", "pickle") and registry.for_value("special").format == "upper"
    registry.register(Upper(), before="pickle")
    assert registry.formats() == ("bytes", "upper", "pickle")
    with pytest.raises(FormatUnknownError):
        registry.register(Upper(), before="nope")
    with pytest.raises(TypeError):
        registry.register(object())


def test_an_unknown_format_names_those_that_there_are():
    with pytest.raises(FormatUnknownError, match="json"):
        for_format("unheard-of")


def test_a_plugin_that_fails_is_a_warning_and_the_others_work(monkeypatch, caplog):
    class Entry:
        def __init__(self, load):
            self.load = load

    def broken():
        raise RuntimeError("no")

    entries = [Entry(broken), Entry(lambda: object()), Entry(lambda: [Upper])]
    monkeypatch.setattr("bridge.materializers.registry.entry_points", lambda group: entries)
    registry = Registry([Bytes(), Pickle()], group="bridge.materializers")
    assert registry.for_value("special").format == "upper" and registry.for_value(object()).format == "pickle"
    assert len(caplog.records) == 2


def test_a_value_that_nothing_handles_is_refused_with_its_type():
    with pytest.raises(UnstorableError, match=r"decimal\.Decimal|int"):
        Registry([Bytes()]).for_value(1)


def test_the_public_names_are_sorted_and_there():
    names = bridge.materializers.__all__
    assert names == sorted(names) and all(hasattr(bridge.materializers, name) for name in names)


@dataclasses.dataclass
class Split:
    train: np.ndarray
    test: pd.DataFrame
    name: str = "split"


class Fitted(BaseModel):
    model_config = ConfigDict(arbitrary_types_allowed=True)
    weights: np.ndarray
    score: float = 0.5


class Pair(NamedTuple):
    left: np.ndarray
    right: int


@pytest.mark.parametrize(
    "value",
    [
        Split(np.arange(3), pd.DataFrame({"a": [1]})),
        Fitted(weights=np.arange(3)),
        Pair(np.arange(3), 2),
        OrderedDict(b=np.arange(3), a=1),
        {"inside": [Split(np.arange(3), pd.DataFrame({"a": [1]}))]},
    ],
    ids=lambda value: type(value).__name__,
)
def test_fields_of_users_own_classes_each_have_their_own_format(value):
    format, files, _ = store(value)
    loaded = trip(value)
    assert format == "members" and any(path.endswith("value.npy") for path in files)
    assert type(loaded) is type(value) and repr(loaded) == repr(value) and store(loaded)[1] == files


def test_a_class_whose_place_is_not_known_is_pickled():
    @dataclasses.dataclass
    class Inner:
        data: np.ndarray

    assert format_of(Inner(np.zeros(1))) == "pickle"


def test_an_index_that_names_another_kind_of_class_makes_nothing():
    format, files, _ = store(Pair(np.arange(3), 2))
    broken = files["index.json"].replace(b"test_rest:Pair", b"test_rest:Path")
    assert broken != files["index.json"]
    with pytest.raises(UnreadableError, match="not a class of the kind namedtuple"):
        load_files(for_format(format), {**files, "index.json": broken})
