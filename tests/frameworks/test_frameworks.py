"""What the examples register is what MLflow loads and serves, in processes that know nothing of bridge."""

from __future__ import annotations

import json

import numpy as np
import pytest
from mlflow.tracking import MlflowClient

from tests.frameworks.conftest import ASKED, ROOT, Place, Trained, asked
from tests.tracking.conftest import mlflow_remarks

for library in ("torch", "xgboost", "keras"):
    pytest.importorskip(library)

pytestmark = [pytest.mark.matrix, pytest.mark.timeout(600), *mlflow_remarks]

FRAME = 'bridge.load("{flow}/split.1").drop(columns="target").head(5)'
ARRAY = 'bridge.load("{flow}/load_data.1")[:5]'
EXAMPLES = {
    "forest": ("wines", FRAME.format(flow="tell-wines-apart"), "original.predict(rows)"),
    "booster": ("diabetes", FRAME.format(flow="predict-diabetes"), "original.predict(xgboost.DMatrix(rows))"),
    "network": ("digits", ARRAY.format(flow="read-digits"), "original(torch.from_numpy(rows)).detach().numpy()"),
    "layers": ("irises", ARRAY.format(flow="tell-irises-apart"), "original.predict(rows, verbose=0)"),
}

LOADING = """
import json, sys
sys.modules["bridge"] = None  # as where it is not installed
import mlflow, numpy, pandas
uri, file = sys.argv[1:]
with open(file) as text:
    rows = json.load(text)
frame = rows.get("dataframe_split")
given = pandas.DataFrame(**frame) if frame else numpy.array(rows["inputs"], "float32")
answers = numpy.asarray(mlflow.pyfunc.load_model(uri).predict(given))
print(json.dumps(answers.tolist()))
"""


@pytest.fixture(scope="module", params=list(EXAMPLES))
def trained(request: pytest.FixtureRequest, place: Place) -> Trained:
    """What an example has left, run as a script."""
    model, rows, answers = EXAMPLES[request.param]
    source = (ROOT / "examples" / "frameworks" / f"{request.param}.py").read_text()
    lines = place.python(source + ASKED.format(rows=rows, model=model, answers=answers)).splitlines()
    given, answered = json.loads(lines[-1])
    return Trained(model, given, answered, lines[-3])


def test_what_an_example_registers_is_tied_to_its_data_and_its_run(place: Place, trained: Trained) -> None:
    client = MlflowClient(place.tracking)
    assert trained.said.startswith(f"models:/{trained.model}/1: ")
    version = client.get_model_version(trained.model, "1")
    run = client.get_run(str(version.run_id))
    assert run.info.status == "FINISHED"
    assert set(run.data.metrics) & {"accuracy", "mean_absolute_error"}
    assert version.tags["bridge.data"]


def test_pyfunc_answers_as_the_model_that_was_trained(place: Place, trained: Trained) -> None:
    rows = place.folder / "rows.json"
    rows.write_text(json.dumps(trained.rows))
    answers = json.loads(place.python(LOADING, f"models:/{trained.model}/1", str(rows)).splitlines()[-1])
    np.testing.assert_allclose(answers, trained.answers, rtol=1e-5, atol=1e-6)


def test_a_served_model_answers_as_the_model_that_was_trained(place: Place, trained: Trained) -> None:
    uri = f"models:/{trained.model}/1"
    if trained.model == "wines":
        MlflowClient(place.tracking).set_registered_model_alias(trained.model, "champion", "1")
        uri = f"models:/{trained.model}@champion"
    with place.serving(uri) as url:
        np.testing.assert_allclose(asked(url, trained.rows), trained.answers, rtol=1e-5, atol=1e-6)
