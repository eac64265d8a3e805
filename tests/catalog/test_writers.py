from __future__ import annotations

import multiprocessing
import os
import signal
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bridge.catalog import open_catalog
from bridge.domain.ports import Catalog
from bridge.domain.selector import Selector
from bridge.domain.version import VersionRef
from bridge.testing.catalog import make_run, make_saved, make_step

PROCESSES, STEPS, NAMES = 8, 50, ("a", "b", "c")


def write(url: str, writer: int, together: object) -> None:
    catalog = open_catalog(url)
    together.wait()  # type: ignore[attr-defined]  # a barrier
    for i in range(STEPS):
        names = NAMES if i % 2 else NAMES[::-1]  # opposite orders: no two may wait for each other
        outputs = [make_saved(name, f"{writer}-{i}") for name in names]
        versions = catalog.put_step(make_step(f"{writer}-{i}", *outputs))
        catalog.put_step(make_step(f"{writer}-{i}-user", inputs=[each.ref for each in versions]))
    catalog.close()


def assert_eight_processes_write(url: str) -> None:
    spawn = multiprocessing.get_context("spawn")
    together = spawn.Barrier(PROCESSES)
    writers = [spawn.Process(target=write, args=(url, i, together)) for i in range(PROCESSES)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert [writer.exitcode for writer in writers] == [0] * PROCESSES
    catalog = open_catalog(url)
    total = PROCESSES * STEPS
    for name in NAMES:
        found = catalog.versions(name)
        assert [each.ref.number for each in found] == list(range(total, 0, -1))
        assert {each.step_id for each in found} == {f"{w}-{i}" for w in range(PROCESSES) for i in range(STEPS)}
    assert len(catalog.edges_of_step("7-49-user")) == len(NAMES)
    catalog.close()


def test_eight_processes_make_and_fill_one_sqlite_file_at_once(tmp_path: Path) -> None:
    assert_eight_processes_write(f"sqlite:///{tmp_path}/new/catalog.db")


@pytest.mark.matrix
def test_eight_processes_make_and_fill_one_postgres_database_at_once(empty_postgres_url: str) -> None:
    assert_eight_processes_write(empty_postgres_url)


def test_threads_share_a_catalog(sqlite_catalog: Catalog) -> None:
    def record(i: int) -> int:
        (version,) = sqlite_catalog.put_step(make_step(f"s{i}", make_saved("x", str(i))))
        assert sqlite_catalog.resolve(Selector("x")).ref.number >= version.ref.number
        return version.ref.number

    with ThreadPoolExecutor(16) as pool:
        assert sorted(pool.map(record, range(300))) == list(range(1, 301))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.parametrize("fixture", ["sqlite_url", "postgres_url"])
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_parent_and_child_go_on_after_a_fork(fixture: str, request: pytest.FixtureRequest) -> None:
    catalog = open_catalog(request.getfixturevalue(fixture))
    catalog.put_run(make_run("before"))
    child = os.fork()
    if child == 0:
        try:
            for i in range(20):
                catalog.put_step(make_step(f"child-{i}", make_saved("x", f"child-{i}")))
            catalog.close()
            os._exit(0)
        finally:
            os._exit(1)
    for i in range(20):
        catalog.put_step(make_step(f"parent-{i}", make_saved("x", f"parent-{i}")))
    assert os.waitpid(child, 0)[1] == 0
    assert [each.ref.number for each in catalog.versions("x")] == list(range(40, 0, -1))
    catalog.close()


def test_a_writer_that_is_killed_leaves_whole_steps_and_no_lock(sqlite_url: str) -> None:
    code = (
        "import itertools, sys\n"
        "from bridge.catalog import open_catalog\n"
        "from bridge.testing.catalog import make_saved, make_step\n"
        f"catalog = open_catalog({sqlite_url!r})\n"
        "for i in itertools.count():\n"
        "    catalog.put_step(make_step(f's{i}', make_saved('x', str(i)), make_saved('y', str(i))))\n"
        "    print(i, flush=True)\n"
    )
    writer = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert writer.stdout is not None
    for line in writer.stdout:
        if int(line) >= 30:
            break
    writer.send_signal(signal.SIGKILL)
    writer.communicate()
    catalog = open_catalog(sqlite_url)
    recorded = len(catalog.versions("x"))
    assert recorded >= 31
    assert len(catalog.versions("y")) == recorded
    for version in catalog.versions("x"):
        assert version.step_id is not None
        assert len(catalog.edges_of_step(version.step_id)) == 2
        assert catalog.manifest(str(version.digest)).size
    (after,) = catalog.put_step(make_step("after", make_saved("x", "after")))
    assert after.ref == VersionRef("x", recorded + 1)
    catalog.close()
    check = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))
    assert check.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    check.close()
