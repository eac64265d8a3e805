"""Rows that a model takes are found among the data of its step, and nothing that it does not take is taken for them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from bridge.domain.version import Version, VersionRef
from bridge.tracking.flavours import Wanted, flavour_of
from bridge.tracking.registry import Registration, Rows
from bridge.tracking.registry.fitting import inputs_among
from bridge.tracking.registry.interface import Interface, interface_of
from bridge.tracking.registry.rows import FEW, LARGEST, rows_of
from tests.tracking.conftest import mlflow_remarks

pytestmark = mlflow_remarks

FRAME = pd.DataFrame({"id": range(9), "a": np.linspace(0, 1, 9), "b": np.linspace(2, 5, 9), "y": [0, 1, 0] * 3})
LABELS = FRAME["y"]


def rows(**values: Any) -> tuple[Rows, ...]:
    """What is known of a step's parameters."""
    found = []
    for name, value in values.items():
        found += rows_of(value, slot=name, version_of=lambda _, name=name: VersionRef(name, 1))
    return tuple(found)


def interface(model: Any, *, read: Any = None, unseen: tuple[Version, ...] = (), **values: Any) -> Interface:
    flavour = flavour_of(model)
    assert flavour is not None
    registration = Registration("m", version("m"), rows=rows(**values), unseen=unseen)
    return interface_of(model, flavour, registration, read or (lambda _: None))


def version(name: str, size: int = 100) -> Version:
    from datetime import datetime, timezone

    return Version(
        VersionRef(name, 1), "blake3:00", "parquet", "DataFrame", size, datetime(2026, 1, 1, tzinfo=timezone.utc)
    )


def test_columns_dropped_before_fit_are_dropped_from_the_example() -> None:
    found = interface(LogisticRegression().fit(FRAME[["b", "a"]], LABELS), data=FRAME)
    assert [column["name"] for column in found.types["inputs"]] == ["b", "a"]
    assert list(found.example.columns) == ["b", "a"]
    assert len(found.example) == FEW
    assert str(found.version) == "data@1"


def test_a_pipeline_says_what_its_first_step_takes() -> None:
    model = make_pipeline(StandardScaler(), LogisticRegression()).fit(FRAME[["a", "b"]], LABELS)
    assert [column["name"] for column in interface(model, data=FRAME).types["inputs"]] == ["a", "b"]


def test_an_array_with_as_many_columns_is_the_input_and_the_answers_are_not() -> None:
    features, answers = FRAME[["a", "b"]].to_numpy(), FRAME[["a", "b"]].to_numpy() * 2
    model = LinearRegression().fit(features, answers)
    found = interface(model, y=answers, x=features)
    assert str(found.version) == "x@1"
    assert found.types["inputs"] == [{"type": "tensor", "tensor-spec": {"dtype": "float64", "shape": [-1, 2]}}]


def test_a_frame_is_the_input_of_a_model_without_names_only_where_the_labels_came_by_themselves() -> None:
    model = LinearRegression().fit(FRAME[["a", "b"]].to_numpy(), LABELS)
    assert interface(model, x=FRAME[["a", "b"]], y=LABELS).types["inputs"][0]["type"] == "tensor"
    squares = LinearRegression().fit(np.column_stack([FRAME["a"], FRAME["a"] ** 2]), LABELS)
    found = interface(squares, data=FRAME[["a", "y"]])
    assert found == Interface(why_not=found.why_not)
    assert "columns or the shape" in found.why_not


def test_texts_are_the_input_of_a_vectorizer_and_labels_are_not() -> None:
    texts, labels = ["good day", "bad day", "fine"] * 3, ["pos", "neg", "pos"] * 3
    model = make_pipeline(TfidfVectorizer(), LogisticRegression()).fit(texts, labels)
    found = interface(model, labels=labels, texts=texts)
    assert str(found.version) == "texts@1"
    assert found.example.tolist() == texts[:FEW]


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"data": FRAME[["a"]]},
        {"data": FRAME.rename(columns={"a": "other"})},
        {"data": FRAME["a"]},
        {"data": {"X": "text"}},
        {"data": 3},
        {"data": pd.concat([FRAME, FRAME], axis=1)},
    ],
    ids=["nothing", "too few", "other names", "a series", "a dict of text", "a number", "names twice"],
)
def test_what_does_not_fit_gives_no_signature_and_says_why(values: dict[str, Any]) -> None:
    found = interface(LogisticRegression().fit(FRAME[["a", "b"]], LABELS), **values)
    assert (found.signature, found.example, found.version) == (None, None, None)
    assert found.why_not


def test_a_model_that_was_not_fitted_has_no_signature() -> None:
    assert "does not say" in interface(LogisticRegression(), data=FRAME).why_not


def test_a_model_that_raises_for_its_own_rows_has_no_signature() -> None:
    class Raising(LogisticRegression):
        def predict(self, X: Any) -> Any:
            raise RuntimeError("no")

    found = interface(Raising().fit(FRAME[["a", "b"]], LABELS), data=FRAME)
    assert "data@1" in found.why_not and "RuntimeError: no" in found.why_not


def test_rows_that_are_not_to_be_kept_give_types_and_no_example() -> None:
    model = LogisticRegression().fit(FRAME[["a", "b"]], LABELS)
    hidden = rows_of(FRAME, slot="x", version_of=lambda _: VersionRef("x", 1), shown=lambda _: False)
    flavour = flavour_of(model)
    assert flavour is not None
    found = interface_of(model, flavour, Registration("m", version("m"), rows=tuple(hidden)), lambda _: None)
    assert found.example is None
    assert len(found.types["inputs"]) == 2


def test_a_small_version_that_the_step_loaded_by_hand_is_read_and_a_large_one_is_not() -> None:
    model = LogisticRegression().fit(FRAME[["a", "b"]], LABELS)
    asked: list[str] = []

    def read(one: Version) -> Any:
        asked.append(one.ref.name)
        return FRAME

    found = interface(model, read=read, unseen=(version("large", 1 << 40), version("small")))
    assert (str(found.version), asked) == ("small@1", ["small"])


def test_an_image_as_large_as_an_example_may_be_comes_alone_and_a_larger_one_not_at_all() -> None:
    (one,) = rows(x=np.zeros((9, LARGEST // 4), "uint8"))
    assert len(one.head) == 1 or one.head.nbytes <= LARGEST
    assert rows(x=np.zeros((2, LARGEST + 1), "uint8")) == ()


def test_members_of_containers_are_looked_at_one_by_one() -> None:
    assert [one.slot for one in rows(data={"X": FRAME, "note": "text", "y": LABELS})] == ["data.X", "data.y"]
    assert [one.length for one in rows(data=(FRAME, LABELS[:4]))] == [9, 4]


def test_rows_are_copies() -> None:
    frame = FRAME.copy()
    (one,) = rows(x=frame)
    frame.loc[:, "a"] = -1.0
    assert one.head["a"].iloc[1] == FRAME["a"].iloc[1]


def test_a_model_that_says_nothing_takes_nothing() -> None:
    assert list(inputs_among(rows(x=FRAME), Wanted())) == []
