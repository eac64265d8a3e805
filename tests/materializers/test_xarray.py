from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from bridge.domain.errors import UnreadableError
from bridge.materializers import for_format
from bridge.testing.materializer import MaterializerContract, load_files
from tests.materializers.trips import format_of, store, trip

xr = pytest.importorskip("xarray")


def weather():
    days = pd.date_range("2026-01-01", periods=3)
    return xr.Dataset(
        {"temperature": (("city", "day"), np.arange(6.0).reshape(2, 3), {"unit": "C"}), "source": ((), "é")},
        coords={"city": ["Rome", "Bern"], "day": days, "height": ("city", np.float32([21, 540]))},
        attrs={"levels": np.arange(3), "licence": "CC0"},
    )


class TestXarray(MaterializerContract):
    format, materializer = "xarray", for_format("xarray")

    def values(self):
        data = weather()
        stacked = data.stack(place=("city", "day"))
        tree = xr.DataTree.from_dict({"/": data, "/b/c": data.rename({"city": "town"})}, name="root")
        return [
            data,
            data.temperature,
            data.temperature.rename(None),
            data.temperature.rename(("a", 1)),
            data.height,
            data.day,
            stacked,
            stacked.temperature,
            data.drop_indexes("city"),
            data.isel(city=0),
            data.expand_dims("new"),
            xr.Dataset(),
            xr.DataArray(3),
            xr.Dataset({"o": ("i", np.array(["a", None], object))}),
            xr.Variable("x", [1, 2], {"a": 1}),
            tree,
        ]

    def same(self, left, right):
        if type(left) is not type(right) or not left.identical(right):
            return False
        if isinstance(left, (xr.Dataset, xr.DataArray)):
            same_indexes = {n: type(i) for n, i in left.xindexes.items()} == {
                n: type(i) for n, i in right.xindexes.items()
            }
            return (
                same_indexes
                and list(left.coords) == list(right.coords)
                and all(left[name].dtype == right[name].dtype for name in right.coords)
            )
        return True


def test_encodings_are_kept_but_for_the_path_of_the_file():
    data = weather()
    data.encoding = {"unlimited_dims": {"day"}, "source": "/data/a.nc"}
    data.temperature.encoding = {"dtype": np.dtype("f4"), "scale_factor": 0.1, "source": "/data/a.nc"}
    loaded = trip(data)
    assert loaded.encoding == {"unlimited_dims": {"day"}}
    assert loaded.temperature.encoding == {"dtype": np.dtype("f4"), "scale_factor": 0.1}


def test_a_variable_that_changed_costs_only_its_own_file():
    before, after = weather(), weather()
    after["source"] = ((), "ü")
    old, new = store(before)[1], store(after)[1]
    assert sum(old.get(path) != new[path] for path in new) == 1


def test_what_cannot_be_told_exactly_is_pickled():
    unknown = weather().assign_attrs(model=object())
    assert format_of(unknown) == "pickle"


def test_a_part_of_a_tree_takes_along_what_it_has_from_above():
    tree = xr.DataTree.from_dict({"/": weather(), "/b/c": weather().rename({"city": "town"})})
    loaded = trip(tree["b"])
    assert loaded.path == "/" and loaded.to_dataset().identical(tree["b"].to_dataset())
    assert loaded["c"].to_dataset().identical(tree["b/c"].to_dataset())


def test_facts_tell_sizes_and_variables():
    facts = store(weather())[2]
    assert facts["sizes"] == {"city": 2, "day": 3} and ["temperature", "float64"] in facts["variables"]


@pytest.mark.parametrize("junk", [b"", b"{}", b'{"kind": "dict", "members": []}', b'{"kind": "list", "members": [1]}'])
def test_junk_is_refused_as_unreadable(junk):
    with pytest.raises(UnreadableError):
        load_files(for_format("xarray"), {"index.json": junk})
