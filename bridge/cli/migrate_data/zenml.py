"""`bridge migrate-data zenml`."""

from __future__ import annotations

from typing import Annotated

import typer

from bridge.cli.console import AsJson
from bridge.cli.migrate_data.moving import AllowPickle, DryRun, bring

EXAMPLE = "Example: [bold]bridge migrate-data zenml ~/.config/zenml --dry-run[/bold]"


def zenml(
    store: Annotated[
        str | None,
        typer.Argument(
            metavar="STORE",
            help="Folder of ZenML's configuration, its zenml.db, or the URL of a server's database "
            "(mysql+pymysql://…); left out, the folder that ZenML uses.",
            show_default=False,
        ),
    ] = None,
    artifact_store: Annotated[
        str | None,
        typer.Option(metavar="PATH|URL", help="Where the artifact store is now, if it is not where the database says."),
    ] = None,
    project: Annotated[str | None, typer.Option(metavar="NAME", help="Which of ZenML's projects.")] = None,
    allow_pickle: AllowPickle = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Bring a ZenML store over: versions with their values, tags and metadata, runs, lineage, models and stages.

    ZenML need not be installed, and its store is not changed. Doing it again adds what is new, and finishes what was
    interrupted. Ends with 4 if something came without its bytes.
    """
    from bridge.migrate.data.zenml.reading import read_zenml

    history = read_zenml(store, artifact_store=artifact_store, project=project, allow_pickle=allow_pickle)
    bring(history, dry_run=dry_run, as_json=as_json)
