"""What bridge answers: `python bridge_answers.py`, in the home in which its pipeline has run."""

import json
import os

from answering import answers, main, serving, shell, workload

import bridge
import bridge.lineage
import bridge.models


@answers("ML-centric design")
def design() -> str:
    shell("bridge artifacts")
    (made,) = json.loads(shell("bridge artifacts --json", most=0)).values()
    return f"{len(made)} artifacts with name, version, type and digest"


@answers("Experiment tracking")
def tracking() -> str:
    import mlflow

    mlflow.set_tracking_uri(f"sqlite:///{os.environ['BRIDGE_HOME']}/mlflow.db")
    found = mlflow.search_runs(search_all_experiments=True, order_by=["start_time DESC"], output_format="list")
    trained = [run for run in found if run.data.tags.get("bridge.flow") == "training"]
    now = next(run for run in trained if "mlflow.parentRunId" not in run.data.tags)
    print(now.info.run_name, now.data.params, now.data.metrics)
    shell("bridge diff --flow training")
    logged = f"{len(now.data.params)} parameters, {len(now.data.metrics)} metrics"
    return f"an MLflow run with {logged}, none logged by hand; `bridge diff` compares two runs"


@answers("Model registry")
def registry() -> str:
    import mlflow

    model = bridge.models.get("tumour-forest@champion")
    table = bridge.load("test-set").drop(columns="target").head(3)
    answer = mlflow.pyfunc.load_model("models:/tumour-forest@champion").predict(table)
    shell("bridge models show tumour-forest@champion", most=16)
    return f"version {model.number}, alias champion: answers {answer.tolist()}"


@answers("Hyperparameter tuning")
def tuning() -> str:
    study = json.loads(shell("bridge studies --json", most=0))["studies"][0]
    shell(f"bridge studies show {study['name']}")
    trials, best = study["trials"]["complete"], study["best"]["value"]
    return f"{trials} trials as task runs and MLflow runs, how much each parameter matters; best {best:.4f}"


@answers("ML framework integration")
def frameworks() -> str:
    from bridge.materializers.decorator import BUILT_IN

    shell("bridge artifacts show tumour-forest@champion", most=14)
    print(len(BUILT_IN), "formats:", ", ".join(sorted(BUILT_IN)))
    version = json.loads(shell("bridge artifacts show tumour-forest@champion --json", most=0))
    return f"{version['format']}, loaded without unpickling; {len(BUILT_IN)} formats"


@answers("Pipeline definition")
def definition() -> str:
    from bridge_pipeline import load_data

    from bridge import flow

    held = []

    @flow
    def body() -> None:
        held.append(load_data())
        print(type(held[0]))
        print(getattr(held[0], "shape", "it has no shape"))

    body()
    return f"a {type(held[0]).__name__}, the value itself"


@answers("Task parallelism")
def parallelism() -> str:
    told = workload("bridge", "parallel")
    return f"{told['at once']} at once, {told['seconds']:.1f} s for four"


@answers("Data versioning")
def versioning() -> str:
    print(bridge.load("orders@1").shape)
    told = shell("bridge artifacts diff orders@1 orders@2 --key order", most=24)
    rows = next(line for line in told.splitlines() if line.startswith("Rows"))
    return f"`orders@1` loads; `bridge artifacts diff` says: {rows}"


@answers("Cloud integration")
def cloud() -> str:
    import prefect.server.api.collections_data as collections
    from pathlib import Path

    listed = Path(collections.__path__[0]) / "views" / "aggregate-worker-metadata.json"
    workers = [worker for each in json.loads(listed.read_text()).values() for worker in each]
    print("workers, all of them Prefect's:", ", ".join(workers))
    shell("bridge doctor")
    return f"Prefect's {len(workers)} types of workers, none of its own; versions on any fsspec file system"


@answers("Workflow scheduling")
def scheduling() -> str:
    return serving("bridge")


@answers("Reproducibility")
def reproducibility() -> str:
    (runs,) = json.loads(shell("bridge runs --flow training --json", most=0)).values()
    told = shell(f"bridge reproduce {runs[0]['name']} --quiet", most=45)
    verdict = next(line for line in told.splitlines() if "artifacts are" in line)
    return f"`bridge reproduce`, with the code of then: {verdict}"


@answers("Traceability")
def traceability() -> str:
    model = bridge.models.get("tumour-forest@champion")
    shell("bridge models show tumour-forest@champion", most=12)
    shell(f"bridge runs show {model.run_id}", most=24)
    data = ", ".join(str(each) for each in model.details.data)
    return f"run {model.run_id}, commit {str(model.details.code.get('commit'))[:12]}, data {data}"


@answers("Governance")
def governance() -> str:
    from mlflow import MlflowClient

    before = bridge.models.get("tumour-forest@champion").number
    other = next(each.number for each in bridge.models.versions("tumour-forest") if each.number != before)
    MlflowClient().set_registered_model_alias("tumour-forest", "champion", str(other))
    mine = bridge.models.get("tumour-forest@champion").number
    print(f"in use before: {before}, now: MLflow says {other}, bridge {mine}")
    shell("bridge audit")
    said = shell("bridge audit verify").strip().splitlines()[0]
    MlflowClient().set_registered_model_alias("tumour-forest", "champion", str(before))
    return (
        f"MLflow says {other}, bridge {mine}; who, when and why of promotions is logged; `bridge audit verify`: {said}"
    )


@answers("Lineage")
def lineage() -> str:
    shell("bridge lineage affected tumours@1")
    found = bridge.lineage.descendants("tumours@1")
    return f"`bridge lineage affected tumours@1`: {len(found.refs)} versions"


@answers("Beyond the page")
def beyond() -> str:
    for command in ("stack list", "deploy", "ui"):
        shell(f"bridge {command} 2>&1 | tail -3")
    return "none of them: stacks, served pipelines and pages are not there, or are Prefect's and MLflow's"


if __name__ == "__main__":
    main()
