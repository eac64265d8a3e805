"""The history in a ZenML store."""

from __future__ import annotations

import socket
from collections.abc import Collection
from pathlib import Path
from urllib.parse import urlsplit

from bridge.catalog.foreign import ForeignDatabase
from bridge.migrate.data.history import History
from bridge.migrate.data.zenml.edges import edges_of, makers_of
from bridge.migrate.data.zenml.locating import Stores, database_url, root_of
from bridge.migrate.data.zenml.models import models_of
from bridge.migrate.data.zenml.runs import runs_of, steps_of
from bridge.migrate.data.zenml.tables import Tables, read_tables
from bridge.migrate.data.zenml.versions import TOOL, Versions


def read_zenml(
    place: str | None = None,
    *,
    artifact_store: str | None = None,
    project: str | None = None,
    allow_pickle: bool = False,
) -> History:
    """Read the history of a ZenML store; nothing of it is changed.

    Args:
        place: Folder of ZenML's configuration, its `zenml.db`, or an SQLAlchemy URL; None for the usual folder.
        artifact_store: Where the artifact store is now, if it is not where the database says.
        project: Which one; not needed where there is one.
        allow_pickle: Whether pickles are read, and classes imported, which runs code that they name.

    Raises:
        MigrationError: If there is no database of ZenML.
    """
    url = database_url(place)
    with ForeignDatabase(url) as database:
        tables = read_tables(database, project)
        shown = database.shown
    origin = f"ZenML {tables.release} on {urlsplit(url).hostname or socket.gethostname()}"
    runs, going = runs_of(tables, origin)
    steps = steps_of(tables, runs)
    makers = makers_of(tables, steps)
    late = _of(tables, going) - makers.keys()
    made = Versions(tables, _stores(tables, url, artifact_store), makers, allow_pickle=allow_pickle)
    versions = tuple(sorted(made.all(without=late), key=lambda past: (past.name, past.number)))
    ids = {past.id for past in versions}
    return History(
        tool=TOOL,
        origin=origin,
        place=shown,
        versions=versions,
        runs=tuple(runs.values()),
        steps=tuple(steps.values()),
        edges=tuple(edge for edge in edges_of(tables, steps) if edge.version in ids),
        models=tuple(sorted(models_of(tables, ids), key=lambda model: (model.name, model.number))),
        notes=tuple(f"the run {name} goes on; run this again when it has ended" for name in going.values()),
    )


def _of(tables: Tables, runs: Collection[str]) -> set[str]:
    """Versions that the steps of these runs have made."""
    steps = {row["id"] for row in tables.rows["step_run"] if row["pipeline_run_id"] in runs}
    return {row["artifact_id"] for row in tables.rows["step_run_output_artifact"] if row["step_id"] in steps}


def _stores(tables: Tables, url: str, given: str | None) -> Stores:
    near = Path(url.removeprefix("sqlite:///")).parent if url.startswith("sqlite:///") else None
    components = tables.rows["stack_component"]
    roots = {row["id"]: root_of(row["configuration"]) for row in components if row["type"] == "artifact_store"}
    return Stores(roots, near, given)
