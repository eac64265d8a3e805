"""Aliases and tags, written by many at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from bridge.catalog import open_catalog
from bridge.domain.preview import Preview
from bridge.domain.version import VersionRef
from bridge.testing.catalog import make_saved, make_step

WRITERS, ROUNDS, KEYS = 8, 9, ("a", "b", "c")


@pytest.mark.parametrize("fixture", ["sqlite_url", "postgres_url"])
def test_eight_writers_of_labels_and_steps_do_not_wait_for_each_other(
    fixture: str, request: pytest.FixtureRequest
) -> None:
    url = request.getfixturevalue(fixture)
    catalog = open_catalog(url)
    for name in ("x", "y"):
        catalog.save(make_saved(name, "first"), step_id=None, run_id=None)

    def write(writer: int) -> None:
        mine = open_catalog(url)
        for i in range(ROUNDS):
            keys = KEYS if writer % 2 else KEYS[::-1]
            name = "xy"[(writer + i) % 2]
            mine.tag(VersionRef(name, 1), {key: None if i % 3 == 0 else str(writer) for key in keys})
            mine.set_alias(VersionRef(name, 1), keys[i % 3])
            saved = [
                replace(
                    make_saved(n, "same" if i % 2 else f"{writer}-{i}"), tags=dict.fromkeys(keys, "z"), aliases=keys
                )
                for n in ("xy" if writer % 2 else "yx")
            ]
            shown = [replace(one, preview=Preview.of_text(str(writer))) for one in saved]
            mine.put_step(make_step(f"{writer}-{i}", *shown))
        mine.close()

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(write, range(WRITERS)))
    for name in ("x", "y"):
        assert [alias for alias, _ in catalog.aliases(name)] == list(KEYS)
        for version in catalog.versions(name)[:-1]:
            assert version.tags == dict.fromkeys(KEYS, "z")
            assert catalog.preview(str(version.digest)) is not None
    catalog.close()
