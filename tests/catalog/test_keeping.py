"""Two transactions of PostgreSQL that meet: what each of them must see of the other."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from functools import partial
from typing import Any

import psycopg
import pytest

from bridge.catalog import open_catalog
from bridge.domain.errors import VersionNotFoundError
from bridge.domain.ports import Catalog
from bridge.domain.version import VersionRef
from bridge.testing.catalog import make_saved, make_step

LATER = datetime.now(timezone.utc) + timedelta(hours=1)


@pytest.fixture
def catalog(postgres_url: str) -> Iterator[Catalog]:
    catalog = open_catalog(postgres_url)
    for number in (1, 2):
        catalog.put_step(make_step(f"s{number}", make_saved("x", f"{number}")))
    yield catalog
    catalog.close()


@contextmanager
def waiting(url: str, work: Callable[[], Any], *statements: str) -> Iterator[Future[Any]]:
    """Do some work while another transaction has done these statements; it ends when the work waits for it."""
    with psycopg.connect(url) as other, ThreadPoolExecutor(1) as pool:
        for statement in statements:
            other.execute(statement)  # type: ignore[call-overload]
        future = pool.submit(work)
        with psycopg.connect(url, autocommit=True) as watcher:
            blocked = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
            until = time.monotonic() + 30
            while not future.done() and time.monotonic() < until:
                if watcher.execute(blocked).fetchone() != (0,):
                    break
                time.sleep(0.01)
        assert not future.done(), "it waited for nobody"
        other.commit()
        yield future


LOCKED = "SELECT id FROM artifacts WHERE name = 'x' FOR UPDATE"


def test_an_alias_that_was_being_set_is_seen(catalog: Catalog, postgres_url: str) -> None:
    pointed = "INSERT INTO aliases SELECT id, 'champion', 1 FROM artifacts"
    with waiting(postgres_url, lambda: catalog.forget([VersionRef("x", 1)]), LOCKED, pointed) as gone:
        assert gone.result() == []


def test_an_alias_is_not_set_on_what_was_being_forgotten(catalog: Catalog, postgres_url: str) -> None:
    forgotten = "UPDATE versions SET deleted = 1 WHERE number = 1"
    setting = partial(catalog.set_alias, VersionRef("x", 1), "champion")
    with waiting(postgres_url, setting, LOCKED, forgotten) as done, pytest.raises(VersionNotFoundError):
        done.result()


def test_a_content_that_was_being_saved_again_is_not_dropped(catalog: Catalog, postgres_url: str) -> None:
    catalog.forget([VersionRef("x", 1)])
    again = (
        "INSERT INTO versions SELECT artifact_id, 3, digest, type, created, step_id, run_id, metadata, NULL "
        "FROM versions WHERE number = 1"
    )
    locked = "SELECT * FROM contents FOR UPDATE"  # as an upsert that changes nothing locks it
    with waiting(postgres_url, lambda: catalog.drop_contents(forgotten_before=LATER), again, locked) as dropped:
        assert dropped.result() == 0
    assert catalog.manifest(str(catalog.versions("x")[0].digest)).size == 1
