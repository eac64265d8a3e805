"""What bridge adds to a flow, in counts: they are the same on every machine, so that a change that costs is seen.

Time is measured by `make budgets`; here are requests to Prefect's server, SQL statements, files, bytes and modules.
A bound that fails is either a fault or a decision: then it is raised here, with its reason.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.flows.conftest import Script

PROGRAM = """
import collections, json, os, sys
from pathlib import Path

{host}
imported = len(sys.modules)

import httpx
from bridge.catalog import engine, statements
from sqlalchemy import Engine, event

counted = collections.Counter()

def count(owner):
    original = owner.send
    if owner is httpx.AsyncClient:
        async def send(self, request, **more):
            counted["requests"] += 1
            return await original(self, request, **more)
    else:
        def send(self, request, **more):
            counted["requests"] += 1
            return original(self, request, **more)
    owner.send = send

def note(connection, cursor, statement, *_):
    counted["statements"] += not statement.startswith(("BEGIN", "PRAGMA"))

def by_driver(*given):
    counted["statements"] += 1
    return direct(*given)

count(httpx.Client), count(httpx.AsyncClient)
direct, engine.by_driver, statements.by_driver = statements.by_driver, by_driver, by_driver
event.listen(Engine, "before_cursor_execute", note)

@task
def grown(rows, n):
    return [*rows, n]

@flow
def growing(n):
    rows = [0.5] * 2_000
    for i in range(n):
        rows = grown(rows, float(i))

def kept():
    files = [one for one in Path(os.environ["BRIDGE_HOME"], "store").rglob("*") if one.is_file()]
    return len(files), sum(one.stat().st_size for one in files)

def measured(n):
    files, size = kept()
    counted.clear()
    growing(n)
    more, grew = kept()
    return {{**counted, "files": more - files, "bytes": grew - size}}

growing(2)  # opens what is opened once in a process
print(json.dumps({{"few": measured(5), "many": measured(15), "modules": imported}}))
"""


def counts(script: Script, host: str) -> dict[str, Any]:
    """Counts of ten more tasks, and of the modules after the import."""
    code, out, err = script.run(PROGRAM.format(host=f"from {host} import flow, task"), BRIDGE_TRACKER="null")
    assert code == 0, err
    told = json.loads(out.splitlines()[-1])
    each = {what: (many - told["few"].get(what, 0)) / 10 for what, many in told["many"].items()}
    return {**each, "flow": told["few"], "modules": told["modules"]}


@pytest.fixture()
def bridge_counts(script: Script) -> dict[str, Any]:
    return counts(script, "bridge")


@pytest.fixture()
def prefect_counts(script: Script) -> dict[str, Any]:
    return counts(script, "prefect")


@pytest.mark.slow
def test_a_task_costs_what_it_did(bridge_counts: dict[str, Any], prefect_counts: dict[str, Any]) -> None:
    print(bridge_counts, prefect_counts)
    assert bridge_counts["requests"] <= prefect_counts["requests"] + 0.5  # bridge asks Prefect's server nothing
    assert bridge_counts["statements"] <= 6
    assert bridge_counts["files"] <= 1
    assert bridge_counts["bytes"] <= 6_500  # of 16 kB, of which all but a number was there before


@pytest.mark.slow
def test_a_flow_costs_what_it_did(bridge_counts: dict[str, Any], prefect_counts: dict[str, Any]) -> None:
    ours, theirs = bridge_counts["flow"], prefect_counts["flow"]
    assert ours["requests"] <= theirs["requests"] + 4
    assert ours["statements"] <= 36
    assert bridge_counts["modules"] <= prefect_counts["modules"] + 45
