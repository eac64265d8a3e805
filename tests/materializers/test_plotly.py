from __future__ import annotations

import datetime

import numpy as np
import pandas as pd
import pytest

from bridge.domain.errors import UnreadableError
from bridge.materializers import for_format
from bridge.testing.materializer import MaterializerContract, load_files
from tests.materializers.trips import store

go = pytest.importorskip("plotly.graph_objects")


class TestPlotlyFigure(MaterializerContract):
    format, materializer = "plotly", for_format("plotly")

    def values(self):
        points = go.Scatter(x=np.arange(3), y=[1, None, 3.5], customdata=np.ones((3, 2)), name="é")
        days = go.Bar(x=[datetime.date(2026, 1, 1)], y=pd.Series([1.5]), text=["a"])
        moving = go.Figure(points, frames=[go.Frame(data=[go.Scatter(y=[1])], name="one")])
        return [
            go.Figure(),
            go.Figure([points, days], layout={"title": "Loss", "template": "plotly_dark"}),
            moving,
            go.Figure(go.Heatmap(z=np.eye(3))),
        ]

    def same(self, left, right):
        return type(left) is type(right) and left == right and store(left)[1] == store(right)[1]


def test_facts_of_a_figure_tell_its_traces():
    figure = go.Figure(go.Scatter(y=[1]), layout={"title": "Loss"})
    assert store(figure)[2] == {"traces": ["scatter"], "title": "Loss"}


def test_a_figure_that_plotly_does_not_know_is_refused():
    files = store(go.Figure(go.Scatter(y=[1])))[1]
    with pytest.raises(UnreadableError):
        load_files(
            for_format("plotly"), {**files, "index.json": files["index.json"].replace(b'"scatter"', b'"nothing"')}
        )
