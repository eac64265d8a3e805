"""`bridge migrate-data`: what other tools have recorded, brought over; one file a tool."""

from __future__ import annotations

import typer

from bridge.cli.migrate_data import mlflow, prefect_results, zenml

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="rich",
    help="Bring what other tools have recorded over: values, versions, runs, lineage, models.",
    epilog=zenml.EXAMPLE,
)
app.command("zenml", epilog=zenml.EXAMPLE)(zenml.zenml)
app.command("mlflow", epilog=mlflow.EXAMPLE)(mlflow.mlflow)
app.command("prefect-results", epilog=prefect_results.EXAMPLE)(prefect_results.prefect_results)
