"""Saves one value and loads it back with one tool, in a process of its own: what `tests.benchmarks.values` starts.

Needs no bridge for the peers, so that ZenML can run it in an environment of its own. Prints a JSON document. What a
tool does once in a process (imports, connections, its first record) is done before the clock starts, with a small value
of the same type.
"""

from __future__ import annotations

import contextlib
import json
import os
import pickle
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

SLICE = 4 << 20
"""Bytes that the floor hashes and writes at once, so that they are still in the processor's cache."""

Way = tuple[Callable[[Any, str], Any], Callable[[Any], Any]]
"""How a tool saves a value under a name, and how it loads what saving gave."""


def make(kind: str, size: float, folder: Path) -> Any:
    """A value of a kind; `size` 1.0 is the whole of it."""
    random = np.random.default_rng(0)
    if kind == "array":
        return random.random(int(62_500_000 * size))
    if kind == "table":
        return orders(int(5_950_000 * size), random)
    if kind == "texts":
        words = np.array([f"word{i:05d}" for i in range(20_000)])
        lines = random.integers(0, len(words), (int(3_300_000 * size), 9))
        return [" ".join(words[line]) for line in lines]
    if kind == "folder":
        return _folder(int(10_000 * size), folder, random)
    from sklearn.ensemble import RandomForestClassifier

    rows, labels = (
        random.random((max(200, int(20_000 * size)), 20)),
        random.integers(0, 2, max(200, int(20_000 * size))),
    )
    return RandomForestClassifier(n_estimators=100, n_jobs=1, random_state=0).fit(rows, labels)


def orders(rows: int, random: np.random.Generator, *, start: int = 0) -> Any:
    """Orders of a shop: keys and times that grow, codes, amounts, prices with cents, flags, measurements."""
    import pandas as pd

    seconds = 1_700_000_000 + np.cumsum(random.integers(0, 30, rows)) + start * 15
    return pd.DataFrame(
        {
            "order": np.arange(start, start + rows),
            "at": pd.to_datetime(seconds, unit="s"),
            "customer": random.integers(0, 200_000, rows),
            "product": random.integers(0, 5_000, rows).astype("int32"),
            "country": pd.Categorical.from_codes(random.integers(0, 40, rows), [f"C{i:02d}" for i in range(40)]),
            "quantity": random.integers(1, 12, rows).astype("int16"),
            "price": random.gamma(2.0, 20.0, rows).round(2),
            "discount": random.choice([0.0, 0.05, 0.1, 0.2], rows),
            "weight": random.gamma(3.0, 1.5, rows),
            "score": random.normal(size=rows),
            "latency": random.exponential(0.2, rows),
            "returned": random.random(rows) < 0.03,
            "margin": random.normal(0.2, 0.05, rows).astype("float32"),
            "visits": random.poisson(3, rows),
        }
    )


def _folder(files: int, folder: Path, random: np.random.Generator) -> Path:
    root = folder / "files"
    for i in range(files):
        place = root / f"part{i % 100:02d}"
        place.mkdir(parents=True, exist_ok=True)
        (place / f"{i:05d}.bin").write_bytes(random.bytes(5_000))
    return root


def nominal(kind: str, value: Any) -> int:
    """Bytes of a value in memory, or on the disk for a folder."""
    if kind == "array":
        return int(value.nbytes)
    if kind == "table":
        return int(value.memory_usage(deep=True).sum())
    if kind == "texts":
        return sum(len(text) for text in value)
    if kind == "folder":
        return sum(file.stat().st_size for file in value.rglob("*") if file.is_file())
    return len(pickle.dumps(value))


def bridge(home: Path, kind: str) -> Way:
    """bridge, with its default store and catalog."""
    import bridge as tool

    return lambda value, name: tool.save(value, name).ref, lambda ref: tool.load(str(ref))


def floor(home: Path, kind: str) -> Way:
    """The bytes that bridge stores of the value, written to plain files and hashed; read and hashed again."""
    from blake3 import blake3

    def save(files: list[bytes], name: str) -> list[Path]:
        paths = [home / f"{name}-{i}" for i in range(len(files))]
        for path, data in zip(paths, files, strict=True):
            hasher, view = hasher_for(len(data)), memoryview(data)
            with path.open("wb", buffering=0) as file:
                for start in range(0, len(view), SLICE):
                    hasher.update(view[start : start + SLICE])
                    file.write(view[start : start + SLICE])
            hasher.digest()
        return paths

    def load(paths: list[Path]) -> list[Any]:
        buffers = [np.empty(path.stat().st_size, np.uint8) for path in paths]
        for path, buffer in zip(paths, buffers, strict=True):
            hasher, view = hasher_for(len(buffer)), memoryview(buffer)
            with path.open("rb", buffering=0) as file:
                for start in range(0, len(view), SLICE):
                    file.readinto(view[start : start + SLICE])
                    hasher.update(view[start : start + SLICE])
            hasher.digest()
        return buffers

    def hasher_for(size: int) -> Any:
        return blake3(max_threads=2 if size > SLICE else 1)

    return save, load


def stored_files(kind: str, size: float, folder: Path) -> tuple[int, list[bytes]]:
    """The value's bytes, and the files that bridge stores of it, made by a process that is gone then."""
    words = [sys.executable, __file__, "export", kind, str(size), str(folder)]
    done = subprocess.run(words, check=True, capture_output=True, text=True)
    files = sorted(path for path in (folder / "exported").rglob("*") if path.is_file())
    found = [path.read_bytes() for path in files]
    for made in ("exported", "bridge", "files"):
        shutil.rmtree(folder / made, ignore_errors=True)
    return int(done.stdout), found


def export(kind: str, size: float, folder: Path) -> None:
    """Save a value, export its files, and say how many bytes the value has."""
    import bridge as tool
    from bridge.cli.exporting import export_files
    from bridge.workspace import current

    value = make(kind, size, folder)
    version, workspace = tool.save(value, "value"), current()
    manifest = workspace.catalog.manifest(version.digest or "")
    export_files(workspace.store, manifest, folder / "exported", force=False)
    sys.stdout.write(str(nominal(kind, value)))


def prefect(home: Path, kind: str) -> Way:
    """Prefect's own persistence of results, as `persist_result=True` does it: cloudpickle in a local folder."""
    from prefect.filesystems import LocalFileSystem
    from prefect.results import ResultStore

    if kind == "folder":
        sys.exit("it keeps the path, not the files")
    store = ResultStore(result_storage=LocalFileSystem(basepath=str(home / "results")))

    def save(value: Any, name: str) -> str:
        store.write(obj=value, key=name)
        return name

    def load(name: str) -> Any:
        fresh = ResultStore(result_storage=LocalFileSystem(basepath=str(home / "results")))
        return fresh.read(key=name).result

    return save, load


def mlflow(home: Path, kind: str) -> Way:
    """A file as its user would write it (npy, Parquet, JSON, joblib), and `mlflow.log_artifact` of it."""
    import mlflow as tool

    tool.set_tracking_uri(f"sqlite:///{home / 'mlflow.db'}")
    tool.create_experiment("values", artifact_location=(home / "artifacts").as_uri())
    tool.set_experiment("values")
    run = tool.start_run()
    write, read = _by_hand(kind)

    def save(value: Any, name: str) -> str:
        if kind == "folder":
            tool.log_artifacts(str(value), name)
            return name
        path = home / f"{name}.file"
        write(value, path)
        tool.log_artifact(str(path), name)
        path.unlink()
        return f"{name}/{path.name}"

    def load(at: str) -> Any:
        path = tool.artifacts.download_artifacts(run_id=run.info.run_id, artifact_path=at)
        return path if kind == "folder" else read(Path(path))

    return save, load


def _by_hand(kind: str) -> tuple[Callable[[Any, Path], Any], Callable[[Path], Any]]:
    import joblib

    def save_array(value: Any, path: Path) -> None:
        with path.open("wb") as file:
            np.save(file, value)

    def read_table(path: Path) -> Any:
        import pandas as pd

        return pd.read_parquet(path)

    return {
        "array": (save_array, lambda path: np.load(path)),
        "table": (lambda value, path: value.to_parquet(path), read_table),
        "texts": (lambda value, path: path.write_text(json.dumps(value)), lambda path: json.loads(path.read_text())),
        "forest": (lambda value, path: joblib.dump(value, path), joblib.load),
        "folder": (lambda value, path: None, lambda path: path),
    }[kind]


def zenml(home: Path, kind: str) -> Way:
    """ZenML's `save_artifact` and `load_artifact`, with its default local stack and, as in a step, its integrations."""
    from zenml import load_artifact, save_artifact
    from zenml.integrations.registry import integration_registry

    integration_registry.activate_integrations()

    def save(value: Any, name: str) -> tuple[str, str]:
        made = save_artifact(value, name)
        return made.name, str(made.version)

    return save, lambda at: load_artifact(at[0], at[1])


WAYS = {"bridge": bridge, "floor": floor, "prefect": prefect, "mlflow": mlflow, "zenml": zenml}


def rest() -> int:
    """Make the peak of this process's memory what it holds now; return that in bytes."""
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")
    return _memory("VmRSS")


def _memory(line: str) -> int:
    text = Path("/proc/self/status").read_text()
    return next(int(each.split()[1]) * 1024 for each in text.splitlines() if each.startswith(f"{line}:"))


def settle(folder: Path, size: int) -> None:
    """Use and give back memory and page cache, as a machine that has been at work for a while has done.

    On a virtual machine memory that nobody has used before is several times slower than a disk's cache, and who gets it
    is chance.
    """
    junk, data = folder / "junk", bytes(4 << 20)
    with junk.open("wb", buffering=0) as file:
        for _ in range(2 * size // len(data) + 1):
            file.write(data)
    junk.unlink()
    held = bytearray(2 * size)
    del held


def stored(home: Path) -> int:
    """Bytes of everything in the tool's folders, databases left out."""
    files = (file for file in home.rglob("*") if file.is_file() and not file.is_symlink() and ".db" not in file.name)
    return sum(file.stat().st_size for file in files)


def measure(work: Callable[[], Any]) -> tuple[Any, dict[str, float]]:
    """What work returns, with its wall seconds, CPU seconds and bytes of memory beyond those before."""
    before, cpu, began = rest(), sum(os.times()[:4]), time.perf_counter()
    result = work()
    took = time.perf_counter() - began
    return result, {"seconds": took, "cpu": sum(os.times()[:4]) - cpu, "extra": max(0, _memory("VmHWM") - before)}


def main() -> None:
    """Measure: arguments are the tool, the kind of value, its size and a folder."""
    tool, kind, size, folder = sys.argv[1], sys.argv[2], float(sys.argv[3]), Path(sys.argv[4])
    if tool == "export":
        export(kind, size, folder)
        return
    home = folder / "home"
    home.mkdir()
    value: Any
    if tool == "floor":
        small: Any = [bytes(100)]
        bytes_of, value = stored_files(kind, size, folder)
    else:
        small = make(kind, 0.001 if kind != "folder" else 0.01, folder / "small")
        value = make(kind, size, folder)
        bytes_of = nominal(kind, value)
    with contextlib.redirect_stdout(sys.stderr):
        save, load = WAYS[tool](home, kind)
        load(save(small, "warm-up"))
        before = stored(home)
        settle(folder, bytes_of)
        where, saving = measure(partial(save, value, "value"))
        kept = stored(home) - before
        del value
        _, loading = measure(partial(load, where))
    sys.stdout.write(json.dumps({"bytes": bytes_of, "stored": kept, "save": saving, "load": loading}) + "\n")


if __name__ == "__main__":
    main()
