"""Promotions by many at once, in threads and processes, and by one that is killed: one outcome each, one chain."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import bridge
from bridge.catalog import open_catalog
from bridge.domain.decision import Decision
from bridge.domain.decision_text import decision_of
from bridge.domain.ports import Catalog
from bridge.models.promotion.verifying import chain_faults, verify
from bridge.testing.promotion import change, register

AT_ONCE = 20

PROMOTER = """
import sys, time
from bridge.catalog import open_catalog
from bridge.testing.promotion import change
url, number, start = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
catalog = open_catalog(url)
catalog.check()
time.sleep(max(0.0, start - time.time()))
print(catalog.decide(change(number, 1)).outcome)
"""

ENDLESS = """
import sys
import threading
from bridge.catalog import open_catalog
from bridge.testing.promotion import change
catalog = open_catalog(sys.argv[1])
at = 1
while True:
    at = catalog.decide(change(3 - at, at)).number
    print(at, flush=True)
"""

URLS = pytest.mark.parametrize("fixture", ["sqlite_url", "postgres_url"])


def intact(catalog: Catalog) -> list[Decision]:
    """All decisions, if the chain is intact and the alias is where the last accepted one says."""
    entries = catalog.entries()
    assert list(chain_faults(entries)) == []
    found = [decision_of(entry) for entry in entries]
    last = [one for one in found if one.is_moved][-1]
    (at,) = catalog.model_aliases("m")
    assert (at.number, at.decision) == (last.number, last.position)
    assert dict(catalog.aliases("m"))["champion"].number == last.number
    return found


@URLS
def test_of_twenty_threads_that_promote_at_once_one_wins(fixture: str, request: pytest.FixtureRequest) -> None:
    url = request.getfixturevalue(fixture)
    catalog = open_catalog(url)
    register(catalog, "m", AT_ONCE + 1)
    catalog.decide(change(1, None))
    with ThreadPoolExecutor(AT_ONCE) as pool:
        made = list(pool.map(lambda number: catalog.decide(change(number, 1)), range(2, AT_ONCE + 2)))
    assert Counter(one.outcome for one in made) == {"accepted": 1, "refused": AT_ONCE - 1}
    (winner,) = [one for one in made if one.is_moved]
    assert {one.reason for one in made if one.is_refused} == {f"champion changed meanwhile from 1 to {winner.number}"}
    assert sorted(one.position for one in made) == list(range(2, AT_ONCE + 2))
    assert len(intact(catalog)) == AT_ONCE + 1
    catalog.close()


@pytest.mark.matrix
@URLS
def test_of_twenty_processes_that_promote_at_once_one_wins(fixture: str, request: pytest.FixtureRequest) -> None:
    url = request.getfixturevalue(fixture)
    catalog = open_catalog(url)
    register(catalog, "m", AT_ONCE + 1)
    catalog.decide(change(1, None))
    start = str(time.time() + 6)
    going = [promoter(PROMOTER, url, str(number), start) for number in range(2, AT_ONCE + 2)]
    said = [process.communicate(timeout=120)[0].strip() for process in going]
    assert Counter(said) == {"accepted": 1, "refused": AT_ONCE - 1}
    assert len(intact(catalog)) == AT_ONCE + 1
    catalog.close()


@URLS
def test_a_promoter_that_is_killed_leaves_no_half_of_a_decision(fixture: str, request: pytest.FixtureRequest) -> None:
    url = request.getfixturevalue(fixture)
    catalog = open_catalog(url)
    register(catalog, "m", 2)
    catalog.decide(change(1, None))
    for _ in range(3):
        (at,) = catalog.model_aliases("m")
        process = promoter(ENDLESS.replace("at = 1\n", f"at = {at.number}\n"), url)
        assert process.stdout is not None
        for _ in range(5):
            assert process.stdout.readline().strip() in {"1", "2"}
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
        before = len(intact(catalog))
        (at,) = catalog.model_aliases("m")
        assert catalog.decide(change(3 - at.number, at.number)).outcome == "accepted"
        assert len(intact(catalog)) == before + 1
    catalog.close()


def promoter(code: str, *words: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": str(Path(bridge.__file__).parent.parent)}
    return subprocess.Popen([sys.executable, "-c", code, *words], stdout=subprocess.PIPE, text=True, env=environment)


@URLS
def test_a_log_that_is_added_to_while_it_is_verified_is_intact(fixture: str, request: pytest.FixtureRequest) -> None:
    url = request.getfixturevalue(fixture)
    catalog = open_catalog(url)
    register(catalog, "m", 2)
    at = catalog.decide(change(1, None)).number
    other = open_catalog(url)
    going = threading.Event()

    def decide() -> None:
        now = at
        while not going.is_set():
            assert now is not None
            now = other.decide(change(3 - now, now)).number

    with ThreadPoolExecutor(1) as aside:
        deciding = aside.submit(decide)
        try:
            for _ in range(10):
                assert verify(catalog=catalog).faults == ()
        finally:
            going.set()
        deciding.result()
    other.close()
    catalog.close()
