"""The history in a ZenML store."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from bridge.catalog.foreign import ForeignDatabase
from bridge.domain.errors import SelectorError, TagError
from bridge.domain.labels import checked_alias, checked_tags
from bridge.domain.naming import clean, output_name
from bridge.domain.run import Run, Step
from bridge.migrate.data.history import History, Past, PastEdge, PastModel
from bridge.migrate.data.zenml.locating import Stores, database_url, root_of
from bridge.migrate.data.zenml.tables import Row, Tables, loaded, moment, read_tables
from bridge.migrate.data.zenml.values import PICKLE, Kind, checked, reader

TOOL = "zenml"

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
_STAGES = ("staging", "production")
_AUTOMATIC = re.compile(r"(?P<pipeline>.+)::(?P<step>.+)::output(_(?P<position>\d+))?")


def read_zenml(
    place: str | None = None,
    *,
    artifact_store: str | None = None,
    project: str | None = None,
    allow_pickle: bool = False,
) -> History:
    """Read the history of a ZenML store; nothing of it is changed.

    Args:
        place: Folder of ZenML's configuration, its `zenml.db`, or an SQLAlchemy URL; None for the usual folder.
        artifact_store: Where the artifact store is now, if it is not where the database says.
        project: Which one; not needed where there is one.
        allow_pickle: Whether pickles are read, and classes imported, which runs code that they name.

    Raises:
        MigrationError: If there is no database of ZenML.
    """
    url = database_url(place)
    with ForeignDatabase(url) as database:
        tables = read_tables(database, project)
        shown = database.shown
    near = Path(url.removeprefix("sqlite:///")).parent if url.startswith("sqlite:///") else None
    roots = {
        row["id"]: root_of(row["configuration"])
        for row in tables.rows["stack_component"]
        if row["type"] == "artifact_store"
    }
    stores = Stores(roots, near, artifact_store)
    return _History(tables, stores, f"ZenML {tables.release} ({shown})", allow_pickle).all()


@dataclass(slots=True)
class _History:
    """Makes a history out of rows."""

    tables: Tables
    stores: Stores
    origin: str
    allow_pickle: bool

    def all(self) -> History:
        rows = self.tables.rows
        runs, notes = self._runs()
        steps = [step for row in rows["step_run"] if (step := self._step(row, runs)) is not None]
        known = {step.id: step for step in steps}
        makers = self._makers(known)
        going = {row["id"] for row in rows["step_run"]} - known.keys()
        late = {row["artifact_id"] for row in rows["step_run_output_artifact"] if row["step_id"] in going}
        late -= makers.keys()
        versions = sorted(self._versions(makers, known, late), key=lambda past: (past.name, past.number))
        ids = {past.id for past in versions}
        edges = tuple(edge for edge in self._edges(known) if edge.version in ids)
        models = tuple(sorted(self._models(ids), key=lambda model: (model.name, model.number)))
        return History(
            TOOL, self.origin, tuple(versions), tuple(runs.values()), tuple(steps), edges, models, tuple(notes)
        )

    def _runs(self) -> tuple[dict[str, Run], list[str]]:
        pipelines = {row["id"]: str(row["name"]) for row in self.tables.rows["pipeline"]}
        plans = {**self.tables.by_id("pipeline_deployment"), **self.tables.by_id("pipeline_snapshot")}
        runs, notes = {}, []
        for row in self.tables.rows["pipeline_run"]:
            if _goes_on(row):
                notes.append(f"The run {row['name']} goes on: run this again when it has ended")
                continue
            plan = plans.get(row["snapshot_id"] or row["deployment_id"], {})
            runs[row["id"]] = self._run(row, plan, pipelines.get(row["pipeline_id"], "unlisted"))
        return runs, notes

    def _run(self, row: Row, plan: Row, pipeline: str) -> Run:
        spec, machine = _mapping(plan.get("pipeline_spec")), _mapping(plan.get("client_environment"))
        machine = _mapping(row["orchestrator_environment"]) or machine
        source = _mapping(spec.get("source"))
        code = {"module": source.get("module"), "entrypoint": source.get("attribute"), "from": self.origin}
        environment = {
            "python": machine.get("python_version"),
            "platform": " ".join(str(machine[key]) for key in ("linux_distro", "os") if machine.get(key)),
            "zenml": machine.get("zenml_version"),
            **self._labels("pipeline_run", row["id"]),
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
            parameters=_mapping(spec.get("parameters")),
            code={name: value for name, value in code.items() if value},
            environment={name: value for name, value in environment.items() if value},
        )

    def _labels(self, kind: str, id: str) -> Mapping[str, Any]:
        """What people said of a run or a model version, for where it has no place of its own."""
        told = {"metadata": self.tables.metadata.get((kind, id)), "tags": list(self.tables.tags.get((kind, id), ()))}
        return {name: value for name, value in told.items() if value}

    def _step(self, row: Row, runs: Mapping[str, Run]) -> Step | None:
        if row["pipeline_run_id"] not in runs:
            return None
        started, ended = _times(row)
        failure = _mapping(row["exception_info"]).get("traceback") or row["exception_info"]
        return Step(
            id=row["id"],
            task=str(row["name"]),
            name=str(row["name"]),
            state=_STATES.get(str(row["status"]), "Crashed"),
            started=started,
            ended=ended,
            run_id=row["pipeline_run_id"],
            error=str(failure).strip().splitlines()[-1] if failure else None,
        )

    def _makers(self, steps: Mapping[str, Step]) -> Mapping[str, Step]:
        """Which step made each version: of those that have it as an output, the one that did not find it."""
        makers: dict[str, Step] = {}
        for row in self.tables.rows["step_run_output_artifact"]:
            step = steps.get(row["step_id"])
            if step is None:
                continue
            known = makers.get(row["artifact_id"])
            if known is None or (known.state == "Cached", known.started) > (step.state == "Cached", step.started):
                makers[row["artifact_id"]] = step
        return makers

    def _versions(self, makers: Mapping[str, Step], steps: Mapping[str, Step], late: set[str]) -> Iterator[Past]:
        artifacts, models = self.tables.by_id("artifact"), self._models_of()
        by_name: dict[str, list[tuple[Row, Row]]] = defaultdict(list)
        for row in self.tables.rows["artifact_version"]:
            if row["artifact_id"] in artifacts and row["id"] not in late:
                artifact = artifacts[row["artifact_id"]]
                by_name[_name(str(artifact["name"]), artifact["has_custom_name"])].append((row, artifact))
        for name, found in by_name.items():
            numbers = _numbers([row for row, _ in found])
            for row, artifact in found:
                yield self._version(row, artifact, name, numbers[row["id"]], makers.get(row["id"]), models)

    def _version(
        self, row: Row, artifact: Row, name: str, number: int, maker: Step | None, models: Mapping[str, Any]
    ) -> Past:
        kind = Kind.of(row["materializer"], row["data_type"])
        read, why = reader(kind, allow_pickle=self.allow_pickle)
        words = list(self.tables.tags.get(("artifact_version", row["id"]), ()))
        about = {
            "artifact": artifact["name"],
            "materializer": kind.materializer,
            "type": kind.type,
            "save_type": row["save_type"],
            "artifact_tags": list(self.tables.tags.get(("artifact", row["artifact_id"]), ())),
            "models": models.get(row["id"]),
        }
        return Past(
            id=row["id"],
            name=name,
            number=number,
            created=moment(row["created"]) or datetime.now(timezone.utc),
            place=self.stores.place(str(row["uri"]), row["artifact_store_id"]),
            called=str(row["version"]),
            type=kind.type,
            read=read,
            why=why,
            pickle=PICKLE if checked(kind, "0" * 64) else "",
            check=checked(kind, row["content_hash"]),
            step_id=None if maker is None else maker.id,
            run_id=None if maker is None else maker.run_id,
            metadata={
                **self.tables.metadata.get(("artifact_version", row["id"]), {}),
                TOOL: {key: value for key, value in about.items() if value},
            },
            tags={word: "" for word in words if _fits(lambda word=word: checked_tags({word: ""}))},  # type: ignore[misc]  # mypy cannot infer a lambda with a default
            aliases=tuple(
                alias
                for alias in [str(row["version"])]
                if row["version_number"] is None and _fits(lambda: checked_alias(name, alias))  # noqa: B023  called at once
            ),
        )

    def _edges(self, steps: Mapping[str, Step]) -> Iterator[PastEdge]:
        saved = {row["id"]: str(row["save_type"]) for row in self.tables.rows["artifact_version"]}
        inputs = sorted(self.tables.rows["step_run_input_artifact"], key=lambda row: row["input_index"] or 0)
        for row in inputs:
            if row["step_id"] in steps:
                tie = "future" if row["type"] == "step_output" else "declared"
                yield PastEdge(row["step_id"], row["artifact_id"], "input", str(row["name"]), tie)  # type: ignore[arg-type]  # a word of Tie
        for step_id, outputs in self._outputs(steps).items():
            slots = self._slots(step_id, [str(row["name"]) for row in outputs])
            for row in sorted(outputs, key=lambda row: slots[str(row["name"])]):
                by_hand = saved.get(row["artifact_id"]) == "manual"
                tie = "saved" if by_hand else "cached" if steps[step_id].state == "Cached" else "returned"
                slot = str(row["name"]) if by_hand else slots[str(row["name"])]
                yield PastEdge(step_id, row["artifact_id"], "output", slot, tie)  # type: ignore[arg-type]  # a word of Tie

    def _outputs(self, steps: Mapping[str, Step]) -> Mapping[str, Sequence[Row]]:
        found: dict[str, list[Row]] = defaultdict(list)
        for row in self.tables.rows["step_run_output_artifact"]:
            if row["step_id"] in steps:
                found[row["step_id"]].append(row)
        return found

    def _slots(self, step_id: str, names: Sequence[str]) -> Mapping[str, str]:
        """Outputs as bridge counts them: one is the value, several are a tuple in the order of the step's signature."""
        declared = [name for name in self._declared().get(step_id, ()) if name in names]
        if len(declared) <= 1:
            return {name: "" if name in declared or len(names) == 1 else name for name in names}
        return {name: str(declared.index(name)) if name in declared else name for name in names}

    def _declared(self) -> Mapping[str, Sequence[str]]:
        return _outputs_of(self.tables)

    def _models_of(self) -> Mapping[str, Any]:
        """Of each version, the model versions that it is linked to."""
        models = self.tables.by_id("model")
        numbers = {row["id"]: row for row in self.tables.rows["model_version"] if row["model_id"] in models}
        found: dict[str, list[Any]] = defaultdict(list)
        for link in self.tables.rows["model_versions_artifacts"]:
            if (row := numbers.get(link["model_version_id"])) is not None:
                told = {"name": models[row["model_id"]]["name"], "version": row["name"], "stage": row["stage"]}
                told |= self._labels("model_version", row["id"])
                found[link["artifact_version_id"]].append({name: value for name, value in told.items() if value})
        return found

    def _models(self, versions: set[str]) -> Iterator[PastModel]:
        models = self.tables.by_id("model")
        created = {
            row["id"]: str(row["created"]) for row in self.tables.rows["artifact_version"] if "Model" in row["type"]
        }
        linked: dict[str, list[str]] = defaultdict(list)
        for link in self.tables.rows["model_versions_artifacts"]:
            if link["artifact_version_id"] in created.keys() & versions:
                linked[link["model_version_id"]].append(link["artifact_version_id"])
        for row in self.tables.rows["model_version"]:
            if (model := models.get(row["model_id"])) is None:
                continue
            stage = str(row["stage"] or "")
            words = self.tables.tags.get(("model_version", row["id"]), ())
            yield PastModel(
                id=row["id"],
                name=clean(str(model["name"])),
                number=int(row["number"]),
                version=max(linked[row["id"]], key=lambda id: created[id], default=None),
                alias=stage if stage in _STAGES else "",
                archived=stage == "archived",
                description=row["description"] or model["description"],
                licence=model["license"],
                intended_use=model["use_cases"],
                tags={**{word: "" for word in words}, "zenml_version": str(row["name"])},
            )


def _outputs_of(tables: Tables) -> Mapping[str, Sequence[str]]:
    """The outputs that each step declares, in order."""
    plans = {
        (row["snapshot_id"] or row["deployment_id"], str(row["name"])): row["config"]
        for row in tables.rows["step_configuration"]
    }
    own = {row["step_run_id"]: row["config"] for row in tables.rows["step_configuration"] if row["step_run_id"]}
    found: dict[str, Sequence[str]] = {}
    for row in tables.rows["step_run"]:
        plan = own.get(row["id"]) or plans.get((row["snapshot_id"] or row["deployment_id"], str(row["name"])))
        told = _mapping(plan)
        config = _mapping(told.get("config")) or _mapping(told.get("step_config_overrides"))
        found[row["id"]] = list(_mapping(config.get("outputs")))
    return found


def _name(name: str, has_custom_name: object) -> str:
    """An artifact's name here: one that ZenML made up is the one that bridge would make up.

    >>> _name("training::split::output_1", False), _name("training::load::output", False), _name("a@b", True)
    ('training/split.1', 'training/load', 'a-b')
    """
    found = None if has_custom_name else _AUTOMATIC.fullmatch(name)
    if found is None:
        return clean(name)
    position = found["position"]
    return output_name(found["pipeline"], found["step"], None if position is None else int(position))


def _numbers(rows: Sequence[Row]) -> Mapping[str, int]:
    """Numbers as ZenML counts them; versions that people named get the numbers after those, by age."""
    numbers: dict[str, int] = {}
    taken: set[int] = set()
    named: list[Row] = []
    for row in sorted(rows, key=lambda row: str(row["created"])):
        number = row["version_number"]
        if number is None or int(number) < 1 or int(number) in taken:
            named.append(row)
        else:
            numbers[row["id"]] = int(number)
            taken.add(int(number))
    for number, row in enumerate(named, max(taken, default=0) + 1):
        numbers[row["id"]] = number
    return numbers


def _times(row: Row) -> tuple[datetime, datetime]:
    started = moment(row["start_time"]) or moment(row["created"]) or datetime.now(timezone.utc)
    return started, moment(row["end_time"]) or max(started, moment(row["updated"]) or started)


def _goes_on(row: Row) -> bool:
    if str(row["status"]) in _STATES or row["end_time"] is not None:
        return False
    seen = moment(row["updated"]) or moment(row["created"])
    return seen is not None and datetime.now(timezone.utc) - seen < STILL


def _mapping(value: Any) -> dict[str, Any]:
    found = loaded(value) if isinstance(value, (str, bytes)) else value
    return dict(found) if isinstance(found, Mapping) else {}


def _fits(check: Callable[[], object]) -> bool:
    try:
        check()
    except (TagError, SelectorError):
        return False
    return True
