"""`bridge run`: what `python` would do, with bridge active."""

from __future__ import annotations

import os
import pty
import re
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

import bridge
from bridge.workspace import current

ROOT = str(Path(bridge.__file__).parent.parent)
BRIDGE = [sys.executable, "-m", "bridge"]

SCRIPTS = {
    "an exit code": "import sys; sys.exit(3)",
    "a text to exit with": "import sys; sys.exit('no data')",
    "an exception": """
        def inner():
            raise ValueError("seven")
        inner()
        """,
    "an exception with a cause": """
        try:
            {}["key"]
        except KeyError as error:
            raise RuntimeError("no key") from error
        """,
    "a syntax error": "print('never'\nx = 1",
    "arguments": """
        import argparse
        parser = argparse.ArgumentParser()
        parser.add_argument("--json", action="store_true")
        parser.add_argument("-m")
        parser.add_argument("rest", nargs="*")
        print(parser.prog, parser.parse_args())
        """,
    "wrong arguments": "import argparse; argparse.ArgumentParser().parse_args()",
    "a module beside it": "import sibling; print(sibling.WORD, sibling.__file__)",
    "its names": """
        import sys, __main__
        print(__name__, __file__, __package__, __spec__, __doc__, sys.argv, sys.path[0])
        print(sorted(vars(__main__)), __main__.__dict__ is globals())
        """,
    "its source": """
        import inspect
        def f():
            return 1  # a comment
        print(inspect.getsource(f), inspect.getsourcefile(f), f.__module__)
        """,
    "its input": "import sys; print(sys.stdin.read().upper())",
    "asyncio": """
        import asyncio
        async def main():
            await asyncio.sleep(0)
            return "done"
        if __name__ == "__main__":
            print(asyncio.run(main()))
        """,
    "a pool of processes": """
        import multiprocessing as mp
        def double(x):
            return 2 * x
        if __name__ == "__main__":
            with mp.get_context("spawn").Pool(2) as pool:
                print(pool.map(double, [1, 2]))
        """,
    "output at exit": "import atexit; atexit.register(print, 'last'); print('first', flush=True)",
    "an abrupt end": "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
    "environment": "import os; print(sorted(name for name in os.environ if 'BRIDGE' in name))",
}


class Shell:
    """Runs a script by a command line, in a folder of its own."""

    def __init__(self, folder: Path, home: Path) -> None:
        self.folder = folder / "project"
        self.folder.mkdir()
        (self.folder / "sibling.py").write_text("WORD = 'hello'\n")
        (self.folder / "data.bin").write_bytes(b"\x00\x01\x02")
        (self.folder / "package").mkdir()
        (self.folder / "package" / "__init__.py").touch()
        hidden = ("BRIDGE_", "PREFECT_PLUGINS_")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(hidden)}
        self.environment = {**kept, "BRIDGE_HOME": str(home), "PYTHONPATH": ROOT}

    def write(self, code: str, name: str = "script.py") -> None:
        (self.folder / name).write_text(textwrap.dedent(code).lstrip())

    def __call__(self, *words: str, said: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            list(words),
            cwd=self.folder,
            env={**self.environment, **environment},
            input=said,
            capture_output=True,
            text=True,
            timeout=170,
        )


@pytest.fixture()
def shell(tmp_path: Path, bridge_home: Path) -> Shell:
    return Shell(tmp_path, bridge_home)


@pytest.fixture()
def hosted(shell: Shell, prefect_server: None) -> Iterator[Shell]:
    """A shell whose scripts reach the session's Prefect server."""
    from prefect.settings import PREFECT_API_URL

    shell.environment["PREFECT_API_URL"] = PREFECT_API_URL.value()
    yield shell


@pytest.mark.parametrize("what", SCRIPTS)
def test_a_script_does_what_it_does_under_python(what: str, shell: Shell) -> None:
    shell.write(SCRIPTS[what])
    words = ["script.py", "--json", "-m", "x", "--", "--help"] if "arguments" in what else ["script.py"]
    expected = shell(sys.executable, *words, said="from outside")
    got = shell(*BRIDGE, "run", *words, said="from outside")
    assert (got.returncode, got.stdout, got.stderr) == (expected.returncode, expected.stdout, expected.stderr)


@pytest.mark.parametrize("code", ["import sys; print(__name__, __package__, sys.argv); sys.exit(4)", "1/0"])
def test_a_module_does_what_it_does_under_python(code: str, shell: Shell) -> None:
    shell.write(code, "package/job.py")
    expected = shell(sys.executable, "-m", "package.job", "--help")
    got = shell(*BRIDGE, "run", "-m", "package.job", "--help")
    assert (got.returncode, got.stdout, got.stderr) == (expected.returncode, expected.stdout, expected.stderr)


def test_a_script_may_come_from_standard_input(shell: Shell) -> None:
    assert shell(*BRIDGE, "run", "-", "word", said="import sys; print(sys.argv)").stdout == "['-', 'word']\n"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["nowhere.py"], r"There is no file nowhere.py. It was looked for in .*project; for a module: bridge run -m"),
        (["package"], r"package is a directory without a __main__.py. Name the script in it"),
        (["data.bin"], r"data.bin is no Python script: it is not text"),
        (["-m", "nowhere.job"], r"There is no module 'nowhere.job' here. For a file, leave -m out"),
        (["-m", "script.py/x"], r"There is no module"),
    ],
)
def test_what_cannot_be_run_is_said_in_one_line_with_exit_code_2(words: list[str], message: str, shell: Shell) -> None:
    done = shell(*BRIDGE, "run", *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert re.search(message, done.stderr)
    assert len(done.stderr.splitlines()) == 1


def test_options_before_the_script_are_bridges(shell: Shell) -> None:
    assert "the script's own" in " ".join(shell(*BRIDGE, "run", "--help").stdout.split())
    assert shell(*BRIDGE, "run", "--epochs", "3", "script.py").returncode == 2


def test_ctrl_c_reaches_the_script(shell: Shell) -> None:
    shell.write("""
        import time
        try:
            print("ready", flush=True)
            time.sleep(60)
        except KeyboardInterrupt:
            print("interrupted")
            raise SystemExit(7)
        """)
    process = subprocess.Popen(
        [*BRIDGE, "run", "script.py"], cwd=shell.folder, env=shell.environment, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    process.send_signal(signal.SIGINT)
    assert process.communicate(timeout=60)[0] == "interrupted\n"
    assert process.returncode == 7


def test_a_terminal_stays_one(shell: Shell) -> None:
    shell.write("import sys; print(sys.stdin.isatty(), sys.stdout.isatty())")
    mine, theirs = pty.openpty()
    try:
        command = [*BRIDGE, "run", "script.py"]
        subprocess.run(command, cwd=shell.folder, env=shell.environment, stdin=theirs, stdout=theirs, check=True)
        assert os.read(mine, 1000).split() == [b"True", b"True"]
    finally:
        os.close(mine)
        os.close(theirs)


@pytest.mark.parametrize(
    ("environment", "plugins"),
    [
        ({}, {"ENABLED": "true", "ALLOW": "bridge"}),
        ({"PREFECT_PLUGINS_ENABLED": "false"}, {"ENABLED": "true", "ALLOW": "bridge"}),
        ({"PREFECT_PLUGINS_ENABLED": "1"}, {"ENABLED": "1"}),
        (
            {"PREFECT_PLUGINS_ENABLED": "1", "PREFECT_PLUGINS_ALLOW": "aws", "PREFECT_PLUGINS_DENY": "bridge"},
            {"ENABLED": "true", "ALLOW": "aws,bridge", "DENY": "-"},
        ),
    ],
)
def test_bridges_plugin_comes_in_and_no_other_that_would_not_come_anyway(
    environment: dict[str, str], plugins: dict[str, str], shell: Shell
) -> None:
    shell.write("import os; print(sorted((k, v) for k, v in os.environ.items() if k.startswith('PREFECT_PLUGINS_')))")
    done = shell(*BRIDGE, "run", "script.py", **environment)
    assert done.stdout.strip() == str(sorted((f"PREFECT_PLUGINS_{name}", value) for name, value in plugins.items()))


FLOW = """
    from prefect import flow, task
    from prefect.task_runners import {runner}

    @task
    def double(x):
        return 2 * x

    @flow(task_runner={runner}(max_workers=2), log_prints=True)
    def doubling():
        return sum(double.map([1, 2, 3]).result())

    if __name__ == "__main__":
        assert doubling() == 12
"""


@pytest.mark.matrix
@pytest.mark.parametrize("runner", ["ThreadPoolTaskRunner", "ProcessPoolTaskRunner"])
def test_a_flow_that_knows_nothing_of_bridge_is_recorded(runner: str, hosted: Shell) -> None:
    hosted.write(FLOW.format(runner=runner))
    done = hosted(*BRIDGE, "run", "script.py")
    assert done.returncode == 0, done.stderr
    catalog = current().catalog
    (run,) = catalog.runs()
    assert [step.task for step in catalog.steps(run.id)].count("double") == 3
    assert [version.ref.name for version in catalog.artifacts()] == ["doubling", "doubling/double"]


def test_switched_off_nothing_is_recorded_and_the_flow_runs(hosted: Shell, bridge_home: Path) -> None:
    hosted.write(FLOW.format(runner="ThreadPoolTaskRunner"))
    done = hosted(*BRIDGE, "run", "script.py", BRIDGE_ENABLED="false")
    assert done.returncode == 0, done.stderr
    assert not bridge_home.exists()


SERVED = """
    from prefect import flow, task

    @task
    def double(x):
        return 2 * x

    @flow
    def doubling(x: int):
        return double(x)

    if __name__ == "__main__":
        doubling.serve("served")
"""


@pytest.mark.matrix
def test_the_flow_runs_that_a_script_serves_are_recorded(hosted: Shell) -> None:
    from prefect.deployments import run_deployment

    hosted.write(SERVED)
    command = [*BRIDGE, "run", "script.py"]
    with subprocess.Popen(command, cwd=hosted.folder, env=hosted.environment, stdout=subprocess.PIPE) as serving:
        try:
            assert serving.stdout is not None
            assert b"is being served" in b"".join(iter(serving.stdout.readline, b"\n"))
            done = run_deployment("doubling/served", parameters={"x": 21}, timeout=150, poll_interval=1)
        finally:
            serving.send_signal(signal.SIGINT)
    assert done.state.name == "Completed"
    (run,) = current().catalog.runs()
    assert run.id == str(done.id)
    assert current().load("doubling/double@1")[1] == 42
