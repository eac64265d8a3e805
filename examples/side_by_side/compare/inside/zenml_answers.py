"""What ZenML answers, with its local stack: `python zenml_answers.py`, in the home in which its pipeline has run."""

from collections import Counter

from answering import answers, main, shell, workload
from zenml.client import Client
from zenml.enums import StackComponentType


def latest(number: int = 0):
    """A run of the pipeline, the latest first."""
    return Client().list_pipeline_runs(pipeline="training", sort_by="desc:created", size=10)[number]


@answers("ML-centric design")
def design() -> str:
    kept = [version for step in latest().steps.values() for made in step.outputs.values() for version in made]
    for version in kept:
        print(f"{version.name} v{version.version}", version.data_type.attribute, version.type.value)
    return f"{len(kept)} artifacts with name, version and type"


@answers("Experiment tracking")
def tracking() -> str:
    now, before = latest(), latest(1)
    print(now.name, now.config.parameters, before.name, before.config.parameters)
    for name, step in now.steps.items():
        print(name, dict(step.run_metadata))
    logged = [name for name, step in now.steps.items() if step.run_metadata]
    return f"parameters and what `log_metadata` was given in {len(logged)} steps; two runs are compared by hand"


@answers("Model registry")
def registry() -> str:
    version = Client().get_model_version("tumour-forest", "production")
    model = version.get_artifact("tumour-forest").load()
    table = Client().get_artifact_version("test-set").load().drop(columns="target")
    print(version.number, version.stage, model, model.predict(table.head(3)))
    return f"version {version.number}, stage {version.stage}: answers {model.predict(table.head(3)).tolist()}"


@answers("Hyperparameter tuning")
def tuning() -> str:
    trials = [step.outputs["trial"][0].load() for name, step in latest().steps.items() if name.startswith("try_out")]
    for trial in trials:
        print(trial)
    best = max(trials, key=lambda trial: trial["roc_auc"])
    return f"{len(trials)} trials as steps; the loop and the choice are the pipeline's own; best {best['roc_auc']:.4f}"


@answers("ML framework integration")
def frameworks() -> str:
    from zenml.integrations.registry import integration_registry

    version = Client().get_artifact_version("tumour-forest")
    names = sorted(integration_registry.integrations)
    print(version.materializer.import_path)
    print(Client().active_stack.artifact_store.listdir(version.uri))
    print(len(names), "integrations:", ", ".join(names))
    return f"{version.materializer.attribute}; {len(names)} integrations"


@answers("Pipeline definition")
def definition() -> str:
    from zenml import pipeline
    from zenml_pipeline import load_data

    held = []

    @pipeline
    def body() -> None:
        held.append(load_data())
        print(type(held[0]))
        print(getattr(held[0], "shape", "it has no shape"))

    body()
    return f"a {type(held[0]).__name__}"


@answers("Task parallelism")
def parallelism() -> str:
    told = workload("zenml", "parallel")
    return f"{told['at once']} at once (a dynamic pipeline's `submit`), {told['seconds']:.1f} s for four"


@answers("Data versioning")
def versioning() -> str:
    first, second = (Client().get_artifact_version("orders", version) for version in (1, 2))
    print(first.load().shape, first.content_hash, first.run_metadata)
    print(second.load().shape, second.content_hash, second.run_metadata)
    changed = second.load().iloc[: len(first.load())].compare(first.load())
    return f"both versions load; that {len(changed)} rows changed is found by pandas"


@answers("Cloud integration")
def cloud() -> str:
    flavors = Client().list_flavors(size=1000)
    kinds = Counter(flavor.type.value for flavor in flavors)
    for kind in kinds:
        print(f"{kind}:", ", ".join(sorted(flavor.name for flavor in flavors if flavor.type.value == kind)))
    orchestrators, stores = kinds[StackComponentType.ORCHESTRATOR.value], kinds[StackComponentType.ARTIFACT_STORE.value]
    return f"{len(flavors)} stack components: {orchestrators} orchestrators, {stores} artifact stores"


@answers("Workflow scheduling")
def scheduling() -> str:
    from zenml.config.schedule import Schedule
    from zenml_pipeline import training

    training.with_options(schedule=Schedule(cron_expression="0 6 * * *"))()
    return f"{len(Client().list_schedules())} schedules"


@answers("Reproducibility")
def reproducibility() -> str:
    from zenml_pipeline import training

    then = latest()
    again = training.with_options(enable_cache=False)
    now = again.replay(pipeline_run=then.id, input_overrides=then.config.parameters)  # else defaults win
    now = Client().get_pipeline_run(now.id)
    print("code then:", then.code_reference, "parameters:", then.config.parameters, now.config.parameters)
    print("environment then:", then.client_environment)
    same = {}
    for name, step in then.steps.items():
        for output, made in step.outputs.items():
            same[f"{name}.{output}"] = now.steps[name].outputs[output][0].content_hash == made[0].content_hash
    print(now.name, now.status.value, same)
    return f"`replay` with today's code: {sum(same.values())} of {len(same)} artifacts have the content hash of then"


@answers("Traceability")
def traceability() -> str:
    version = Client().get_model_version("tumour-forest", "production")
    model = version.get_artifact("tumour-forest")
    step = model.step
    run = Client().get_pipeline_run(step.pipeline_run_id)
    print(run.name, "commit:", run.code_reference, "made by:", step.name)
    print({name: [f"{v.name} v{v.version}" for v in used] for name, used in step.inputs.items()})
    print(step.source_code)
    return f"run {run.name}, the step's own source, its inputs; commit: {run.code_reference}"


@answers("Governance")
def governance() -> str:
    versions = Client().list_model_versions("tumour-forest", sort_by="asc:number")
    before = Client().get_model_version("tumour-forest", "production").number
    other = next(version for version in versions if version.number != before)
    other.set_stage("production", force=True)
    now = Client().get_model_version("tumour-forest", "production")
    print(f"in use before: {before}, now: {now.number}; stage {now.stage}, updated {now.updated}")
    print([(version.number, version.stage) for version in Client().list_model_versions("tumour-forest")])
    return f"version {now.number} is in use instead of {before}; kept is the stage and when a version was last updated"


@answers("Lineage")
def lineage() -> str:
    table, found, todo = Client().get_artifact_version("tumours", "1"), {}, ["tumours v1"]
    steps = [step for run in Client().list_pipeline_runs(size=100) for step in run.steps.values()]
    while todo:
        wanted = todo.pop()
        for step in steps:
            if wanted in {f"{v.name} v{v.version}" for used in step.inputs.values() for v in used}:
                made = [f"{v.name} v{v.version}" for all_made in step.outputs.values() for v in all_made]
                todo += [name for name in made if name not in found]
                found |= dict.fromkeys(made, step.name)
    print(table.name, "→", found)
    return f"{len(found)} versions, by a loop over the steps of all runs"


@answers("Beyond the page")
def beyond() -> str:
    shell("zenml stack list")
    shell("zenml deployment list")
    shell("zenml --help | grep -E '^ *[│]? *(deployment|stack|login|secret|service-connector|code-repository)'")
    return "stacks of components, pipelines deployed as services, secrets, service connectors"


if __name__ == "__main__":
    main()
