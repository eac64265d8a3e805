"""Which steps of ZenML used and made which versions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from bridge.domain.run import Step
from bridge.domain.version import Tie
from bridge.migrate.data.history import PastEdge
from bridge.migrate.data.zenml.runs import outputs_of
from bridge.migrate.data.zenml.tables import Row, Tables

_OLD = "default"
"""What ZenML called, before it told them apart, inputs that came from a step and values that were given."""


def makers_of(tables: Tables, steps: Mapping[str, Step]) -> Mapping[str, Step]:
    """Which step made each version: the first of those that have it as an output, before those that found it."""
    makers: dict[str, Step] = {}
    for row in tables.rows["step_run_output_artifact"]:
        if (step := steps.get(row["step_id"])) is None:
            continue
        known = makers.get(row["artifact_id"])
        if known is None or _order(step) < _order(known):
            makers[row["artifact_id"]] = step
    return makers


def _order(step: Step) -> tuple[bool, float, str]:
    return step.state == "Cached", step.started.timestamp(), step.id


def edges_of(tables: Tables, steps: Mapping[str, Step]) -> Iterator[PastEdge]:
    """Edges of these steps: inputs in the order of the step's parameters, outputs in that of its signature."""
    made = {
        (steps[row["step_id"]].run_id, row["artifact_id"])
        for row in tables.rows["step_run_output_artifact"]
        if row["step_id"] in steps
    }
    for row in sorted(tables.rows["step_run_input_artifact"], key=lambda row: row["input_index"] or 0):
        if row["step_id"] in steps:
            came = (steps[row["step_id"]].run_id, row["artifact_id"]) in made
            tie: Tie = "future" if row["type"] == "step_output" or (row["type"] == _OLD and came) else "declared"
            yield PastEdge(row["step_id"], row["artifact_id"], "input", str(row["name"]), tie)
    outputs: dict[str, list[Row]] = defaultdict(list)
    for row in tables.rows["step_run_output_artifact"]:
        if row["step_id"] in steps:
            outputs[row["step_id"]].append(row)
    declared = outputs_of(tables)
    by_hand = {row["id"] for row in tables.rows["artifact_version"] if row["save_type"] == "manual"}
    for step_id, rows in outputs.items():
        found = [_output(row, steps[step_id], declared.get(step_id, ()), by_hand) for row in rows]
        yield from sorted(found, key=lambda edge: (edge.tie == "saved", len(edge.slot), edge.slot))


def _output(row: Row, step: Step, declared: Sequence[str], by_hand: set[str]) -> PastEdge:
    """An output as bridge counts it: one is the value itself, several are a tuple."""
    name = str(row["name"])
    if row["artifact_id"] in by_hand or (declared and name not in declared):
        return PastEdge(step.id, row["artifact_id"], "output", name, "saved")
    slot = "" if len(declared) <= 1 else str(list(declared).index(name))
    return PastEdge(step.id, row["artifact_id"], "output", slot, "cached" if step.state == "Cached" else "returned")
