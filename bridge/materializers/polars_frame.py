"""polars frames, series and lazy frames, as Parquet where that gives the dtypes back, otherwise as an Arrow stream.

Parquet is written by pyarrow, with pages cut by content, so that a later version is what changed. Categories go into a
stream that polars writes: Parquet would put them into another order. Of a lazy frame the *result* is stored, since its
plan would lead to files that may change; loading gives a lazy frame over that result. The name of the file says which
of the three it is.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Mapping
from typing import Any, BinaryIO

from bridge.domain.errors import UnreadableError
from bridge.domain.ports import Sink, Source
from bridge.materializers import parquet
from bridge.materializers.arrow_table import refuse_cut_stream
from bridge.materializers.declined import Declined
from bridge.materializers.table_facts import LISTED, table_facts

_KINDS = {"DataFrame": "frame", "Series": "series", "LazyFrame": "lazy"}


class PolarsParquet:
    """A frame, a series or a lazy frame of polars in one Parquet file.

    >>> import polars as pl
    >>> PolarsParquet().handles(pl.DataFrame({"a": [1]})), PolarsParquet().handles([1])
    (True, False)
    """

    format = "polars+parquet"
    _suffix = ".parquet"

    def handles(self, value: object) -> bool:
        """Say whether it is exactly one of the three."""
        return _kind(value) is not None

    def save(self, value: Any, sink: Sink) -> Mapping[str, Any]:
        """Write `frame.parquet`, `series.parquet` or `lazy.parquet`; runs the query of a lazy frame.

        Raises:
            Declined: If the format does not give the dtypes back as they are.
        """
        kind = _kind(value)
        frame = value.to_frame() if kind == "series" else value.collect() if kind == "lazy" else value
        if not self._keeps(frame.clear()):
            raise Declined("a dtype that the format does not keep")
        self._put(frame, sink, f"{kind}{self._suffix}")
        return _facts(frame, kind)

    def load(self, source: Source) -> Any:
        """Read it back.

        Raises:
            UnreadableError: If it is no such file, or cut short.
        """
        import pyarrow as pa
        from polars.exceptions import PolarsError

        (path,) = source.paths
        try:
            frame = self._get(source, path)
            return _FROM_FRAME[path.removesuffix(self._suffix)](frame)
        except (PolarsError, pa.ArrowException, OSError, ValueError, KeyError, TypeError) as error:
            raise UnreadableError(self.format, f"{type(error).__name__}: {error}") from error

    def _keeps(self, empty: Any) -> bool:
        import pyarrow as pa
        from polars.exceptions import PolarsError

        try:
            if self._suffix == ".parquet" and parquet.holds_altered(_to_arrow(empty).schema):
                return False
            file = io.BytesIO()
            self._write(empty, file)
            file.seek(0)
            return bool(self._read(file).schema == empty.schema)
        except (PolarsError, pa.ArrowException, OSError, ValueError, TypeError, NotImplementedError):
            return False

    def _put(self, frame: Any, sink: Sink, path: str) -> None:
        parquet.save(parquet.in_one_piece(_to_arrow(frame)), sink, path)

    def _get(self, source: Source, path: str) -> Any:
        import polars as pl

        return pl.from_arrow(parquet.load(source, path))

    def _write(self, frame: Any, file: BinaryIO) -> None:
        parquet.write(parquet.in_one_piece(_to_arrow(frame)), file)

    def _read(self, file: BinaryIO) -> Any:
        import polars as pl

        return pl.from_arrow(parquet.read(file))


class PolarsStream(PolarsParquet):
    """The same with dtypes that Parquet does not hold exactly: categories, enums, arrays, 128-bit integers.

    >>> import polars as pl
    >>> from bridge.materializers import for_format
    >>> for_format("polars+ipc").handles(pl.Series(["a"], dtype=pl.Categorical))
    True
    """

    format = "polars+ipc"
    _suffix = ".arrow"

    def _put(self, frame: Any, sink: Sink, path: str) -> None:
        with sink.open(path) as file:
            self._write(frame, file)

    def _get(self, source: Source, path: str) -> Any:
        with source.open(path) as file:
            return self._read(file)

    def _write(self, frame: Any, file: BinaryIO) -> None:
        frame.rechunk().write_ipc_stream(parquet.Onward(file), compression="uncompressed")

    def _read(self, file: BinaryIO) -> Any:
        import polars as pl

        data = file.read()
        refuse_cut_stream(data)
        return pl.read_ipc_stream(data)


_FROM_FRAME = {
    "frame": lambda frame: frame,
    "series": lambda frame: frame.to_series(),
    "lazy": lambda frame: frame.lazy(),
}


def _kind(value: object) -> str | None:
    polars = sys.modules.get("polars")
    cls = type(value)
    kind = _KINDS.get(cls.__name__)
    return kind if kind and polars is not None and getattr(polars, cls.__name__, None) is cls else None


def _to_arrow(frame: Any) -> Any:
    import polars as pl

    return frame.to_arrow(compat_level=pl.CompatLevel.oldest())


def _facts(frame: Any, kind: str | None) -> dict[str, Any]:
    return table_facts(
        list(frame.schema.items())[:LISTED],
        shape=frame.shape[:1] if kind == "series" else frame.shape,
        bytes=frame.estimated_size(),
        nulls=[series.null_count() for series in frame.get_columns()[:LISTED]],
        kind=str(kind),
    )
