"""The results that Prefect has kept in a folder, with the task runs of its server that they are of."""

from __future__ import annotations

import io
import socket
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, BinaryIO

from bridge.domain.errors import UnreadableError
from bridge.domain.migration_errors import MigrationError
from bridge.domain.naming import clean, output_name
from bridge.domain.run import Step
from bridge.flows.past_results import ResultOf, default_storage, parse_result, results_of
from bridge.migrate.data.history import History, Past, PastEdge

TOOL = "prefect"


def read_prefect_results(
    folder: str | None = None, *, ask: bool = True, flows: Collection[str] = (), allow_pickle: bool = False
) -> History:
    """Read the results in a folder; nothing of it is changed.

    Args:
        folder: Where Prefect keeps them; None for where it does unless told otherwise.
        ask: Whether Prefect's server is asked which task runs they are of.
        flows: Only results of these flows, which the server tells.
        allow_pickle: Whether pickles are read, and classes imported, which runs code that they name.

    Raises:
        MigrationError: If there is no such folder.
        BridgeError: If the server is to be asked and does not answer.
    """
    root = Path(folder or default_storage()).expanduser()
    if not root.is_dir():
        raise MigrationError(
            str(root), "there is no such folder", "Name the one that PREFECT_LOCAL_STORAGE_PATH means."
        )
    of = results_of(flows) if ask or flows else {}
    versions, notes = _versions(root, of, only_known=bool(flows), allow_pickle=allow_pickle)
    made = [of[past.metadata[TOOL]["key"]] for past in versions if past.step_id is not None]
    runs = {one.run.id: one.run for one in made if one.run is not None}
    return History(
        tool=TOOL,
        origin=f"Prefect's results on {socket.gethostname()}",
        place=str(root),
        versions=tuple(versions),
        runs=tuple(runs.values()),
        steps=tuple({one.task_run_id: _step(one) for one in made}.values()),
        edges=tuple(PastEdge(past.step_id, past.id, "output", "", "returned") for past in versions if past.step_id),
        notes=tuple(notes),
    )


def _versions(
    root: Path, of: Mapping[str, ResultOf], *, only_known: bool, allow_pickle: bool
) -> tuple[list[Past], list[str]]:
    by_name: dict[str, list[tuple[datetime, str, ResultOf | None]]] = defaultdict(list)
    notes = []
    for key, file in _files(root):
        try:
            record = parse_result(file.read_bytes())
        except UnreadableError as error:
            notes.append(f"{key}: {str(error).rstrip('.')}")
            continue
        known = of.get(record.key)
        if only_known and known is None:
            continue
        changed = datetime.fromtimestamp(file.stat().st_mtime, timezone.utc)
        name = clean(key) if known is None else output_name(_flow(known), known.task)
        by_name[name].append((changed if known is None else known.ended, key, known))
    versions = [
        _version(root, name, number, created, key, known, allow_pickle)
        for name, found in sorted(by_name.items())
        for number, (created, key, known) in enumerate(sorted(found, key=lambda one: one[:2]), 1)
    ]
    return versions, notes


def _flow(known: ResultOf) -> str | None:
    return None if known.run is None else known.run.flow


def _files(root: Path) -> Iterator[tuple[str, Path]]:
    for file in sorted(root.rglob("*")):
        if file.is_file() and not file.name.startswith("."):
            yield file.relative_to(root).as_posix(), file


def _version(
    root: Path, name: str, number: int, created: datetime, key: str, known: ResultOf | None, allow_pickle: bool
) -> Past:
    record = parse_result((root / key).read_bytes())
    refused = record.names_classes and not allow_pickle
    about = {"key": record.key or key, "serializer": record.serializer}
    about |= {"prefect": record.prefect_version} if record.prefect_version else {}
    return Past(
        id=key,
        name=name,
        number=number,
        created=created,
        place=str(root / key),
        called=key,
        read=None if refused else _read,
        why=f"it is {record.serializer} that names classes, and --allow-pickle was not given" if refused else "",
        pickle=_open if record.pickle is not None else None,
        step_id=None if known is None else known.task_run_id,
        run_id=None if known is None or known.run is None else known.run.id,
        metadata={TOOL: about},
    )


def _read(file: Path, scratch: Path) -> Any:
    return parse_result(file.read_bytes()).value()


def _open(file: Path) -> BinaryIO:
    return io.BytesIO(parse_result(file.read_bytes()).pickle or b"")


def _step(one: ResultOf) -> Step:
    return Step(
        id=one.task_run_id,
        task=one.task,
        name=one.task_run,
        state="Completed",
        started=one.started,
        ended=one.ended,
        run_id=None if one.run is None else one.run.id,
    )
