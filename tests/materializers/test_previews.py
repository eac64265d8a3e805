"""What is shown of values: bounded in bytes, in time, and in what is looked at."""

from __future__ import annotations

import io
import json
import logging
import subprocess
import sys
import time
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from bridge.domain.preview import LIMIT, PNG, Preview
from bridge.materializers import for_format, for_value, preview_of
from bridge.materializers.previews.distribution import SAMPLE, distribution, places
from bridge.materializers.previews.shortened import cell

LARGE = 1 << 20


def shown(value: object, size: int = LARGE) -> Preview | None:
    return preview_of(value, for_value(value), size=size)


def facts(value: object) -> dict[str, Any]:
    made = shown(value)
    assert made is not None
    return made.facts


def columns() -> dict[str, Any]:
    return {"n": [1, 2, None], "s": ["x", None, "z"], "b": [True, False, True]}


@pytest.mark.parametrize(
    "frame",
    [
        pd.DataFrame({**columns(), "n": pd.array([1, 2, None], dtype="Int64")}),
        pd.DataFrame(columns()).convert_dtypes(dtype_backend="pyarrow"),
        pl.DataFrame(columns()),
        pa.table(columns()),
        pa.RecordBatch.from_pydict(columns()),
    ],
    ids=["pandas", "pandas with arrow", "polars", "pyarrow", "record batch"],
)
def test_a_table_shows_the_same_whichever_library_it_is_of(frame: object) -> None:
    told = facts(frame)
    assert told["rows"] == [[1, "x", True], [2, None, False], [None, "z", True]]
    assert [name for name, _ in told["columns"]] == ["n", "s", "b"]
    assert told["of"] == [3, 3]
    spread = told["spread"]["0"]
    assert (spread["sampled"], spread["missing"], spread["min"], spread["max"]) == (3, 1, 1, 2)
    assert spread["counts"] == [1, 0, 0, 0, 0, 0, 0, 0, 0, 1]
    assert told["spread"]["2"]["missing"] == 0


def test_moments_are_spread_too_with_and_without_time_zones() -> None:
    days = pd.date_range("2020-01-01", periods=11, tz="Europe/Berlin")
    frame = pd.DataFrame({"here": days, "plain": days.tz_localize(None)})
    kinds = (pa.timestamp("us", tz="Europe/Berlin"), pa.timestamp("us"))
    arrays = [pa.array(frame[name].tolist(), kind) for name, kind in zip(frame, kinds, strict=True)]
    table = pa.table(arrays, names=list(frame))
    for each in (frame, pl.from_arrow(table), table):
        for place, least in (("0", "2019-12-31T23:00:00"), ("1", "2020-01-01T00:00:00")):
            spread = facts(each)["spread"][place]
            assert spread["min"] == least
            assert spread["counts"] == [1] * 9 + [2]


def test_labels_of_rows_are_shown_where_they_are_more_than_numbers() -> None:
    frame = pd.DataFrame({"a": [1, 2]}, index=["x", "y"])
    assert facts(frame)["index"] == ["x", "y"]
    assert facts(frame["a"])["index"] == ["x", "y"]
    assert "index" not in facts(frame.reset_index(drop=True))
    assert facts(pd.MultiIndex.from_product([["a", "b"], [1, 2]]))["rows"][3] == ["b", 2]


def test_duplicate_and_odd_column_names_are_shown() -> None:
    frame = pd.DataFrame([[1, 2.5, "x"]], columns=["a", "a", 7])
    assert facts(frame)["columns"] == [["a", "int64"], ["a", "float64"], ["7", "str"]]
    assert facts(frame)["spread"]["1"]["max"] == 2.5


def test_a_column_of_text_has_no_spread_and_nan_in_it_is_nothing() -> None:
    told = facts(pd.DataFrame({"s": ["a", None]}, dtype=object))
    assert (told["rows"], told["spread"]) == ([["a"], [None]], {})


def test_a_large_table_is_looked_at_in_ten_rows_and_a_sample() -> None:
    rows = 1_000_003
    told = facts(pd.DataFrame({"a": np.arange(rows), "b": "text"}))
    assert len(told["rows"]) == 10
    assert told["of"] == [rows, 2]
    assert 0.9 * SAMPLE <= told["spread"]["0"]["sampled"] <= SAMPLE


def test_a_wide_table_with_long_texts_fits() -> None:
    frame = pd.DataFrame({f"{i}{'Ω' * 300}": ["🦦" * 1000] * 20 for i in range(500)})
    made = shown(frame)
    assert made is not None
    assert len(made.data) <= LIMIT
    assert made.facts["of"] == [20, 500]
    assert 1 <= len(made.facts["columns"]) <= 50


def test_a_sample_is_not_of_one_column_alone() -> None:
    array = np.tile(np.arange(10.0), (100_000, 1))
    told = facts(array)["spread"]
    assert (told["sampled"], told["of"], told["min"], told["max"]) == (SAMPLE, 1_000_000, 0.0, 9.0)
    assert min(told["counts"]) > SAMPLE / 20


@given(st.integers(min_value=0, max_value=10**15))
def test_places_of_a_sample_are_different_and_within(size: int) -> None:
    found = places(size)
    assert len(found) == min(size, SAMPLE)
    assert len(np.unique(found)) == len(found)
    assert not len(found) or 0 <= found.min() <= found.max() < size


@pytest.mark.parametrize(
    "array",
    [
        np.array(3),
        np.zeros((0, 3)),
        np.array([np.nan, np.inf, -np.inf]),
        np.array([1e308, -1e308]),
        np.array([2**64 - 1, 0], dtype=np.uint64),
        np.array([1e300], dtype=np.longdouble),
        np.array([60000.0] * 9, dtype=np.float16),
        np.array(["NaT", "2020-01-01"], dtype="M8[ns]"),
        np.array([1 + 2j]),
        np.array([(1, 2.0)], dtype=[("a", "i4"), ("b", "f8")]),
        np.array(["a" * 10_000] * 100),
        np.arange(3**9).reshape((3,) * 9),
        np.asfortranarray(np.random.default_rng(0).random((300, 70))).T[::3],
        np.ma.masked_array(np.arange(100_000), np.arange(100_000) % 2),
    ],
    ids=lambda array: f"{array.dtype}{array.shape}"[:40],
)
def test_any_array_has_a_preview_that_is_json(array: Any) -> None:
    made = shown(array)
    assert made is not None
    assert "NaN" not in made.data.decode()
    assert made.facts["text"]


def test_what_a_mask_hides_is_missing() -> None:
    told = facts(np.ma.masked_array([1, 50, 3], [False, True, False]))
    assert (told["text"], told["spread"]["missing"], told["spread"]["max"]) == ("[1 -- 3]", 1, 3)


def test_spread_of_nothing_known_says_how_much_is_missing() -> None:
    assert distribution(np.array([np.nan]), of=7) == {"sampled": 1, "of": 7, "missing": 1}


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "YCbCr", "HSV", "I", "F", "I;16"])
def test_a_picture_of_any_mode_has_a_thumbnail(mode: str) -> None:
    made = shown(Image.new(mode, (3000, 40)))
    assert made is not None
    with Image.open(io.BytesIO(made.data)) as small:
        small.load()
        assert small.size == (256, 3)


def test_a_thumbnail_carries_pixels_and_nothing_else() -> None:
    image = Image.new("RGB", (10, 20), "red")
    image.info = {"Comment": "secret", "exif": b"secret"}
    made = shown(image)
    assert made is not None
    assert b"secret" not in made.data
    with Image.open(io.BytesIO(made.data)) as small:
        assert (small.size, small.getpixel((5, 5))) == ((10, 20), (255, 0, 0))
    assert image.info


def test_noise_is_made_smaller_until_it_fits() -> None:
    made = shown(Image.fromarray(np.random.default_rng(0).integers(0, 255, (900, 900, 4), dtype=np.uint8)))
    assert made is not None
    assert len(made.data) <= LIMIT


def test_a_figure_is_shown_as_it_was_drawn_or_drawn_small() -> None:
    import matplotlib.pyplot as plt
    from matplotlib.figure import Figure

    plt.switch_backend("Agg")
    drawn, axes = plt.subplots()
    axes.plot([1, 3, 2])
    drawn.savefig(io.BytesIO())
    fresh = Figure(figsize=(4, 8))
    fresh.subplots().plot([1, 3, 2])
    for figure, size in ((drawn, (256, 192)), (fresh, (128, 256))):
        before = figure.dpi, tuple(figure.get_size_inches())
        made = shown(figure)
        assert made is not None
        assert made.media_type == PNG
        with Image.open(io.BytesIO(made.data)) as small:
            assert small.size == size
            assert len(set(small.convert("L").tobytes())) > 10
        assert (figure.dpi, tuple(figure.get_size_inches())) == before
    heavy = Figure()
    heavy.subplots().plot(np.arange(200_000))
    assert shown(heavy) is None, "drawing it once more would take long"
    plt.close(drawn)


def test_a_text_shows_its_first_lines() -> None:
    made = shown("first\n\tsecond\n" + "x" * 100_000)
    assert made is not None
    assert made.text.splitlines()[:2] == ["first", "\tsecond"]
    assert len(made.text) < 500


def test_a_container_shows_its_first_members_without_looking_into_the_rest() -> None:
    told = facts(
        {
            "frame": pd.DataFrame({"a": [1]}),
            "rate": 0.1,
            3: [np.zeros((2, 2))] * 9,
            **dict.fromkeys("abcdefghijklmnopqrstuvwxyz"),
        }
    )
    assert told["length"] == 29
    assert len(told["members"]) == 20
    assert told["members"][:3] == [
        ["frame", "pandas.DataFrame", "<pandas.DataFrame (1, 1)>"],
        ["rate", "float", "0.1"],
        ["3", "list", f"[{'<numpy.ndarray (2, 2)>, ' * 4}..."[:79] + "…"],
    ]
    assert cell([dict.fromkeys((3, 1, 2, 9, 8), 0)]) == "[{3: 0, 1: 0, 2: 0, 9: 0, ...}]", "not sorted"


def test_small_json_values_have_no_preview_and_large_ones_have() -> None:
    for value in (0.93, "short", [1, 2], None, {"a": (1, 2)}):
        assert shown(value, size=10) is None
    assert shown(list(range(1000)), size=4000) is not None


def test_a_model_shows_what_its_library_writes() -> None:
    from sklearn.linear_model import Ridge
    from sklearn.pipeline import make_pipeline

    made = shown(make_pipeline(Ridge(alpha=3.0)))
    assert made is not None
    assert (made.kind, "Ridge(alpha=3.0)" in made.text) == ("model", True)
    assert shown(lambda: 0) is None


class Loud:
    def __repr__(self) -> str:
        raise RuntimeError("do not print me")

    __str__ = __repr__


def test_an_objects_own_text_is_never_asked_for() -> None:
    assert cell(Loud()) == "<tests.materializers.test_previews.Loud>"
    assert cell({"a": [Loud()]}) == "{'a': [<tests.materializers.test_previews.Loud>]}"
    assert cell(10**5000) == f"{hex(10**5000)[:79]}…"
    assert [cell(one) for one in (np.float32(0.1), np.int8(3), np.datetime64("2020", "ns"))] == [
        0.1,
        3,
        "2020-01-01T00:00:00.000000000",
    ]


class Held:
    """A value of a project's own."""


class HeldFile:
    format = "held"

    def handles(self, value: object) -> bool:
        return isinstance(value, Held)

    def __init__(self, give: Any) -> None:
        self._give = give

    def preview(self, value: Held) -> Any:
        return self._give(value)


def test_a_materializer_of_a_projects_own_may_give_one() -> None:
    made = preview_of(Held(), HeldFile(lambda value: Preview.of("held", {"edges": 3})), size=1)
    assert made is not None
    assert (made.kind, made.facts) == ("held", {"edges": 3})


def fail(value: object) -> Preview:
    raise ZeroDivisionError("no")


@pytest.mark.parametrize(
    "give",
    [
        fail,
        lambda _: {"rows": 3},
        lambda _: Preview.of("held", {"a": float("nan")}),
        lambda _: Preview.of_text("x" * LARGE),
    ],
    ids=["raises", "gives something else", "gives what is no JSON", "gives too much"],
)
def test_a_preview_that_fails_is_left_out_with_a_line_for_the_curious(
    give: Any, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG, "bridge.materializers"):
        assert preview_of(Held(), HeldFile(give), size=1) is None
    (line,) = caplog.records
    assert line.levelno == logging.DEBUG
    assert "'held'" in line.message or "held" in line.getMessage()


def test_when_the_time_is_over_the_rest_is_left_out() -> None:
    frame = pd.DataFrame(np.zeros((100, 50)))
    materializer = for_format("pandas+parquet")
    assert preview_of(frame, materializer, size=LARGE, within=0.0) is None
    made = preview_of(frame, materializer, size=LARGE, within=60.0)
    assert made is not None
    assert len(made.facts["columns"]) == 50
    assert len(made.facts["spread"]) == 20

    from bridge.materializers.previews.table import table

    def head(place: int) -> list[int]:
        time.sleep(0.05)
        return [place]

    cut = table([("c", "int")] * 50, rows=1, width=50, head=head, sample=lambda _: None, until=time.monotonic() + 0.2)
    assert cut is not None
    assert 1 <= len(cut.facts["columns"]) < 50


def test_no_library_is_imported_that_the_value_has_not_loaded() -> None:
    code = (
        "import sys; from bridge.materializers import for_value, preview_of\n"
        "value = {'scores': list(range(9999)), 'text': 'x' * 9999}\n"
        "assert all(preview_of(each, for_value(each), size=99999) for each in (value, 'y' * 9999))\n"
        "print(sorted({'numpy', 'pandas', 'polars', 'pyarrow', 'PIL', 'matplotlib', 'sklearn'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True)
    assert (done.stdout.strip(), done.stderr) == ("[]", "")


def test_a_column_that_cannot_be_looked_at_costs_the_others_nothing() -> None:
    from bridge.materializers.previews.table import table

    def sample(place: int) -> Any:
        return np.arange(3) if place else fail(place)

    made = table([("a", "?"), ("b", "int")], rows=3, width=2, head=lambda _: [1], sample=sample, until=float("inf"))
    assert made is not None
    assert list(made.facts["spread"]) == ["1"]
    assert made.facts["rows"] == [[1, 1]]


def test_a_preview_larger_than_the_limit_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="at most 65536"):
        Preview("x", PNG, b"\0" * (LIMIT + 1))
    assert json.loads(Preview.of("x", {"a": "\udcff"}).data) == {"a": "\udcff"}
