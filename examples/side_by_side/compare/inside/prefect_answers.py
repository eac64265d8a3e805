"""What Prefect and MLflow answer: `python prefect_answers.py`, in the home in which their pipeline has run."""

import json
import os
import urllib.request
from pathlib import Path

import mlflow
from answering import answers, main, serving, shell, workload
from mlflow import MlflowClient


def runs():
    """MLflow's runs of the pipeline, the latest first."""
    found = mlflow.search_runs(experiment_names=["training"], output_format="list", order_by=["start_time DESC"])
    return [run for run in found if "mlflow.parentRunId" not in run.data.tags]


@answers("ML-centric design")
def design() -> str:
    files = sorted(Path(os.environ["PREFECT_LOCAL_STORAGE_PATH"]).iterdir())
    for file in files[:4]:
        print(file.name, json.loads(file.read_text())["metadata"]["serializer"])
    inputs = [(each.dataset.name, each.dataset.digest) for each in runs()[0].inputs.dataset_inputs]
    print("logged by hand:", inputs)
    return f"{len(files)} pickles named by their cache key; {len(inputs)} data sets and a model, logged by hand"


@answers("Experiment tracking")
def tracking() -> str:
    now, before = runs()[:2]
    print(now.info.run_name, now.data.params, now.data.metrics)
    print(before.info.run_name, before.data.params, before.data.metrics)
    changed = {name for name in now.data.params if now.data.params[name] != before.data.params.get(name)}
    logged = f"{len(now.data.params)} parameters, {len(now.data.metrics)} metrics"
    return f"what the flow logs by hand: {logged}; between two runs differ {', '.join(changed) or 'none'}"


@answers("Model registry")
def registry() -> str:
    version = MlflowClient().get_model_version_by_alias("tumour-forest", "champion")
    model = mlflow.pyfunc.load_model("models:/tumour-forest@champion")
    answer = model.predict(model.input_example.head(3))
    print(version.version, version.aliases, answer)
    return f"version {version.version}, alias champion: answers {answer.tolist()}; registered by hand in the flow"


@answers("Hyperparameter tuning")
def tuning() -> str:
    parent = runs()[0].info.run_id
    trials = mlflow.search_runs(
        experiment_names=["training"],
        filter_string=f"tags.mlflow.parentRunId = '{parent}'",
        order_by=["metrics.roc_auc DESC"],
        output_format="list",
    )
    for trial in trials:
        print(trial.data.params, trial.data.metrics)
    return f"{len(trials)} MLflow runs that the flow writes by hand; best {trials[0].data.metrics['roc_auc']:.4f}"


@answers("ML framework integration")
def frameworks() -> str:
    info = mlflow.models.get_model_info("models:/tumour-forest@champion")
    for name, flavor in info.flavors.items():
        print(name, flavor)
    return f"MLflow's sklearn flavour as {info.flavors['sklearn']['serialization_format']}; results are cloudpickle"


@answers("Pipeline definition")
def definition() -> str:
    from prefect import flow
    from prefect_pipeline import load_data

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
    told = workload("prefect", "parallel")
    return f"{told['at once']} at once, {told['seconds']:.1f} s for four"


@answers("Data versioning")
def versioning() -> str:
    import pandas as pd

    days = mlflow.search_runs(experiment_names=["orders"], output_format="list", order_by=["start_time ASC"])
    uris = [f"runs:/{day.info.run_id}/orders.parquet" for day in days[:2]]
    first, second = (pd.read_parquet(mlflow.artifacts.download_artifacts(uri)) for uri in uris)
    print(*uris, first.shape, second.shape, sep="\n")
    changed = second.iloc[: len(first)].compare(first)
    return f"a file for each run, found by its date; that {len(changed)} rows changed is found by pandas"


@answers("Cloud integration")
def cloud() -> str:
    import prefect.server.api.collections_data as collections

    listed = Path(collections.__path__[0]) / "views" / "aggregate-worker-metadata.json"
    workers = [worker for each in json.loads(listed.read_text()).values() for worker in each]
    print("workers:", ", ".join(workers))
    print("results: any file system of fsspec (RemoteFileSystem); MLflow: s3, gs, wasbs, … for artifacts")
    return f"{len(workers)} types of workers; results on any fsspec file system"


@answers("Workflow scheduling")
def scheduling() -> str:
    return serving("prefect")


@answers("Reproducibility")
def reproducibility() -> str:
    from prefect_pipeline import training

    then = runs()[0]
    os.environ["PREFECT_TASKS_REFRESH_CACHE"] = "true"
    training(trees=int(then.data.params["trees"]))
    now = runs()[0]
    print("code then:", {name: value for name, value in then.data.tags.items() if "source" in name})
    print(then.data.metrics, now.data.metrics)
    return f"run again by hand with today's code: metrics equal: {then.data.metrics == now.data.metrics}"


@answers("Traceability")
def traceability() -> str:
    version = MlflowClient().get_model_version_by_alias("tumour-forest", "champion")
    run = mlflow.get_run(version.run_id)
    print(run.info.run_name, {name: value for name, value in run.data.tags.items() if "source" in name})
    print([(each.dataset.name, each.dataset.digest) for each in run.inputs.dataset_inputs])
    commit = run.data.tags.get("mlflow.source.git.commit", "none")
    return f"MLflow run {run.info.run_name}, commit {commit[:12]}, digests of the data sets that were logged by hand"


@answers("Governance")
def governance() -> str:
    client = MlflowClient()
    before = client.get_model_version_by_alias("tumour-forest", "champion").version
    other = next(v.version for v in client.search_model_versions("name='tumour-forest'") if v.version != before)
    client.set_registered_model_alias("tumour-forest", "champion", other)
    now = client.get_model_version_by_alias("tumour-forest", "champion")
    print(f"in use before: {before}, now: {now.version}")
    print(client.get_registered_model("tumour-forest"))
    return f"version {now.version} is in use instead of {before}; where the alias was before is kept nowhere"


@answers("Lineage")
def lineage() -> str:
    used = next(each.dataset for each in runs()[-1].inputs.dataset_inputs if each.dataset.name == "train-set")
    found = mlflow.search_runs(
        experiment_names=["training"], filter_string=f"dataset.digest = '{used.digest}'", output_format="list"
    )
    ids = {run.info.run_id for run in found}
    models = [v for v in MlflowClient().search_model_versions("name='tumour-forest'") if v.run_id in ids]
    print(used.name, used.digest, [run.info.run_name for run in found], [model.version for model in models])
    return f"of the table nothing; of the training set that was logged by hand {len(ids)} runs, {len(models)} models"


@answers("Beyond the page")
def beyond() -> str:
    with urllib.request.urlopen(os.environ["PREFECT_API_URL"].removesuffix("/api")) as page:
        print("the server's page:", page.status, page.headers["content-type"])
    shell("prefect work-pool ls")
    shell("prefect block type ls", most=20)
    return "pages of Prefect's and MLflow's servers, work pools, blocks"


if __name__ == "__main__":
    main()
