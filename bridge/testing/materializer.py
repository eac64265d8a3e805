"""What every materializer must keep, as tests to inherit from; with a sink and a source in memory."""

from __future__ import annotations

import io
import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, ClassVar, cast

from bridge.domain.errors import BytesMissingError
from bridge.domain.ports import Materializer
from bridge.domain.preview import Preview


class _Forward(io.RawIOBase):
    """A file that can only be written onwards, as a store's sink gives it."""

    def __init__(self) -> None:
        self.chunks: list[bytes] = []
        self.size = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        chunk = bytes(data)
        self.chunks.append(chunk)
        self.size += len(chunk)
        return len(chunk)

    def tell(self) -> int:
        return self.size


class MemorySink:
    """A sink that keeps the files in a dictionary.

    >>> sink = MemorySink()
    >>> with sink.open("a/b.txt") as file:
    ...     _ = file.write(b"hello")
    >>> sink.files
    {'a/b.txt': b'hello'}
    """

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}

    @contextmanager
    def open(self, path: str) -> Iterator[BinaryIO]:
        """Open a file for writing."""
        self._check(path)
        file = _Forward()
        yield cast(BinaryIO, file)
        self.files[path] = b"".join(file.chunks)

    @contextmanager
    def local(self, path: str) -> Iterator[Path]:
        """Give a path in a temporary folder; what is there afterwards is kept."""
        self._check(path)
        with tempfile.TemporaryDirectory() as folder:
            target = Path(folder, *path.split("/"))
            target.parent.mkdir(parents=True, exist_ok=True)
            yield target
            for found in sorted(Path(folder).rglob("*")):
                if found.is_file():
                    self.files[found.relative_to(folder).as_posix()] = found.read_bytes()

    def _check(self, path: str) -> None:
        if path in self.files:
            raise ValueError(f"{path!r} is written twice.")
        if path.startswith("/") or any(part in {"", ".", ".."} for part in path.split("/")):
            raise ValueError(f"{path!r} is not a relative path.")


class MemorySource:
    """A source of files in a dictionary; a context manager, since local copies end with it.

    >>> with MemorySource({"value.json": b"1"}) as source, source.open("value.json") as file:
    ...     file.read()
    b'1'
    """

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files = dict(files)
        self._folder: str | None = None

    @property
    def paths(self) -> Sequence[str]:
        """Paths of the files, ordered."""
        return sorted(self.files)

    @contextmanager
    def open(self, path: str) -> Iterator[BinaryIO]:
        """Open a file for reading."""
        if path not in self.files:
            raise BytesMissingError(path, "it is not in the manifest")
        yield io.BytesIO(self.files[path])

    def local(self, path: str = "") -> Path:
        """Write the files to a temporary folder and give the path there."""
        if path and path not in self.files:
            raise BytesMissingError(path, "it is not in the manifest")
        if self._folder is None:
            self._folder = tempfile.mkdtemp(prefix="bridge-test-")
            for name, data in self.files.items():
                target = Path(self._folder, *name.split("/"))
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(data)
                target.chmod(0o444)
        return Path(self._folder, *path.split("/")) if path else Path(self._folder)

    def close(self) -> None:
        """Remove the local copies."""
        if self._folder is not None:
            shutil.rmtree(self._folder)
            self._folder = None

    def __enter__(self) -> MemorySource:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def save_files(materializer: Materializer, value: Any) -> tuple[dict[str, bytes], Mapping[str, Any]]:
    """Save a value in memory; give its files and its metadata."""
    sink = MemorySink()
    metadata = materializer.save(value, sink)
    return sink.files, metadata


def load_files(materializer: Materializer, files: Mapping[str, bytes]) -> Any:
    """Load a value from files in memory."""
    with MemorySource(files) as source:
        return materializer.load(source)


class MaterializerContract:
    """The promises of `bridge.domain.ports.Materializer`, as tests.

    Inherit, set the attributes, and let pytest collect the subclass. `values` is called anew for each test.
    `deterministic` false leaves out the test that the same value gives the same bytes.

    >>> class TestMine(MaterializerContract):
    ...     format = "mine"
    >>> TestMine.format
    'mine'
    """

    __test__ = False
    format: ClassVar[str]
    materializer: ClassVar[Materializer]
    deterministic: ClassVar[bool] = True

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        cls.__test__ = True

    def values(self) -> Sequence[Any]:
        """Give values to try; override."""
        raise NotImplementedError

    def same(self, left: Any, right: Any) -> bool:
        """Say whether two values are equal; override for types whose `==` is not a truth."""
        return type(left) is type(right) and bool(left == right)

    def test_format_is_what_versions_were_stored_with(self) -> None:
        """A format's name never changes."""
        assert self.materializer.format == self.format

    def test_handles_its_values(self) -> None:
        """`handles` says yes."""
        assert all(self.materializer.handles(value) for value in self.values())

    def test_what_is_loaded_equals_what_was_saved(self) -> None:
        """A round trip loses nothing."""
        for value in self.values():
            files, _ = save_files(self.materializer, value)
            loaded = load_files(self.materializer, files)
            assert self.same(loaded, value), (value, loaded)

    def test_same_value_gives_same_bytes(self) -> None:
        """Bytes are a function of the value."""
        if self.deterministic:
            for left, right in zip(self.values(), self.values(), strict=True):
                assert save_files(self.materializer, left)[0] == save_files(self.materializer, right)[0]

    def test_saving_leaves_the_value_alone(self) -> None:
        """Saving twice gives what saving once gave."""
        for value in self.values():
            self.materializer.save(value, MemorySink())
            assert self.same(load_files(self.materializer, save_files(self.materializer, value)[0]), value)

    def test_metadata_can_be_written_as_json(self) -> None:
        """Metadata is JSON."""
        for value in self.values():
            metadata = save_files(self.materializer, value)[1]
            assert json.loads(json.dumps(metadata, allow_nan=False)) == metadata

    def test_a_preview_is_one_and_leaves_the_value_alone(self) -> None:
        """What it shows of a value, if it has a `preview`, is a `Preview` or nothing; making it changes nothing."""
        show = getattr(self.materializer, "preview", lambda value: None)
        for value in self.values():
            assert isinstance(show(value), Preview | None)
            assert self.same(load_files(self.materializer, save_files(self.materializer, value)[0]), value)
