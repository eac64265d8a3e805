"""Large files on their way to a store far away: in segments, again after a crash, past failures that go by."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import fsspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.domain.errors import StoreError, StoreUnreachableError
from bridge.store import BlobStore, driver, open_store, sending
from bridge.store.cached import CachedObjects
from bridge.store.driver import Driver
from bridge.store.patience import may_pass
from bridge.store.remote import RemoteObjects
from bridge.store.sending import LARGEST_SEGMENT, for_each, segment_length, segments
from bridge.testing.servers import S3
from bridge.testing.store import contents, noise, put

LARGE = noise(40 << 20)


class Counting(RemoteObjects):
    """A place that notes what is put, and can fail after some of it."""

    def __init__(self, url: str, local: Path) -> None:
        super().__init__(url, local)
        self.sizes: list[int] = []
        self.fails_after = 1 << 60

    def _put(self, data: bytes, *, key: str) -> None:
        if len(self.sizes) >= self.fails_after:
            raise OSError(5, "the line is dead")
        super()._put(data, key=key)
        self.sizes.append(len(data))


@given(st.integers(1, 1 << 40), st.lists(st.integers(1, 1 << 22), max_size=50))
def test_segments_cover_a_file_once_and_in_order(size: int, lengths: list[int]) -> None:
    ends = [sum(lengths[: i + 1]) for i in range(len(lengths))]
    size = ends[-1] if ends else size % (4 << 30) + 1
    ranges = segments(size, ends)
    assert ranges[0][0] == 0
    assert [begin + length for begin, length in ranges] == [*(begin for begin, _ in ranges[1:]), size]
    assert all(0 < length <= LARGEST_SEGMENT for _, length in ranges)
    assert all(begin in {0, *ends} for begin, _ in ranges) or not ends


def test_a_file_has_few_segments_until_it_is_very_large() -> None:
    assert [-(-size // segment_length(size)) for size in (8 << 20, 512 << 20, 1 << 30, 2 << 30)] == [1, 32, 32, 64]


def test_a_save_that_failed_is_continued_by_the_next(tmp_path: Path) -> None:
    far = Counting(str(tmp_path / "far"), tmp_path / "scratch")
    far.fails_after = 3
    with pytest.raises(StoreError, match="the line is dead"):
        put(BlobStore(far), {"a": LARGE})
    before, far.fails_after = sum(far.sizes), 1 << 60
    manifest = put(BlobStore(far), {"a": LARGE})
    assert before > 10 << 20
    listed = manifest.files[0].chunks
    assert listed is not None
    assert sum(far.sizes) == len(LARGE) + listed.length
    assert contents(BlobStore(far), manifest) == {"a": LARGE}
    assert list((tmp_path / "scratch").glob("*")) == []


def test_a_large_part_of_a_file_that_is_new_goes_in_segments_too(tmp_path: Path) -> None:
    far = Counting(str(tmp_path / "far"), tmp_path / "scratch")
    first = put(BlobStore(far), {"a": LARGE[: 12 << 20]})
    second = put(BlobStore(far), {"a": LARGE}, bases=[first])
    assert contents(BlobStore(far), second) == {"a": LARGE}
    shared = {part.key for part in first.files[0].parts} & {part.key for part in second.files[0].parts}
    assert shared
    assert max(far.sizes) <= segment_length(len(LARGE))
    assert sum(far.sizes) < len(LARGE) + (1 << 20)


def test_a_file_is_on_the_disk_once_while_it_goes_to_a_store_that_keeps_copies(tmp_path: Path) -> None:
    most = 0

    class Looking(Counting):
        def _put(self, data: bytes, *, key: str) -> None:
            nonlocal most
            super()._put(data, key=key)
            files = [file for name in ("scratch", "cache") for file in (tmp_path / name).rglob("*")]
            most = max(most, sum(file.stat().st_size for file in files if file.is_file()))

    far = Looking(str(tmp_path / "far"), tmp_path / "scratch")
    sending_one_by_one = pytest.MonkeyPatch()
    sending_one_by_one.setattr(sending, "_IN_MEMORY", 1)
    with sending_one_by_one.context():
        put(BlobStore(CachedObjects(far, tmp_path / "cache", 1 << 30)), {"a": LARGE})
    sending_one_by_one.undo()
    assert 0 < most <= len(LARGE) + (1 << 20)


def test_after_a_failure_no_more_is_begun() -> None:
    begun = []

    def work(number: int) -> None:
        begun.append(number)
        if number == 0:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        for_each(work, range(10_000), at_once=2)
    assert len(begun) < 10_000


def test_what_is_held_in_memory_is_bounded_for_all_threads_together() -> None:
    held, most, lock = 0, 0, threading.Lock()

    def work(_: int) -> None:
        nonlocal held, most
        with sending._room.for_bytes(40 << 20):
            with lock:
                held += 1
                most = max(most, held)
            with lock:
                held -= 1

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(work, range(200)))
    assert most <= 2
    with sending._room.for_bytes(1 << 40):
        pass  # one that is larger than the bound goes alone


class Silent:
    """Takes connections and says nothing."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self.connections: list[socket.socket] = []
        threading.Thread(target=self._take, daemon=True).start()

    def _take(self) -> None:
        while True:
            try:
                self.connections.append(self._socket.accept()[0])
            except OSError:
                return

    def close(self) -> None:
        self._socket.close()
        for one in self.connections:
            one.close()


@pytest.fixture
def silent() -> Iterator[Silent]:
    server = Silent()
    yield server
    server.close()


KEYS = {"key": "some", "secret": "thing"}


def test_a_store_that_says_nothing_is_waited_for_once(
    silent: Silent, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(driver, "ANSWER_WITHIN", 2.0)
    store = open_store("s3://bridge/silent", staging=tmp_path, options={"endpoint_url": silent.url, **KEYS})
    with pytest.raises(StoreUnreachableError, match=r"it does not answer \(TimeoutError: no answer in 2 s\)"):
        put(store, {"a": LARGE})
    until = time.monotonic() + 20
    while not silent.connections and time.monotonic() < until:
        time.sleep(0.05)  # the driver takes its time to get ready
    asked = len(silent.connections)
    assert asked > 0
    with pytest.raises(StoreUnreachableError, match="nothing is written to it for another"):
        put(store, {"a": LARGE})
    assert len(silent.connections) == asked
    with pytest.raises(StoreUnreachableError, match="no answer"):
        store.check()  # who asks whether it works is told how it is now
    assert put(store, {"a": b"small"}).size == 5


def test_a_store_that_fails_again_and_again_is_asked_less_and_less() -> None:
    place = Driver("memory://example", {})

    def refused(fs: object, root: str) -> None:
        raise TimeoutError

    pauses = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bridge.store.patience.PAUSES", ())
        for _ in range(7):
            with pytest.raises(StoreUnreachableError):
                place.ask(refused)
            pauses.append(place._pause)
    assert pauses == [30, 60, 120, 240, 480, 600, 600]
    with pytest.raises(StoreUnreachableError, match="another 600 s"):
        place.refuse_while_paused()
    assert place.ask(lambda fs, root: 42) == 42
    place.refuse_while_paused()


def test_a_store_that_nobody_serves_is_named_with_the_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(driver, "ANSWER_WITHIN", 3)
    store = open_store("s3://bridge/x", staging=tmp_path, options={"endpoint_url": "http://127.0.0.1:9", **KEYS})
    with pytest.raises(StoreUnreachableError, match=r"s3://bridge/x cannot be used: it does not answer \(.*\)"):
        store.check()


def test_a_users_own_time_outs_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    given = {"config_kwargs": {"connect_timeout": 77}}
    assert driver._patient("s3://bucket/x", given) == given
    assert driver._patient("sftp://host/x", {"a": 1}) == {"a": 1}
    assert driver._patient("s3://bucket/x", {})["config_kwargs"]["retries"]["total_max_attempts"] == 2
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "9")
    assert "retries" not in driver._patient("s3://bucket/x", {})["config_kwargs"]


def test_only_failures_that_may_pass_are_tried_again() -> None:
    asked: list[int] = []

    def request(fs: object, root: str) -> int:
        asked.append(1)
        if len(asked) < 3:
            raise ConnectionResetError("by peer")
        return 42

    place = Driver("memory://example", {})
    assert (place.ask(request), len(asked)) == (42, 3)
    for error in (FileNotFoundError(), PermissionError(), OSError(28, "No space left on device"), ValueError()):
        asked.clear()

        def refused(fs: object, root: str, error: Exception = error) -> None:
            asked.append(1)
            raise error

        with pytest.raises(type(error)):
            place.ask(refused)
        assert len(asked) == 1


@pytest.mark.parametrize(("status", "passes"), [(500, True), (503, True), (429, True), (403, False), (501, False)])
def test_an_answer_tells_whether_to_ask_again(status: int, passes: bool) -> None:
    class HttpError(Exception):
        code = status

    class ClientError(Exception):
        response = {"ResponseMetadata": {"HTTPStatusCode": status}}

    translated = OSError(5, "said the server")
    translated.__cause__ = ClientError()
    assert [may_pass(HttpError()), may_pass(translated)] == [passes, passes]


class Flaky:
    """Passes connections on to a server; the first ones it answers with 503, or cuts off after some bytes."""

    def __init__(self, endpoint: str, *, busy: int, cut: int) -> None:
        host, _, port = endpoint.removeprefix("http://").partition(":")
        self._server, self._busy, self._cut = (host, int(port)), busy, cut
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        threading.Thread(target=self._take, daemon=True).start()

    def _take(self) -> None:
        while True:
            try:
                client = self._socket.accept()[0]
            except OSError:
                return
            if self._busy > 0:
                self._busy -= 1
                client.recv(65536)
                client.sendall(b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                client.close()
                continue
            self._cut -= 1
            server = socket.create_connection(self._server)
            most = 1 << 20 if self._cut >= 0 else 1 << 60
            threading.Thread(target=self._pass, args=(client, server, most), daemon=True).start()
            threading.Thread(target=self._pass, args=(server, client, 1 << 60), daemon=True).start()

    def _pass(self, one: socket.socket, other: socket.socket, most: int) -> None:
        try:
            while most > 0 and (data := one.recv(65536)):
                other.sendall(data)
                most -= len(data)
        except OSError:
            pass
        finally:
            for each in (one, other):
                with suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self._socket.close()


@pytest.mark.matrix
@pytest.mark.parametrize(("busy", "cut"), [(3, 0), (0, 3)], ids=["busy", "cut off"])
def test_a_line_that_fails_for_a_moment_costs_a_save_nothing(s3: S3, tmp_path: Path, busy: int, cut: int) -> None:
    flaky = Flaky(s3.endpoint, busy=busy, cut=cut)
    try:
        options = {**s3.options, "endpoint_url": flaky.url}
        store = open_store(f"s3://{s3.bucket}/{uuid.uuid4().hex}", staging=tmp_path, options=options)
        manifest = put(store, {"a": LARGE})
        assert contents(store, manifest) == {"a": LARGE}
    finally:
        flaky.close()


KILLED = """
import sys
from pathlib import Path
from bridge.store import BlobStore
from bridge.testing.store import noise, put
from tests.store.test_sending import LARGE, Counting

class Telling(Counting):
    def _put(self, data, *, key):
        if len(self.sizes) >= 3:
            print("half", flush=True)
            sys.stdin.readline()
        super()._put(data, key=key)

put(BlobStore(Telling(sys.argv[1], Path(sys.argv[2]))), {"a": LARGE})
"""


@pytest.mark.matrix
def test_an_upload_to_s3_that_was_killed_is_continued_and_what_was_abandoned_is_swept(s3: S3, tmp_path: Path) -> None:
    url, scratch = f"s3://{s3.bucket}/{uuid.uuid4().hex}", tmp_path / "scratch"
    there = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    words = [sys.executable, "-c", KILLED, url, str(scratch)]
    writer = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=there)
    assert writer.stdout is not None
    assert writer.stdout.readline() == "half\n"
    writer.send_signal(signal.SIGKILL)
    writer.communicate()
    fs, root = fsspec.core.url_to_fs(url)
    fs.invalidate_cache()
    landed = sum(info["size"] for info in fs.find(f"{root}/blobs", detail=True).values())
    assert landed > 10 << 20
    assert not fs.call_s3("list_multipart_uploads", Bucket=s3.bucket).get("Uploads")

    far = Counting(url, scratch)
    manifest = put(BlobStore(far, scratch), {"a": LARGE})
    listed = manifest.files[0].chunks
    assert listed is not None
    assert sum(far.sizes) == len(LARGE) - landed + listed.length
    assert contents(BlobStore(far), manifest) == {"a": LARGE}

    assert list(scratch.iterdir())
    assert BlobStore(far, scratch).sweep([], older_than=0) == len(manifest.keys()) + 1
    assert list(far.blobs()) == []
    assert list(scratch.iterdir()) == []


@pytest.mark.matrix
def test_s3_puts_only_what_is_not_there(s3: S3, tmp_path: Path) -> None:
    objects = RemoteObjects(f"s3://{s3.bucket}/{uuid.uuid4().hex}", tmp_path)
    key = "blobs/ab/" + "c" * 62
    objects.send(b"first", key=key)
    assert objects._driver.only_if_new == {"mode": "create"}
    assert objects._put_new(b"other", key=key)
    assert b"".join(objects.read(key, offset=0, length=10)) == b"first"
    assert not objects._put_new(b"of another size", key=key)
    objects.send(b"of another size", key=key)
    assert objects.size(key) == len(b"of another size")
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: objects.send(LARGE[:1_000_000], key="blobs/cd/" + "e" * 62), range(16)))
    assert objects.size("blobs/cd/" + "e" * 62) == 1_000_000
