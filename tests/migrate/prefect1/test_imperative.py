"""The example of the imperative API in Prefect 1's documentation migrates by one command and runs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bridge.migrate.eras import eras_of
from bridge.migrate.rewriting import rewrite
from bridge.migrate.running import plan

EXAMPLE = """\
from prefect import task, Task, Flow, Parameter


class AddTask(Task):
    def run(self, x, y):
        print(f"{x} + {y}")
        return x + y


@task
def say_hello(person):
    print(f"Hello, {person}!")


add = AddTask()

flow = Flow("My imperative flow!")

# define some new tasks
name = Parameter("name")
second_add = add.copy()

# add our tasks to the flow
flow.add_task(add)
flow.add_task(second_add)
flow.add_task(say_hello)

# create non-data dependencies so that `say_hello` waits for `second_add` to finish.
say_hello.set_upstream(second_add, flow=flow)

# create data bindings
add.bind(x=1, y=2, flow=flow)
second_add.bind(x=add, y=100, flow=flow)
say_hello.bind(person=name, flow=flow)

state = flow.run(parameters={"name": "Marvin"})
print("sum:", state.result[second_add].result)
"""

FLOW = """\
@flow(name="My imperative flow!")
def my_imperative_flow(name):
    add_result = add(x=1, y=2)
    second_add_result = add(x=add_result, y=100)
    say_hello_result = say_hello(person=name, wait_for=[second_add_result])
    return second_add_result

state = my_imperative_flow(name="Marvin", return_state=True)
print("sum:", state.result())
"""


TWO = """\
from prefect import Flow, task


@task
def extract(): ...


@task
def load(data): ...


with Flow("ETL") as flow:
    e = extract()
    load(e)

flow = Flow("ETL")
flow.set_dependencies(load, keyword_tasks=dict(data=extract))
flow.run()
"""


@pytest.fixture
def example(tmp_path: Path) -> Path:
    path = tmp_path / "example.py"
    path.write_text(EXAMPLE)
    return path


def test_the_example_becomes_a_flow_function_and_nothing_is_left_to_do(example: Path) -> None:
    (changed,) = plan(example).files
    assert changed.after.endswith(FLOW)
    assert not [one for one in changed.findings if one.kind == "manual"]


def test_a_second_flow_under_the_name_of_the_first_is_taken_in_the_same_run() -> None:
    once = rewrite(TWO, eras_of(TWO)).text
    assert once.endswith(
        '@flow(name="ETL")\ndef etl():\n    e = extract()\n    load(e)\n\n'
        '@flow(name="ETL")\ndef etl_flow():\n    extract_result = extract()\n'
        "    load_result = load(data=extract_result)\netl_flow()\n"
    )
    assert rewrite(once, eras_of(once)).text == once


@pytest.mark.slow
def test_the_migrated_example_runs(example: Path, prefect_server: None, bridge_home: Path) -> None:
    from prefect.settings import PREFECT_API_URL

    plan(example).write(allow_dirty=True)
    environment = {**os.environ, "BRIDGE_HOME": str(bridge_home), "PREFECT_API_URL": PREFECT_API_URL.value()}
    words = [sys.executable, example.name]
    done = subprocess.run(words, cwd=example.parent, env=environment, capture_output=True, text=True, timeout=150)
    assert done.returncode == 0, done.stderr
    said = [line for line in done.stdout.splitlines() if line.startswith(("1 +", "3 +", "Hello", "sum"))]
    assert said == ["1 + 2", "3 + 100", "Hello, Marvin!", "sum: 103"]
    assert not plan(example).changed
