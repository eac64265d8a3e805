"""Puts what is logged to a run bit by bit into batches of the size that MLflow takes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from bridge.tracking.entries import Batch, Point
from bridge.tracking.values import MOST_METRICS, MOST_PARAMS, batches


@dataclass(slots=True)
class Merged:
    """Batches that grow, one for each run.

    A batch is never larger than MLflow takes, and none holds a parameter twice. Metrics stay in order; of a tag the
    last value counts.

    >>> merged = Merged()
    >>> list(merged.add(Batch("1234", metrics=(Point("loss", 0.5, 1),))))
    []
    >>> list(merged.add(Batch("1234", metrics=(Point("loss", 0.4, 2),), tags={"team": "blue"})))
    []
    >>> [(len(batch.metrics), batch.tags) for batch in merged.take()]
    [(2, {'team': 'blue'})]
    """

    _growing: dict[str, Growing] = field(default_factory=dict)

    def add(self, batch: Batch) -> Iterator[Growing]:
        """Add to the batch of a run; gives those that are full before."""
        for piece in _pieces(batch):
            growing = self._growing.get(batch.run)
            if growing is not None and not growing.fits(piece):
                yield self._growing.pop(batch.run)
                growing = None
            if growing is None:
                growing = self._growing[batch.run] = Growing(batch.run)
            growing.add(piece)

    def take(self, run: str | None = None) -> list[Growing]:
        """Give what is there of a run, or of all."""
        if run is None:
            taken, self._growing = list(self._growing.values()), {}
            return taken
        growing = self._growing.pop(run, None)
        return [] if growing is None else [growing]


@dataclass(slots=True)
class Growing:
    """A batch that grows, and what it grew from."""

    run: str
    metrics: list[Point] = field(default_factory=list)
    params: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    parts: list[Batch] = field(default_factory=list)

    def fits(self, piece: Batch) -> bool:
        """Whether a further piece goes in: not if it changes a parameter, which MLflow is to refuse."""
        params, tags = {**self.params, **piece.params}, {**self.tags, **piece.tags}
        many = len(self.metrics) + len(piece.metrics) + len(params) + len(tags)
        changed = any(self.params.get(key, value) != value for key, value in piece.params.items())
        return not changed and many <= MOST_METRICS and len(params) <= MOST_PARAMS and len(tags) <= MOST_PARAMS

    def add(self, piece: Batch) -> None:
        """Add a piece that fits."""
        self.metrics.extend(piece.metrics)
        self.params.update(piece.params)
        self.tags.update(piece.tags)
        self.parts.append(piece)


def _pieces(batch: Batch) -> Iterator[Batch]:
    """A batch, cut where it is larger than MLflow takes at once."""
    if len(batch.metrics) + len(batch.params) + len(batch.tags) <= MOST_PARAMS:
        yield batch
        return
    params, tags = list(batch.params.items()), list(batch.tags.items())
    yield from (Batch(batch.run, params=dict(some)) for some in batches(params, MOST_PARAMS))
    yield from (Batch(batch.run, tags=dict(some)) for some in batches(tags, MOST_PARAMS))
    yield from (Batch(batch.run, metrics=tuple(some)) for some in batches(batch.metrics, MOST_METRICS))
