"""A model that was trained, evaluated and drawn, recorded without Prefect; and one whose names strangers wrote."""

from __future__ import annotations

import io
from collections.abc import Iterable
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from bridge.domain.manifest import FileEntry
from bridge.domain.model import Evaluation, ModelDetails, ModelVersion
from bridge.domain.preview import Preview
from bridge.domain.run import Input, Output, Run, Step
from bridge.domain.version import Edge, Version, VersionRef
from bridge.lineage.graph import Graph
from bridge.models.cards import Card
from bridge.models.cards.facts import Figure
from bridge.models.cards.history import Happening
from bridge.models.signing import Checked
from bridge.workspace import Workspace, current

START = datetime(2026, 5, 3, 12, 0, tzinfo=timezone.utc)
RUN = "11111111-0000-4000-8000-000000000001"
INPUTS = (
    '[{"type": "double", "name": "tenure", "required": true}, {"type": "long", "name": "calls", "required": false}]'
)
OUTPUTS = '[{"type": "tensor", "tensor-spec": {"dtype": "int64", "shape": [-1]}}]'
PARAMS = '[{"name": "threshold", "default": 0.5, "shape": null, "type": "double"}]'


def picture(width: int = 8, height: int = 6) -> bytes:
    from PIL import Image

    file = io.BytesIO()
    Image.new("RGB", (width, height), "red").save(file, "PNG")
    return file.getvalue()


def record(
    workspace: Workspace, task: str, value: Any, name: str, *, uses: Iterable[Version] = (), at: int = 0
) -> Version:
    """Record a step of the run that made a version."""
    saved = workspace.put_value(value, name, where="the test")
    inputs = tuple(Input(f"x{i}", version.ref, "future") for i, version in enumerate(uses))
    times = {"started": START + timedelta(seconds=at), "ended": START + timedelta(seconds=at, milliseconds=250)}
    step = Step(
        f"{at:08d}-{task}",
        task,
        f"{task}-0",
        "Completed",
        **times,
        run_id=RUN,
        inputs=inputs,
        outputs=(Output("", saved),),
    )
    (version,) = workspace.record_step(step)
    return version


@pytest.fixture()
def churn(bridge_home: object) -> Workspace:
    """churn@3, with everything that there may be of a model, and churn@2, with next to nothing."""
    import pandas as pd
    from PIL import Image

    workspace = current()
    code = {"file": "flows/training.py", "commit": "8f3c1d2e", "dirty": True}
    ran = Run(
        RUN,
        "training",
        "wise-otter",
        "Completed",
        START,
        ended=START,
        parameters={"trees": 100, "plans": ["a", "b"]},
        code=code,
    )
    workspace.record_run(ran)
    raw = record(workspace, "load", list(range(900)), "churn-raw", at=1)
    frame = pd.DataFrame({"tenure": [float(i) for i in range(40)], "calls": [i % 3 for i in range(40)]})
    data = record(workspace, "clean", frame, "churn-data", uses=[raw], at=2)
    held_out = record(workspace, "split", frame.head(8), "held-out", uses=[data], at=3)
    model = record(workspace, "train", {"weights": list(range(400))}, "training/train", uses=[data], at=4)
    found = {"accuracy": 0.9125, "log_loss": 1.25, "by class": {"stay": 1.0}}
    record(workspace, "evaluate", found, "training/evaluate", uses=[model, held_out], at=5)
    record(workspace, "plot", Image.new("RGB", (40, 30), "red"), "confusion", uses=[model, held_out], at=6)
    details = ModelDetails(
        description="Who leaves within 30 days.\nTrained monthly.",
        licence="Apache-2.0",
        owners=("ann@example.com", "growth"),
        intended_use="Ranking customers for calls.\nNot for pricing.",
        data=(data.ref,),
        requirements=("numpy==2.3.4", "scikit-learn==1.8.0"),
        signature={"inputs": INPUTS, "outputs": OUTPUTS, "params": PARAMS},
        example=data.ref,
        code=code,
        environment={"python": "3.11.7", "platform": "Linux-6.8"},
    )
    catalog = workspace.catalog
    whole = ModelVersion(
        "churn",
        3,
        model.ref,
        START,
        "sklearn",
        f"{4:08d}-train",
        RUN,
        "deadbeef",
        "models:/churn/3",
        {"team": "growth"},
        details,
    )
    catalog.put_model(whole)
    bare = workspace.save({"weights": [0]}, "by-hand")
    catalog.put_model(ModelVersion("churn", 2, bare.ref, START - timedelta(days=1), "pyfunc"))
    return workspace


HOSTILE = {
    "script": "<script>document.title='broken'</script>",
    "image": '"><img src=x onerror="document.title=\'broken\'">',
    "style": "</style><script>document.title='broken'</script>",
    "comment": "<!-- --><b>bold</b> ]]> <svg onload=alert(1)>",
    "markdown": "# heading\n\n- item\n1. item\n> quote\n[link](javascript:alert(1)) ![x](http://evil.example/x.png) "
    "**b** _i_ `c` ~~s~~",
    "table": "a | b | c \\| d ``` ` <https://evil.example> &lt;i&gt; &amp;",
    "fence": "```\n</pre><h1>out</h1>\n~~~\n---\n===\n    code",
    "template": "{{ 7 * 7 }} {% raw %} {# x #} $x$ @someone",
    "control": "a\0b\x1b[31mc\u202ed\ud800e\x85f\u2028g",
    "long": "x" * 9_000,
}


def hostile_card(text: str) -> Card:
    """A card in which a stranger chose every text that there is."""
    ref, data = VersionRef(text, 1), VersionRef(f"{text}-data", 2)
    version = Version(
        ref, text, text, text, 10, START, "s1", RUN, {"rows": text, "shape": text}, (text,), {text: text}, text
    )
    fields = [{"name": text, "type": text, "required": True}, text, {"tensor-spec": {"dtype": text, "shape": text}}]
    details = ModelDetails(
        description=text,
        licence=text,
        owners=(text,),
        intended_use=text,
        data=(data,),
        requirements=(text,),
        signature={"inputs": fields, "outputs": text, "params": [text]},
        example=data,
        code={"commit": text, text: text},
        environment={text: text},
    )
    model = ModelVersion(text, 1, ref, START, text, "s1", RUN, text, text, {text: text}, details, None, (text,))
    table = {"columns": [[text, text]], "rows": [[text]], "of": [1, 1]}
    spread = {"0": {"counts": [1, 2], "min": text, "max": text}}
    step = Step("s1", text, text, text, START, START, RUN)
    edges = (Edge("s1", ref, "output", text, "returned"), Edge("s1", data, "input", text, "future"))
    return Card(
        model=model,
        lineage=Graph(ref, "up", edges, {ref: version, data: version}, {"s1": step}, {}),
        version=version,
        files=(FileEntry(text, 1, text),),
        training=(data,),
        evaluations=(Evaluation({text: 0.5}, data, "s1", RUN, (data,), START),),
        figures=(Figure(ref, text, picture()),),
        data={data: version},
        previews={
            ref: Preview("model", "text/plain", text.encode("utf-8", "replace")),
            data: Preview("table", "application/json", _json({**table, "spread": spread})),
        },
        run=Run(RUN, text, text, text, START, parameters={text: text}, code={text: text}),
        step=step,
        history=(Happening(START, text, text, text, ((text, True),), text, text),),
        signatures=(Checked(text, False, START, text),),
    )


def _json(facts: object) -> bytes:
    import json

    return json.dumps(facts).encode()


def large_card(*, ancestors: int = 500, columns: int = 200) -> Card:
    """A card of which there is too much to show."""
    root = VersionRef("model", 1)
    layers = [[root], *([VersionRef(f"layer{i}", j) for j in range(10)] for i in range(ancestors // 10))]
    edges = []
    for i, layer in enumerate(layers[:-1]):
        for ref in layer:
            edges.append(Edge(f"step{i}-{ref.number}", ref, "output", "", "returned"))
            edges += [Edge(f"step{i}-{ref.number}", source, "input", "x", "future") for source in layers[i + 1]]
    fields = [{"name": f"column{i}", "type": "double"} for i in range(columns)]
    details = ModelDetails(
        signature={"inputs": fields}, requirements=tuple(f"package{i}==1" for i in range(300)), data=tuple(layers[-1])
    )
    tags = {f"tag{i}": "v" * 1000 for i in range(columns)}
    model = ModelVersion("model", 1, root, START, "sklearn", tags=tags, details=details)
    metrics = {f"metric{i}": i / columns for i in range(columns)}
    made = [Evaluation(metrics, root, f"e{i}", None, tuple(layers[-1]), START) for i in range(30)]
    run = Run(RUN, "f", "n", "Completed", START, parameters={f"p{i}": list(range(1000)) for i in range(columns)})
    history = tuple(Happening(START, f"decision {i}", "ann") for i in range(200))
    return Card(
        model,
        Graph(root, "up", tuple(edges)),
        training=tuple(layers[-1]) * 20,
        evaluations=tuple(made),
        run=run,
        history=history,
        files=tuple(FileEntry(f"f{i}", 1, "ab") for i in range(columns)),
    )
