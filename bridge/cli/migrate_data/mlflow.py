"""`bridge migrate-data mlflow`."""

from __future__ import annotations

from typing import Annotated

import typer

from bridge.cli.console import AsJson
from bridge.cli.migrate_data.moving import DryRun, bring

EXAMPLE = "Example: [bold]bridge migrate-data mlflow http://mlflow:5000 --experiment churn --dry-run[/bold]"


def mlflow(
    uri: Annotated[
        str | None,
        typer.Argument(
            metavar="TRACKING_URI", help="Left out, where MLflow is set to (MLFLOW_TRACKING_URI).", show_default=False
        ),
    ] = None,
    experiment: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Only this experiment; may be given several times.")
    ] = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Bring what MLflow has recorded over: the files of its runs and its models as versions, runs, registered models.

    MLflow is asked and not changed; runs that bridge has made are here already and left out. Doing it again adds what
    is new, and finishes what was interrupted. Ends with 4 if something came without its bytes.
    """
    from bridge.migrate.data.mlflow import read_mlflow
    from bridge.workspace import current

    chosen = uri or current().tracker.uri
    bring(read_mlflow(chosen, experiments=experiment or ()), dry_run=dry_run, as_json=as_json)
