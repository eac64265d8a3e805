"""Whether an object was changed in place: by the kernel's watch over its pages, and by hashing."""

from __future__ import annotations

import gc
import io
import multiprocessing.shared_memory
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
import scipy.sparse

from bridge import materializers
from bridge.flows.caching import watch as watching
from bridge.flows.caching.watch import Watch, watch
from bridge.flows.caching.watch_pages import Pages
from bridge.store import open_store
from bridge.store.disks import is_on_own_disk

LARGE = 500_000
"""Numbers: 4 MB."""


@pytest.fixture(params=["pages", "hashing"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "pages":
        _need_pages()
    else:
        monkeypatch.setattr(watching._opened, "pages", None)
        monkeypatch.setattr(watching._opened, "_asked", True)
    return str(request.param)


@pytest.fixture
def pages() -> Iterator[Pages]:
    _need_pages()
    opened = Pages.opened()
    assert opened is not None
    yield opened
    opened.close()


def _need_pages() -> None:
    if watching._opened.get() is None:
        pytest.skip("this kernel has no asynchronous write protection, or does not allow it")


def watched(value: Any) -> Watch:
    before = watch(value)
    assert before is not None
    return before


def numbers() -> Any:
    return np.arange(LARGE, dtype="float64")


def frame() -> Any:
    texts = [f"text {i}" for i in range(3)] * (LARGE // 3)
    return pd.DataFrame({"a": numbers()[: len(texts)], "b": np.arange(len(texts)), "c": texts})


def _set(value: Any) -> None:
    value[1234] = -1


def _sparse() -> Any:
    return scipy.sparse.csr_matrix(np.ones((600, 600)))


CHANGES: dict[str, tuple[Callable[[], Any], Callable[[Any], Any]]] = {
    "an element": (numbers, _set),
    "the first element": (numbers, lambda value: value.__setitem__(0, 9)),
    "the last element": (numbers, lambda value: value.__setitem__(-1, 9)),
    "an element of a view": (numbers, lambda value: value[1000:2000].__setitem__(5, -1)),
    "all elements, in place": (numbers, lambda value: np.multiply(value, 2, out=value)),
    "the shape": (numbers, lambda value: value.resize((LARGE // 2, 2), refcheck=False)),
    "the order": (numbers, lambda value: value[::-1].sort()),
    "an element of a Fortran array": (
        lambda: np.asfortranarray(numbers().reshape(-1, 5)),
        lambda value: value.__setitem__((3, 3), -1),
    ),
    "an element of a strided view": (
        lambda: numbers().reshape(-1, 5)[:, 1:3],
        lambda value: value.base.__setitem__((0, 7) if value.base.ndim == 2 else 7, -1),
    ),
    "an element of an array that is read-only": (
        lambda: _read_only(numbers()),
        lambda value: value.base.__setitem__(100_000, -1),
    ),
    "a cell": (frame, lambda value: value.iloc.__setitem__((777, 0), -1.0)),
    "a cell of text": (frame, lambda value: value.iloc.__setitem__((777, 2), "other")),
    "a cell by its label": (frame, lambda value: value.loc.__setitem__((5, "b"), -1)),
    "a new column": (frame, lambda value: value.__setitem__("d", 1)),
    "a column that is replaced": (frame, lambda value: value.__setitem__("a", value["a"] + 1)),
    "a column that is dropped": (frame, lambda value: value.__delitem__("b")),
    "a column's name": (frame, lambda value: setattr(value, "columns", ["x", "y", "z"])),
    "the index": (frame, lambda value: setattr(value, "index", value.index + 1)),
    "the attributes of a frame": (frame, lambda value: value.attrs.__setitem__("unit", "m")),
    "a list in a cell": (
        lambda: pd.DataFrame({"a": numbers()[:5], "b": [[1], [2], [3], [4], [5]]}),
        lambda value: value["b"].iloc[2].append(9),
    ),
    "a cell of a series": (lambda: pd.Series(numbers()), lambda value: value.iloc.__setitem__(77, -1.0)),
    "a sparse matrix": (_sparse, lambda value: value.data.__setitem__(5, 9)),
    "the memory under an Arrow table": (lambda: _OnNumbers(), lambda value: value.base.__setitem__(5, 9)),
    "a polars column": (
        lambda: pl.DataFrame({"a": numbers()}),
        lambda value: value.__setitem__((5, "a"), -1.0),
    ),
    "rows that a polars frame is extended by": (
        lambda: pl.DataFrame({"a": numbers()}),
        lambda value: value.extend(pl.DataFrame({"a": [1.0]})),
    ),
    "a column that is inserted into a polars frame": (
        lambda: pl.DataFrame({"a": numbers()}),
        lambda value: value.insert_column(0, pl.Series("b", [1] * len(value))),
    ),
    "a polars column that is replaced": (
        lambda: pl.DataFrame({"a": numbers()}),
        lambda value: value.replace_column(0, pl.Series("a", [1.0] * len(value))),
    ),
    "a polars column that is taken out": (
        lambda: pl.DataFrame({"a": numbers(), "b": numbers()}),
        lambda value: value.drop_in_place("b"),
    ),
    "a polars column's name": (
        lambda: pl.DataFrame({"a": numbers()}),
        lambda value: setattr(value, "columns", ["z"]),
    ),
    "an element of a polars series": (
        lambda: pl.Series("a", numbers()),
        lambda value: value.__setitem__(5, -1.0),
    ),
    "values that a polars series takes in": (
        lambda: pl.Series("a", numbers()),
        lambda value: value.append(pl.Series([1.0])),
    ),
    "a cell of text of a polars frame": (
        lambda: pl.DataFrame({"t": ["one", "two"] * 1000}),
        lambda value: value.__setitem__((3, "t"), "other"),
    ),
    "the order of a polars series": (
        lambda: pl.Series("a", numbers()),
        lambda value: value.sort(descending=True, in_place=True),
    ),
    "an array in a dictionary": (lambda: {"x": numbers()}, lambda value: _set(value["x"])),
    "an array in an object": (lambda: _Box(numbers()), lambda value: _set(value.inner)),
    "a list": (lambda: [1, [2]], lambda value: value[1].append(3)),
    "the order of a dictionary": (lambda: {"a": 1, "b": 2}, lambda value: value.__setitem__("a", value.pop("a"))),
    "a number that becomes a truth value": (lambda: [1], lambda value: value.__setitem__(0, True)),
    "bytes": (lambda: bytearray(2 << 20), lambda value: value.__setitem__(1_000_000, 1)),
    "an array of objects": (lambda: np.array([[1], [2, 3]], dtype=object), lambda value: value[0].append(1)),
}


class _Box:
    def __init__(self, inner: Any) -> None:
        self.inner = inner


class _OnNumbers:
    """An Arrow table on memory that belongs to an array."""

    def __init__(self) -> None:
        self.base = numbers()
        self.table = pa.table({"a": pa.Array.from_buffers(pa.float64(), LARGE, [None, pa.py_buffer(self.base)])})

    def __reduce__(self) -> Any:
        return list, ([self.table],)


def _read_only(value: Any) -> Any:
    view = value.view()
    view.flags.writeable = False
    return view


@pytest.mark.parametrize("what", CHANGES)
def test_a_change_is_seen_of(what: str, way: str) -> None:
    make, change = CHANGES[what]
    value = make()
    before = watched(value)
    assert before.is_untouched(value)
    change(value)
    assert not before.is_untouched(value)


READS: dict[str, Callable[[Any], Any]] = {
    "sums": lambda value: value.sum(),
    "copies": lambda value: value.copy()["a"] + 1,
    "describes": lambda value: value.describe(),
    "groups": lambda value: value.groupby("b").size(),
    "sorts a copy": lambda value: value.sort_values("a", ascending=False),
    "looks up": lambda value: value.loc[5, "a"],
    "shows": lambda value: repr(value),
    "takes a column": lambda value: value["a"].to_numpy().mean(),
    "writes elsewhere": lambda value: value.to_parquet(io.BytesIO()),
    "changes a slice of its own": lambda value: value[:100].copy().__setitem__("a", 1.0),
}


@pytest.mark.parametrize("what", READS)
def test_reading_is_no_change_when_one(what: str, way: str) -> None:
    value = frame()
    if what in {"sums"}:
        value = value["a"]
    before = watched(value)
    READS[what](value)
    assert before.is_untouched(value)
    assert before.is_untouched(value)


def test_a_large_array_is_watched_by_its_pages() -> None:
    _need_pages()
    assert watched(numbers()).is_by_pages
    assert watched(frame()).is_by_pages
    assert not watched([1, 2]).is_by_pages


def test_two_names_for_one_array_are_both_told(way: str) -> None:
    first = numbers()
    second = first
    before = watched(first)
    second[0] = 5
    assert not before.is_untouched(first)


def test_a_base_that_is_changed_changes_its_view(way: str) -> None:
    base = numbers()
    view = base[1000:400_000]
    of_base, of_view = watched(base), watched(view)
    base[300_000] = -1
    assert not of_view.is_untouched(view)
    assert not of_base.is_untouched(base)


def test_a_watch_that_begins_later_does_not_hide_a_write_from_an_earlier_one(way: str) -> None:
    value = numbers()
    first = watched(value)
    value[250_000] = -1
    second = watched(value)
    assert not first.is_untouched(value)
    assert second.is_untouched(value)
    value[250_001] = -1
    assert not second.is_untouched(value)


def test_a_write_that_was_seen_stays_seen_when_others_begin_to_watch() -> None:
    _need_pages()
    value = numbers()
    watches = []
    for place in range(5):
        watches.append(watched(value))
        value[place * 10_000] += 1
    assert [one.is_untouched(value) for one in watches] == [False] * 5


def test_an_object_at_the_address_of_another_is_not_taken_for_it(way: str) -> None:
    before = watched(numbers())  # is freed at once
    gc.collect()
    assert not before.is_untouched(np.ones(LARGE))


def test_memory_that_is_freed_and_used_again_counts_as_changed() -> None:
    _need_pages()
    value = [numbers()]
    before = watched(value)
    value[0] = np.ones(LARGE)  # often at the very address that was just freed
    assert not before.is_untouched(value)
    value[0] = numbers()
    before.is_untouched(value)  # may say either: the content is what it was


def test_a_thread_that_writes_is_seen(way: str) -> None:
    value = numbers()
    before = watched(value)
    thread = threading.Thread(target=_set, args=(value,))
    thread.start()
    thread.join()
    assert not before.is_untouched(value)


def test_a_file_that_is_read_into_an_array_is_seen(way: str, tmp_path: Path) -> None:
    """The kernel writes there itself, in a system call."""
    (tmp_path / "data").write_bytes(b"\1" * 4096)
    value = numbers()
    before = watched(value)
    with (tmp_path / "data").open("rb", buffering=0) as file:
        file.readinto(memoryview(value).cast("B")[1_000_000:1_004_096])
    assert not before.is_untouched(value)


def test_a_file_that_is_mapped_is_hashed(tmp_path: Path) -> None:
    """Others may write to it without a fault here."""
    np.save(tmp_path / "a.npy", numbers())
    mapped = np.load(tmp_path / "a.npy", mmap_mode="r")
    mapped.sum()
    before = watched(mapped)
    assert not before.is_by_pages
    assert before.is_untouched(mapped)
    other = np.load(tmp_path / "a.npy", mmap_mode="r+")
    other[300_000] = -1
    other.flush()
    assert not before.is_untouched(mapped)


def test_a_mapped_file_that_nobody_has_touched_yet_is_hashed_too(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", numbers())
    mapped = np.load(tmp_path / "a.npy", mmap_mode="c")
    before = watched(mapped)
    assert not before.is_by_pages
    with (tmp_path / "a.npy").open("r+b") as file:
        file.seek(2_000_000)
        file.write(b"\1" * 100)
    assert not before.is_untouched(mapped)


@pytest.mark.parametrize("is_read", [False, True])
def test_an_object_of_the_store_that_is_mapped_is_watched(tmp_path: Path, is_read: bool) -> None:
    _need_pages()
    if not is_on_own_disk(tmp_path):
        pytest.skip("the temporary folder is on no disk of this machine")
    store = open_store(str(tmp_path / "store"), verified=tmp_path / "verified")
    manifest = materializers.save(numbers(), lambda format, save: store.write(format, save)[0])
    with store.read(manifest) as source:
        value = materializers.for_format("npy").load(source)
    if is_read:
        value.sum()
    before = watched(value)
    assert before.is_by_pages
    assert value.sum() == numbers().sum()
    assert before.is_untouched(value)
    value[400_000] = 0.5
    assert not before.is_untouched(value)


def test_memory_that_processes_share_is_hashed() -> None:
    shared = multiprocessing.shared_memory.SharedMemory(create=True, size=LARGE * 8)
    try:
        value = np.ndarray(LARGE, "float64", buffer=shared.buf)
        value[:] = 1
        before = watched(value)
        assert not before.is_by_pages
        assert before.is_untouched(value)
        pid = os.fork()
        if pid == 0:
            value[300_000] = 5
            os._exit(0)
        os.waitpid(pid, 0)
        assert not before.is_untouched(value)
        del value
    finally:
        gc.collect()
        shared.close()
        shared.unlink()


def test_a_child_trusts_no_watch_of_its_parent_and_does_not_disturb_it() -> None:
    _need_pages()
    value = numbers()
    before = watched(value)
    told, tell = os.pipe()
    pid = os.fork()
    if pid == 0:
        answers = [before.is_untouched(value)]
        own = watch(value)
        assert own is not None
        answers.append(own.is_untouched(value))
        value[5] = -1
        answers.append(own.is_untouched(value))
        os.write(tell, repr(answers).encode())
        os._exit(0)
    os.waitpid(pid, 0)
    assert os.read(told, 100) == b"[False, True, False]"
    os.close(told)
    os.close(tell)
    assert before.is_untouched(value)
    value[5] = -1
    assert not before.is_untouched(value)


def test_a_write_after_a_fork_is_seen_by_the_parent() -> None:
    _need_pages()
    value = numbers()
    before = watched(value)
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    value[123_456] = -1
    os.waitpid(pid, 0)
    assert not before.is_untouched(value)


def test_what_cannot_be_pickled_is_not_watched() -> None:
    with open(os.devnull) as file:  # noqa: PTH123
        assert watch(file) is None
    assert watch({"fn": lambda: 1}) is None


def test_a_watch_keeps_nothing_alive() -> None:
    import weakref

    value = numbers()
    before = watched(value)
    dead = weakref.ref(value)
    del value
    gc.collect()
    assert dead() is None
    assert before.places is not None


def test_ranges_end_with_what_they_are_of(pages: Pages) -> None:
    for _ in range(50):
        value = numbers()
        one = pages.watch(value.ctypes.data, value.nbytes)
        assert one is not None
        del one, value
    gc.collect()
    assert len(pages._ranges) <= 1


def test_eight_threads_watch_and_write_and_no_write_is_lost() -> None:
    _need_pages()
    shared = numbers()
    lost: list[str] = []

    def work(seed: int) -> None:
        own = np.random.default_rng(seed).random(LARGE)
        for step in range(20):
            before = watch(own)
            others = watch(shared)
            if before is None or others is None or not before.is_untouched(own):
                lost.append(f"{seed}: a change that none made")
                return
            own[(step * 7919) % LARGE] += 1
            if before.is_untouched(own):
                lost.append(f"{seed}: a write was lost")

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not lost


def test_a_system_without_it_is_told_from_one_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    from bridge.flows.caching import watch_pages

    monkeypatch.setattr(watch_pages, "_SYSCALLS", {})
    assert Pages.opened() is None
