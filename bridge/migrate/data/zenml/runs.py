"""Pipeline runs and step runs of ZenML as runs and steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

from bridge.domain.run import Run, Step
from bridge.migrate.data.zenml.tables import Row, Tables, labels, mapping, moment

STILL = timedelta(days=1)
"""Without a sign of life for so long, a run that has not ended never will."""

_STATES = {
    "completed": "Completed",
    "cached": "Cached",
    "failed": "Failed",
    "skipped": "Skipped",
    "retried": "Failed",
    "cancelled": "Cancelled",
    "stopped": "Cancelled",
}


def runs_of(tables: Tables, origin: str) -> tuple[dict[str, Run], dict[str, str]]:
    """Runs that have ended, by their ids; and the names of those that go on, by theirs."""
    pipelines = {row["id"]: str(row["name"]) for row in tables.rows["pipeline"]}
    plans = {**tables.by_id("pipeline_deployment"), **tables.by_id("pipeline_snapshot")}
    runs, going = {}, {}
    for row in tables.rows["pipeline_run"]:
        if _goes_on(row):
            going[row["id"]] = str(row["name"])
            continue
        plan = plans.get(row["snapshot_id"] or row["deployment_id"], {})
        runs[row["id"]] = _run(tables, row, plan, pipelines.get(row["pipeline_id"], "unlisted"), origin)
    return runs, going


def _run(tables: Tables, row: Row, plan: Row, pipeline: str, origin: str) -> Run:
    spec = mapping(plan.get("pipeline_spec"))
    machine = mapping(row["orchestrator_environment"]) or mapping(plan.get("client_environment"))
    source = mapping(spec.get("source"))
    code = {"module": source.get("module"), "entrypoint": source.get("attribute"), "from": origin}
    environment = {
        "python": machine.get("python_version"),
        "platform": " ".join(str(machine[key]) for key in ("linux_distro", "os") if machine.get(key)),
        "zenml": machine.get("zenml_version"),
        **labels(tables, "pipeline_run", row["id"]),
    }
    started, ended = _times(row)
    return Run(
        id=row["id"],
        flow=pipeline,
        name=str(row["name"]),
        state=_STATES.get(str(row["status"]), "Crashed"),
        started=started,
        ended=ended,
        parent_id=row["parent_run_id"],
        parameters=mapping(spec.get("parameters")),
        code={name: value for name, value in code.items() if value},
        environment={name: value for name, value in environment.items() if value},
    )


def steps_of(tables: Tables, runs: Mapping[str, Run]) -> dict[str, Step]:
    """Steps of these runs, by their ids, without edges."""
    found = {}
    for row in tables.rows["step_run"]:
        if row["pipeline_run_id"] not in runs:
            continue
        started, ended = _times(row)
        failure = mapping(row["exception_info"]).get("traceback") or row["exception_info"]
        found[row["id"]] = Step(
            id=row["id"],
            task=str(row["name"]),
            name=str(row["name"]),
            state=_STATES.get(str(row["status"]), "Crashed"),
            started=started,
            ended=ended,
            run_id=row["pipeline_run_id"],
            error=str(failure).strip().splitlines()[-1] if failure else None,
        )
    return found


def outputs_of(tables: Tables) -> Mapping[str, Sequence[str]]:
    """The outputs that each step declares, in order."""
    plans = {
        (row["snapshot_id"] or row["deployment_id"], str(row["name"])): row["config"]
        for row in tables.rows["step_configuration"]
    }
    own = {row["step_run_id"]: row["config"] for row in tables.rows["step_configuration"] if row["step_run_id"]}
    read: dict[Any, Sequence[str]] = {}
    found: dict[str, Sequence[str]] = {}
    for row in tables.rows["step_run"]:
        plan = own.get(row["id"]) or plans.get((row["snapshot_id"] or row["deployment_id"], str(row["name"])))
        if plan not in read:
            told = mapping(plan)
            config = mapping(told.get("config")) or mapping(told.get("step_config_overrides"))
            read[plan] = list(mapping(config.get("outputs")))
        found[row["id"]] = read[plan]
    return found


def _times(row: Row) -> tuple[datetime, datetime]:
    started = moment(row["start_time"]) or moment(row["created"]) or datetime.now(timezone.utc)
    return started, moment(row["end_time"]) or max(started, moment(row["updated"]) or started)


def _goes_on(row: Row) -> bool:
    if str(row["status"]) in _STATES or row["end_time"] is not None:
        return False
    seen = moment(row["updated"]) or moment(row["created"])
    return seen is not None and datetime.now(timezone.utc) - seen < STILL
