"""Whatever a file looks like: it is left alone, or what it becomes parses, has its comments, and is left alone then."""

from __future__ import annotations

import random
from pathlib import Path

import prefect
import pytest
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from bridge.migrate.eras import ERAS, eras_of
from bridge.migrate.rewriting import lost_in, rewrite

NAMES = ["flow", "task", "get_run_logger", "Flow", "Parameter", "unmapped", "step", "pipeline", "Client"]
MODULES = ["prefect", "zenml", "prefect.flows", "prefect.tasks", "zenml.steps", "zenml.client", "os"]

names = st.sampled_from(NAMES)
comments = st.sampled_from(["", "  # why", "  # type: ignore", "  # é"])
aliases = st.builds(lambda name, alias: f"{name} as {alias}" if alias else name, names, st.sampled_from(["", "x", "f"]))
listed = st.lists(aliases, min_size=1, max_size=4, unique_by=lambda text: text.split()[0])


def _in_lines(module: str, imported: list[str], notes: list[str], comma: str) -> str:
    inner = "".join(f"    {name},{note}\n" for name, note in zip(imported[:-1], notes, strict=False))
    return f"from {module} import (  # open\n{inner}    {imported[-1]}{comma}  # last\n    # before the end\n)  # end\n"


imports = st.one_of(
    st.builds(lambda m, n, c: f"from {m} import {', '.join(n)}{c}\n", st.sampled_from(MODULES), listed, comments),
    st.builds(
        _in_lines,
        st.sampled_from(MODULES),
        listed,
        st.lists(comments, min_size=4, max_size=4),
        st.sampled_from(["", ","]),
    ),
    st.builds(
        lambda m, a, c: f"import {m}{a}{c}\n", st.sampled_from(MODULES), st.sampled_from(["", " as p"]), comments
    ),
    st.builds(lambda m: f"from {m} import *\n", st.sampled_from(MODULES[:2])),
)
calls = st.sampled_from(
    [
        "",
        "(name='x')",
        "(\n    # inside\n    max_retries=3,  # three\n    retry_delay=timedelta(minutes=1),\n)",
        "(enable_cache=False)",
        "(experiment_tracker='a', settings={'docker': DockerSettings()})",
        "(*args, **more)",
    ]
)
decorators = st.builds(
    lambda head, name, call: f"@{head}{name}{call}\n", st.sampled_from(["", "prefect.", "p.", "zenml."]), names, calls
)
bodies = st.sampled_from(
    [
        "    return x  # back\n",
        "    # only a comment\n    pass\n",
        '    """Says."""\n    logger = prefect.context.get("logger")\n    return logger\n',
        "    yield get_step_context().model\n",
        "    raise signals.SKIP('no')\n",
        "    return Client().get_artifact_version('a').load()\n",
    ]
)
functions = st.builds(
    lambda d, b, kind: f"\n\n{d}{kind}def work(x: int = 1, *rest, **more) -> None:{'  # def'}\n{b}",
    decorators,
    bodies,
    st.sampled_from(["", "async "]),
)
statements = st.sampled_from(
    [
        "# a comment of its own\n",
        "with Flow('a') as flow:  # with\n    p = Parameter('p', default=3)  # p\n    # between\n    r = work(p)\n"
        "    work.map(r, unmapped(p))\nflow.run()  # run\n",
        "with Flow(\n    'b',  # name\n    schedule=None,\n) as f:\n    work(1).set_upstream(work(2))\n",
        "flow = Flow('c')  # c\nflow.add_task(work)  # add\np = Parameter('p')  # p\n"
        "work.bind(x=p, flow=flow)  # bind\nflow.run()\n",
        "if __name__ == '__main__':\n    work()  # go\n",
        "work().run(config_path='a.yaml')\n",
        "pipe = pipeline(step_one=step(), after=[x])  # after\npipe.run()\n",
        "try:\n    import zenml\nexcept ImportError:  # none\n    zenml = None\n",
        "x = '''\nfrom prefect import flow  # no comment\n'''\n",
        "for _ in range(3): work(_) ; work(1)\n",
        "class Task2(Task):  # class\n    def run(self, x):  # run\n        return x\n",
    ]
)
modules = st.builds("".join, st.lists(st.one_of(imports, functions, statements), min_size=1, max_size=7))


def assert_kept(text: str) -> None:
    eras = eras_of(text)
    once = rewrite(text, eras)
    assert lost_in(text, once.text) == ""
    assert not any("Please report" in one.note for one in once.findings), once.findings
    twice = rewrite(once.text, eras_of(once.text))
    assert twice.text == once.text


@settings(max_examples=40, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(modules)
@example("@zenml.Client()\ndef work(): ...\nimport zenml.client\nimport zenml.steps\n")  # read before it is imported
@example("from zenml import Flow as x, pipeline, step as x\n\nx()\n")  # two names by one alias
def test_of_files_put_together_at_random(text: str) -> None:
    try:
        compile(text, "x", "exec")
    except (SyntaxError, ValueError):
        return
    assert_kept(text)


def test_line_ends_stay_and_a_file_whose_would_not_is_left() -> None:
    text = "from prefect import flow\n\n\n@flow  # why\ndef a():\n    pass\n"
    windows, old = text.replace("\n", "\r\n"), text.replace("\n", "\r")
    assert rewrite(windows, ["prefect3"]).text == windows.replace("prefect", "bridge")
    assert rewrite(old, ["prefect3"]).text == old


def test_of_files_that_people_wrote() -> None:
    files = sorted(Path(prefect.__file__).parent.rglob("*.py"))
    for file in random.Random(0).sample(files, 25):
        text = file.read_text(encoding="utf-8")
        if len(text) < 20_000:
            assert_kept(text)


@pytest.mark.parametrize("text", ["x = 1\n", "", "\n\n", "# prefect\n", "prefect = zenml = 1\n", "'''prefect'''"])
def test_what_has_nothing_to_do_with_it_is_left_alone(text: str) -> None:
    assert rewrite(text, ERAS).text == text
