"""What Prefect builds anew for each task run in another process is built once, and is the same."""

from __future__ import annotations

import os
import ssl
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import certifi
import pytest
from prefect import context as contexts
from prefect.client.orchestration import PrefectClient, SyncPrefectClient
from prefect.context import SettingsContext, serialize_context
from prefect.settings import (
    PREFECT_API_SSL_CERT_FILE,
    PREFECT_API_TLS_INSECURE_SKIP_VERIFY,
    PREFECT_LOGGING_LEVEL,
    PREFECT_TASK_SCHEDULING_MAX_SCHEDULED_QUEUE_SIZE,
    Settings,
    get_current_settings,
    temporary_settings,
)

from bridge.flows import hydrating, marked
from tests.flows.conftest import Script

assert marked.BridgeTask.is_bridge  # whose import extends Prefect


@pytest.fixture(autouse=True)
def _anew(monkeypatch: pytest.MonkeyPatch, prefect_server: None) -> Iterator[None]:
    monkeypatch.setattr(hydrating, "_last", None)
    yield


def sent() -> dict[str, Any]:
    """What a task that is sent now would have with it."""
    return serialize_context()


def hydrated(context: dict[str, Any]) -> Settings:
    with contexts.hydrated_context(context):
        return get_current_settings()


def test_settings_are_those_that_prefect_builds() -> None:
    with temporary_settings({PREFECT_LOGGING_LEVEL: "CRITICAL"}):
        context = sent()
    assert hydrated(context) == SettingsContext(**context["settings_context"]).settings
    assert hydrated(context).logging.level == "CRITICAL"


def test_they_are_built_once_from_equal_ones() -> None:
    assert hydrated(sent()) is hydrated(sent())


def test_other_ones_are_built_anew_each_way() -> None:
    with temporary_settings({PREFECT_LOGGING_LEVEL: "CRITICAL"}):
        one = sent()
    with temporary_settings({PREFECT_LOGGING_LEVEL: "ERROR"}):
        other = sent()
    assert [hydrated(context).logging.level for context in (one, other, one)] == ["CRITICAL", "ERROR", "CRITICAL"]


def test_settings_are_taken_apart_as_prefect_does_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hydrating, "_sent", None)
    own: Any = SettingsContext.serialize
    for level in ("CRITICAL", "ERROR", "CRITICAL"):
        with temporary_settings({PREFECT_LOGGING_LEVEL: level}):
            here = SettingsContext.get()
            assert here is not None
            for secrets in (True, False):
                assert here.serialize(include_secrets=secrets) == own.__wrapped__(here, include_secrets=secrets)


def test_they_are_taken_apart_anew_once_changed_in_place_and_nobody_shares_the_parts() -> None:
    with temporary_settings({PREFECT_LOGGING_LEVEL: "CRITICAL"}):
        here = SettingsContext.get()
        assert here is not None
        first = here.serialize()
        first["settings"]["logging"]["level"] = "changed by whoever got it"
        assert here.serialize()["settings"]["logging"]["level"] == "CRITICAL"
        here.settings.logging.level = "ERROR"
        assert here.serialize()["settings"]["logging"]["level"] == "ERROR"


def test_what_this_process_adds_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    name, context = PREFECT_TASK_SCHEDULING_MAX_SCHEDULED_QUEUE_SIZE.name, sent()
    context["settings_context"]["settings"] = {}
    before = hydrated(context)
    monkeypatch.setenv(name, "17")
    assert before.server.tasks.scheduling.max_scheduled_queue_size != 17
    assert hydrated(context).server.tasks.scheduling.max_scheduled_queue_size == 17


def test_files_of_the_working_directory_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    context = sent()
    context["settings_context"]["settings"] = {}
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PREFECT_LOGGING_LEVEL", raising=False)
    before = hydrated(context)
    (tmp_path / "prefect.toml").write_text("[server.tasks.scheduling]\nmax_scheduled_queue_size = 19\n")
    assert before.server.tasks.scheduling.max_scheduled_queue_size != 19
    assert hydrated(context).server.tasks.scheduling.max_scheduled_queue_size == 19


@pytest.mark.skipif(sys.platform == "win32", reason="it cannot be removed there")
def test_a_removed_working_directory_is_no_error(tmp_path: Path) -> None:
    context, here = sent(), Path.cwd()
    folder = tmp_path / "gone"
    folder.mkdir()
    os.chdir(folder)
    folder.rmdir()
    try:
        assert hydrating._surroundings()[0] is None
    finally:
        os.chdir(here)
    assert hydrated(context)


def test_contexts_without_settings_and_none_are_prefects() -> None:
    hydrated_context = contexts.hydrated_context
    with hydrated_context(None), hydrated_context({}), hydrated_context({"settings_context": {}}):
        pass


def test_what_cannot_be_built_is_prefects_error(monkeypatch: pytest.MonkeyPatch) -> None:
    context = sent()
    context["settings_context"]["settings"] = {"logging": {"level": "no such level"}}
    with pytest.raises(ValueError, match="level"), contexts.hydrated_context(context):
        pass
    with (
        temporary_settings({PREFECT_API_SSL_CERT_FILE: "/no/such/file.pem"}),
        pytest.raises(FileNotFoundError),
    ):
        SyncPrefectClient("https://example.com/api")
    monkeypatch.setattr(hydrating, "_settings", None)
    assert hydrated(sent()) == hydrated(sent())


def verifying(client: PrefectClient | SyncPrefectClient) -> Any:
    pool: Any = client._client._transport
    return pool._pool._ssl_context


@pytest.mark.parametrize("kind", [SyncPrefectClient, PrefectClient])
def test_clients_share_the_certificates_that_they_trust(kind: Any) -> None:
    one, other = kind("https://example.com/api"), kind("https://example.org/api", api_key="pnu_1")
    assert verifying(one) is verifying(other)
    assert verifying(one).verify_mode == ssl.CERT_REQUIRED
    assert verifying(one).check_hostname


@pytest.mark.parametrize("kind", [SyncPrefectClient, PrefectClient])
def test_clients_with_certificates_of_their_own_do_not(kind: Any, tmp_path: Path) -> None:
    usual, own = kind("https://example.com/api"), ssl.create_default_context()
    assert verifying(kind("https://example.com/api", httpx_settings={"verify": own})) is own
    assert verifying(kind("https://example.com/api", httpx_settings={"http2": True})) is not verifying(usual)
    assert hydrating._sharing({"cert": "of this client"}) == {"cert": "of this client"}  # it is put into the context
    copy = tmp_path / "cert.pem"
    copy.write_bytes(Path(certifi.where()).read_bytes())
    with temporary_settings({PREFECT_API_SSL_CERT_FILE: str(copy)}):
        assert verifying(kind("https://example.com/api")) is not verifying(usual)
    with temporary_settings({PREFECT_API_TLS_INSECURE_SKIP_VERIFY: True}):
        assert verifying(kind("https://example.com/api")).verify_mode == ssl.CERT_NONE
    assert verifying(usual).verify_mode == ssl.CERT_REQUIRED


BUILT = """
import os
from prefect.settings import Settings
from prefect.task_runners import ProcessPoolTaskRunner
from bridge import flow, task

@task
def built():
    from bridge.flows import hydrating
    import prefect.settings as s
    return os.getpid(), id(hydrating._last.made.settings), id(s.get_current_settings())

@flow(task_runner=ProcessPoolTaskRunner(max_workers=1))
def many():
    return [built.submit().result() for _ in range(4)]

if __name__ == "__main__":
    seen = many()
    print(len({pid for pid, _, _ in seen}), len({made for _, made, _ in seen}), all(a == b for _, a, b in seen))
"""


@pytest.mark.slow
def test_a_process_of_a_pool_builds_them_once(script: Script) -> None:
    code, out, err = script.run(BUILT)
    assert code == 0, err
    assert out.split() == ["1", "1", "True"]


def test_which_fields_are_secrets_is_found_once_for_a_class(monkeypatch: pytest.MonkeyPatch) -> None:
    from prefect.blocks.core import Block
    from prefect.filesystems import LocalFileSystem
    from pydantic import SecretStr

    class Keys(Block):
        name: str
        key: SecretStr

    asked = []
    schema = Block.model_json_schema.__func__  # type: ignore[attr-defined]
    monkeypatch.setattr(
        Block, "model_json_schema", classmethod(lambda cls, *a, **k: asked.append(cls) or schema(cls, *a, **k))
    )
    keys = Keys(name="a", key="hidden")
    for _ in range(2):
        told = keys.model_dump(context={"include_secrets": True})
        assert (told["name"], told["key"]) == ("a", "hidden")
        assert LocalFileSystem(basepath="/a").model_dump(context={"include_secrets": True})["basepath"] == "/a"
    assert asked.count(Keys) <= 2 and asked.count(LocalFileSystem) <= 1
    assert "hidden" not in str(keys.model_dump(context={"include_secrets": False}))
