"""`bridge migrate-data prefect-results`."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from bridge.cli.console import AsJson
from bridge.cli.migrate_data.moving import AllowPickle, DryRun, bring

EXAMPLE = "Example: [bold]bridge migrate-data prefect-results ~/.prefect/storage --dry-run[/bold]"


def prefect_results(
    folder: Annotated[
        str | None,
        typer.Argument(
            metavar="FOLDER",
            help="Left out, where Prefect keeps results (PREFECT_LOCAL_STORAGE_PATH).",
            show_default=False,
        ),
    ] = None,
    flow: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Only results of this flow; may be given several times.")
    ] = None,
    names: Annotated[
        bool | None,
        typer.Option(
            "--names/--no-names",
            help="Ask Prefect's server which task runs they are of; left out, it is asked if PREFECT_API_URL is set.",
            show_default=False,
        ),
    ] = None,
    allow_pickle: AllowPickle = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Bring results that Prefect has kept over: each is a version of the name that bridge would have given it.

    What Prefect's server does not know is called by its key in the storage. The folder is not changed. Doing it again
    adds what is new, and finishes what was interrupted. Ends with 4 if something came without its bytes.
    """
    from bridge.migrate.data.prefect_results import read_prefect_results

    ask = "PREFECT_API_URL" in os.environ if names is None else names
    bring(
        read_prefect_results(folder, ask=ask, flows=flow or (), allow_pickle=allow_pickle),
        dry_run=dry_run,
        as_json=as_json,
    )
