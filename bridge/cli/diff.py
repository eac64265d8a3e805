"""`bridge diff`: what two runs differ in."""

from __future__ import annotations

from typing import Annotated

import typer

from bridge.cli.artifacts.comparing import print_difference
from bridge.cli.console import AsJson, out, print_json
from bridge.cli.late_status import LateStatus

EXAMPLE = (
    "Example: [bold]bridge diff wise-otter calm-fox[/bold], [bold]bridge diff[/bold] (the latest run against the one "
    "of its flow before it)"
)


def diff(
    run: Annotated[
        str, typer.Argument(metavar="RUN", help="A run's name, its id or the beginning of it, latest or latest~1.")
    ] = "latest",
    other: Annotated[
        str | None,
        typer.Argument(metavar="NEWER", help="Left out, RUN is compared with the run of its flow before it."),
    ] = None,
    flow: Annotated[str | None, typer.Option(help="latest counts runs of this flow only.")] = None,
    limit: Annotated[int, typer.Option(min=0, help="Examples of each kind to show where values differ.")] = 5,
    exit_code: Annotated[
        bool, typer.Option("--exit-code", help="End with 1 if the runs diverged, as git does.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Compare two runs: parameters, code, environment, packages, metrics, and what each step used, gave and took.

    It ends with the first step that did something else, and the likely cause.

    Versions are compared by `bridge artifacts diff`.
    """
    from bridge.lineage.runs import compare_runs, find_run, run_before
    from bridge.workspace import current

    workspace = current()
    one = find_run(workspace.catalog, run, flow=flow)
    if other is None:
        pair = run_before(workspace.catalog, one), one
    else:
        pair = one, find_run(workspace.catalog, other, flow=flow)
    with LateStatus() as status:
        found = compare_runs(workspace, *pair, limit=limit, say=status.say)
    if as_json:
        print_json(found.document())
    else:
        print_difference(found, console=out())
    if exit_code and not found.equal:
        raise typer.Exit(1)
