"""What bridge refuses, seen from a user's flow with the default settings.

The run completes, and one warning names the thing and the way out. What the user asked to be loaded and cannot be is an
error where he asked, which names both as well.
"""

from __future__ import annotations

import json
import logging
import os
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import bridge
from bridge import flow, task
from bridge.domain.errors import DigestMismatchError, UnsafeFormatError
from bridge.domain.ports import Sink, Source
from bridge.domain.run import Run
from bridge.domain.version import Version
from bridge.materializers.families import registry
from bridge.testing.servers import S3, s3_server
from bridge.workspace import current, reset
from bridge.workspace.guard import forget_warnings


@pytest.fixture(scope="module", autouse=True)
def home(prefect_server: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """One home for all of them, and nothing else set: each further one would start a tracker of its own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BRIDGE_HOME", str(tmp_path_factory.mktemp("home")))
        yield Path(os.environ["BRIDGE_HOME"])
        reset()


@pytest.fixture(autouse=True)
def nothing_said(home: Path) -> None:
    """Each warning is given once in a process."""
    forget_warnings()


@pytest.fixture(scope="module")
def bucket() -> Iterator[S3]:
    """A real S3 server."""
    with tempfile.TemporaryDirectory() as folder, s3_server(Path(folder)) as server:
        yield server


@pytest.fixture()
def said(caplog: pytest.LogCaptureFixture) -> Callable[[], str]:
    """The one warning of bridge's."""
    caplog.set_level(logging.WARNING, "bridge")

    def one() -> str:
        records = [record for record in caplog.records if record.name.startswith("bridge") and record.levelno > 20]
        (message,) = [record.getMessage() for record in records]
        return message

    return one


def last_run() -> Run:
    return current().catalog.runs()[0]


def made_by(name: str) -> Version:
    return current().resolve(name)


def assert_recorded_without_bytes(name: str, why: str) -> None:
    """The run and the version are recorded, and the version says why it has no bytes."""
    assert last_run().state == "Completed"
    version = made_by(name)
    assert version.digest is None
    assert why in version.metadata["not_stored"]


UNSTORABLE: dict[str, Callable[[], Any]] = {
    "generator": lambda: {"rows": (n for n in range(3))},
    "lock": lambda: [threading.Lock()],
    "TextIOWrapper": lambda: {"file": Path(os.devnull).open()},  # noqa: SIM115 - an open file is what is returned
}


@pytest.mark.parametrize("kind", sorted(UNSTORABLE))
def test_a_value_that_nothing_can_store(kind: str, said: Callable[[], str]) -> None:
    @task
    def making() -> Any:
        return UNSTORABLE[kind]()

    @flow
    def unstorable() -> str:
        made = making()
        for part in made.values() if isinstance(made, dict) else ():
            getattr(part, "close", lambda: None)()
        return "done"

    assert unstorable() == "done"
    message = said()
    for part in ("task 'making'", "unstorable/making", kind, "@task(output=None)", "The run goes on"):
        assert part in message
    assert_recorded_without_bytes("unstorable/making", kind)


class Parcel:
    """A value of the user's own."""


class Escaping:
    """A materializer of the user's own that writes where it must not."""

    format = "parcel"

    def handles(self, value: object) -> bool:
        return type(value) is Parcel

    def save(self, value: Any, sink: Sink) -> dict[str, Any]:
        with sink.open("../x") as file:
            file.write(b"escaped")
        return {}

    def load(self, source: Source) -> Any:
        return Parcel()


@pytest.fixture()
def escaping(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_all", registry._all)
    registry.register(Escaping())


def test_a_path_that_escapes(escaping: None, said: Callable[[], str], home: Path) -> None:
    @task
    def packing() -> Parcel:
        return Parcel()

    @flow
    def posting() -> str:
        packing()
        return "done"

    assert posting() == "done"
    message = said()
    for part in ("task 'packing'", "posting/packing", "'../x'", "'..' is not a name in it", "The run goes on"):
        assert part in message
    assert_recorded_without_bytes("posting/packing", "'../x'")
    assert not list(home.rglob("x"))


@flow
def adding(n: int) -> float:
    return total(numbers(n))


@task
def numbers(n: int) -> list[float]:
    return [float(i) for i in range(n)]


@task
def total(values: list[float]) -> float:
    return sum(values)


def s3(monkeypatch: pytest.MonkeyPatch, **options: Any) -> None:
    monkeypatch.setenv("BRIDGE_STORE", "s3://no-such-bucket/values")
    monkeypatch.setenv("BRIDGE_STORE_OPTIONS", json.dumps(options))


@pytest.mark.slow
def test_a_bucket_that_cannot_be_reached(monkeypatch: pytest.MonkeyPatch, said: Callable[[], str]) -> None:
    pytest.importorskip("s3fs")
    s3(monkeypatch, endpoint_url="http://127.0.0.1:1", key="ann", secret="PASSWORD")
    assert adding(5000) == 12497500.0
    message = said()
    for part in ("adding/numbers", "s3://no-such-bucket/values", "127.0.0.1:1", "bridge doctor", "The run goes on"):
        assert part in message
    assert "PASSWORD" not in message
    assert_recorded_without_bytes("adding/numbers", "s3://no-such-bucket/values")


@pytest.mark.slow
def test_credentials_that_are_wrong(bucket: S3, monkeypatch: pytest.MonkeyPatch, said: Callable[[], str]) -> None:
    pytest.importorskip("s3fs")
    s3(monkeypatch, **{**bucket.options, "secret": "PASSWORD"})
    assert adding(5000) == 12497500.0
    message = said()
    for part in ("adding/numbers", "s3://no-such-bucket/values", "bridge doctor", "The run goes on"):
        assert part in message
    assert "PASSWORD" not in message
    assert_recorded_without_bytes("adding/numbers", "s3://no-such-bucket/values")


def test_a_disk_that_is_full(nearly_full: Path, monkeypatch: pytest.MonkeyPatch, said: Callable[[], str]) -> None:
    monkeypatch.setenv("BRIDGE_STORE", str(nearly_full / "store"))
    (nearly_full / "filler").write_bytes(bytes(580 << 10))
    assert adding(5000) == 12497500.0
    message = said()
    for part in ("adding/numbers", str(nearly_full / "store"), "no space is left on its disk", "The run goes on"):
        assert part in message
    assert_recorded_without_bytes("adding/numbers", "no space is left")
    assert [file.name for file in nearly_full.rglob("*") if file.is_file() and file.stat().st_size] == ["filler"]


@flow
def with_fallback(selector: str) -> str:
    """What a careful user writes: where the value cannot be had, go on without it."""
    state = loading(selector, return_state=True)
    return f"without it: {state.message}" if state.is_failed() else "with it"


@task
def loading(selector: str) -> Any:
    return bridge.load(selector)


def test_a_chunk_that_was_changed_is_an_error_where_it_is_loaded(home: Path) -> None:
    version = bridge.save(np.arange(50_000.0), "weights")
    (key,) = current().catalog.manifest(version.digest or "").keys()
    blob = home / "store" / key
    blob.chmod(0o600)
    data = bytearray(blob.read_bytes())
    data[1000] ^= 1
    blob.write_bytes(data)
    with pytest.raises(
        DigestMismatchError, match=rf"'value\.npy' of {version.digest} \(in {key}\) has changed.*doctor"
    ):
        bridge.load("weights")
    result = with_fallback("weights")
    assert result.startswith("without it: ")
    assert "has changed since it was saved" in result
    assert last_run().state == "Completed"


def test_a_pickle_from_elsewhere_is_an_error_where_it_is_loaded(tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BRIDGE_HOME", str(tmp_path))
        bridge.save({1, object}, "odd")
        bridge.archive(tmp_path / "odd.tar", "odd")
    bridge.restore(tmp_path / "odd.tar")
    with pytest.raises(UnsafeFormatError, match=r"odd@1 .*'pickle' can run code.*BRIDGE_ALLOW_PICKLE=true"):
        bridge.load("odd")
    result = with_fallback("odd")
    assert result.startswith("without it: ")
    assert "BRIDGE_ALLOW_PICKLE=true" in result
    assert last_run().state == "Completed"


def test_an_array_of_objects_is_stored(caplog: pytest.LogCaptureFixture) -> None:
    @task
    def naming() -> Any:
        return np.array(["a", None, 3], dtype=object)

    @flow
    def objects() -> str:
        naming()
        return "done"

    assert objects() == "done"
    assert list(bridge.load("objects/naming")) == ["a", None, 3]
    assert not [record for record in caplog.records if record.name.startswith("bridge") and record.levelno > 20]
