"""What the examples register is what MLflow loads and serves, in processes that know nothing of bridge."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from mlflow.tracking import MlflowClient

from tests.frameworks.conftest import ASKED, ROOT, Place, Trained, asked
from tests.tracking.conftest import mlflow_remarks

for library in ("torch", "xgboost", "keras"):
    pytest.importorskip(library)

pytestmark = [pytest.mark.matrix, *mlflow_remarks]

FRAME = 'bridge.load("{flow}/split.1").drop(columns="target").head(5)'
ARRAY = 'bridge.load("{flow}/load_data.1")[:5]'
EXAMPLES = {
    "forest": ("wines", FRAME.format(flow="tell-wines-apart"), "original.predict(rows)"),
    "booster": ("diabetes", FRAME.format(flow="predict-diabetes"), "original.predict(xgboost.DMatrix(rows))"),
    "network": ("digits", ARRAY.format(flow="read-digits"), "original(torch.from_numpy(rows)).detach().numpy()"),
    "layers": ("irises", ARRAY.format(flow="tell-irises-apart"), "original.predict(rows, verbose=0)"),
}

LOADING = """
import json, os, sys
import mlflow, numpy, pandas
with open(sys.argv[1]) as file:
    models = json.load(file)
answers = {}
for name, rows in models.items():
    model = mlflow.pyfunc.load_model(f"models:/{name}/1")
    frame = rows.get("dataframe_split")
    given = pandas.DataFrame(**frame) if frame else numpy.array(rows["inputs"], "float32")
    answers[name] = numpy.asarray(model.predict(given)).tolist()
assert "bridge" not in sys.modules
print(json.dumps(answers))
"""


@pytest.fixture(scope="module")
def trained(place: Place) -> dict[str, Trained]:
    """Every example, run as a script."""
    return dict(_run(place))


def _run(place: Place) -> Iterator[tuple[str, Trained]]:
    for script, (model, rows, answers) in EXAMPLES.items():
        source = (ROOT / "examples" / "frameworks" / f"{script}.py").read_text()
        lines = place.python(source + ASKED.format(rows=rows, model=model, answers=answers)).splitlines()
        given, answered = json.loads(lines[-1])
        yield script, Trained(model, given, answered, lines[-3])


@pytest.fixture(scope="module")
def loaded(place: Place, trained: dict[str, Trained]) -> dict[str, Any]:
    """What every model answers in a process that has MLflow only."""
    asked = place.folder / "asked.json"
    asked.write_text(json.dumps({one.model: one.rows for one in trained.values()}))
    answers: dict[str, Any] = json.loads(place.python(LOADING, str(asked)).splitlines()[-1])
    return answers


@pytest.mark.parametrize("script", list(EXAMPLES))
def test_what_an_example_registers_is_tied_to_its_data_and_its_run(
    script: str, place: Place, trained: dict[str, Trained]
) -> None:
    one, client = trained[script], MlflowClient(place.tracking)
    assert one.said.startswith(f"models:/{one.model}/1: ")
    version = client.get_model_version(one.model, "1")
    run = client.get_run(str(version.run_id))
    assert run.info.status == "FINISHED"
    assert set(run.data.metrics) & {"accuracy", "mean_absolute_error"}
    assert version.tags["bridge.data"]


@pytest.mark.parametrize("script", list(EXAMPLES))
def test_pyfunc_answers_as_the_model_that_was_trained(
    script: str, trained: dict[str, Trained], loaded: dict[str, Any]
) -> None:
    one = trained[script]
    np.testing.assert_allclose(loaded[one.model], one.answers, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("script", list(EXAMPLES))
def test_a_served_model_answers_as_the_model_that_was_trained(
    script: str, place: Place, trained: dict[str, Trained]
) -> None:
    one = trained[script]
    uri = f"models:/{one.model}/1"
    if script == "forest":
        MlflowClient(place.tracking).set_registered_model_alias(one.model, "champion", "1")
        uri = f"models:/{one.model}@champion"
    with place.serving(uri) as url:
        np.testing.assert_allclose(asked(url, one.rows), one.answers, rtol=1e-5, atol=1e-6)
