"""`bridge runs`: flow runs and what they made."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import datetime, timezone
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from bridge.cli import documents
from bridge.cli.console import (
    AsJson,
    Column,
    out,
    print_empty,
    print_facts,
    print_heading,
    print_json,
    print_table,
    shown,
    state_text,
)
from bridge.domain.humane import size
from bridge.domain.run import Run, Step
from bridge.domain.secret_urls import redacted
from bridge.domain.version import VersionRef
from bridge.lineage.humane import ago, duration

app = typer.Typer(
    invoke_without_command=True,
    rich_markup_mode="rich",
    epilog="Example: [bold]bridge runs --flow training --limit 5[/bold]",
)

EMPTY = (
    "No runs yet. Run a flow whose `flow` and `task` come from bridge:",
    "from bridge import flow, task        # was: from prefect import flow, task",
    "or see one at once:  bridge demo",
)

COLUMNS = (
    Column("run", keep=False),
    Column("flow", keep=False),
    Column("state"),
    Column("started"),
    Column("took", right=True),
    Column("steps", right=True),
    Column("artifacts", right=True),
    Column("MLflow", roomy=True),
)


@app.callback()
def listing(
    context: typer.Context,
    limit: Annotated[int, typer.Option(min=1, help="How many runs, the latest first.")] = 20,
    flow: Annotated[str | None, typer.Option(help="Only runs of the flow of this name.")] = None,
    as_json: AsJson = False,
) -> None:
    """List flow runs, or show one: state, duration, steps, artifacts and MLflow run."""
    if context.invoked_subcommand is not None:
        return
    from bridge.workspace import current

    catalog = current().catalog
    found = [(run, tasks_of(run, catalog.steps(run.id))) for run in catalog.runs(limit=limit, flow=flow)]
    if as_json:
        print_json({"runs": [_summary(run, steps) for run, steps in found]})
        return
    console = out()
    if not found:
        print_empty(EMPTY if flow is None else (f"No runs of a flow called {flow!r}.", "bridge runs"), console=console)
        return
    now = datetime.now(timezone.utc)
    print_table(COLUMNS, [_row(run, steps, now) for run, steps in found], console=console)


@app.command(
    "show", epilog="Example: [bold]bridge runs show 3f2a[/bold], or the run's name: show wise-otter, or show latest"
)
def show(
    run: Annotated[str, typer.Argument(help="A run's name, its id or the beginning of it, latest or latest~1.")],
    as_json: AsJson = False,
) -> None:
    """Show one run: its parameters, its code, its steps with what they used and made, and where it is tracked."""
    from bridge.lineage.runs import find_run
    from bridge.workspace import current
    from bridge.workspace.addresses import how_to_look, run_address

    catalog = current().catalog
    found = find_run(catalog, run)
    steps = catalog.steps(found.id)
    if as_json:
        print_json(documents.of_run(found) | {"steps": [documents.of_step(step) for step in steps]})
        return
    console = out()
    print_facts(_facts(found), console=console)
    if found.parameters:
        print_heading("Parameters", console=console)
        print_facts(
            [(name, shown(value, console=console)) for name, value in found.parameters.items()], console=console
        )
    print_heading("Steps", console=console)
    print_steps(found, steps, console=console)
    if found.tracking_id and found.tracking_uri and run_address(found.tracking_uri, found.tracking_id) is None:
        console.print()
        console.print(Text(f"To see it in MLflow: {how_to_look(found.tracking_uri)}", style="dim"), soft_wrap=True)


def tasks_of(run: Run, steps: Sequence[Step]) -> list[Step]:
    """The steps of a run that are tasks; the other one is the flow itself."""
    return [step for step in steps if step.id != run.id]


def made_by(steps: Sequence[Step]) -> list[VersionRef]:
    """The versions that steps gave, each once, in order."""
    given = [output.what for step in steps for output in step.outputs if isinstance(output.what, VersionRef)]
    return list(dict.fromkeys(given))


def _summary(run: Run, steps: Sequence[Step]) -> documents.Document:
    return documents.of_run(run) | {
        "steps": len(steps),
        "artifacts": [str(ref) for ref in made_by(steps)],
    }


def _row(run: Run, steps: Sequence[Step], now: datetime) -> list[str | Text]:
    return [
        run.name,
        run.flow,
        state_text(run.state),
        ago(run.started, now),
        duration((run.ended - run.started).total_seconds()) if run.ended else "…",
        str(len(steps)),
        str(len(made_by(steps))),
        (run.tracking_id or "")[:8],
    ]


def _facts(run: Run) -> list[tuple[str, str | Text]]:
    now = datetime.now(timezone.utc)
    took = f", took {duration((run.ended - run.started).total_seconds())}" if run.ended else ""
    started = run.started.astimezone().strftime("%Y-%m-%d %H:%M:%S")
    return [
        ("run", Text(run.name, style="bold")),
        ("flow", run.flow),
        ("state", state_text(run.state)),
        ("started", f"{started} ({ago(run.started, now)}){took}"),
        ("code", _code(run)),
        ("environment", _environment(run)),
        ("seed", _seed(run)),
        ("part of run", run.parent_id or ""),
        ("Prefect", _prefect(run)),
        ("MLflow", _mlflow(run)),
    ]


def _code(run: Run) -> str:
    code = run.code
    place, commit = str(code.get("entrypoint") or code.get("file") or ""), str(code.get("commit") or "")[:12]
    if not commit:
        return str(code.get("file") or "")
    changed = f", with changes that are not committed{_kept(run)}" if code.get("dirty") or code.get("patch") else ""
    return f"{place} in {code.get('root', '')} at {commit}{changed}"


def _kept(run: Run) -> str:
    left_out = run.code.get("patch_left_out")
    if run.code.get("patch"):
        return f" (kept, but for {left_out})" if left_out else " (kept)"
    return f" (not kept: {left_out})" if left_out else ""


def _environment(run: Run) -> str:
    facts = run.environment
    if not facts:
        return ""
    memory = f", {size(int(facts['memory']))}" if facts.get("memory") else ""
    gpus = f", {', '.join(map(str, facts['gpus']))}" if facts.get("gpus") else ""
    python = f"{facts.get('implementation', 'Python')} {facts.get('python', '')}".replace("CPython", "Python")
    return f"{python} on {facts.get('platform', '')}, {facts.get('cpus', '?')} CPUs{memory}{gpus}"


def _seed(run: Run) -> str:
    seeds = run.environment.get("seeds") or {}
    return f"{seeds['seed']}, of {', '.join(seeds.get('of', ()))}" if "seed" in seeds else ""


def _prefect(run: Run) -> str:
    url = os.environ.get("PREFECT_UI_URL") or os.environ.get("PREFECT_API_URL", "").removesuffix("/api")
    return f"{url.rstrip('/')}/runs/flow-run/{run.id}" if url else run.id


def _mlflow(run: Run) -> str:
    """The page of the run, or its id and where that is known."""
    from bridge.workspace.addresses import run_address

    if not run.tracking_id:
        return ""
    uri = redacted(run.tracking_uri or "")
    return run_address(uri, run.tracking_id) or f"{run.tracking_id} in {uri}"


def print_steps(run: Run, steps: Sequence[Step], *, console: Console) -> None:
    """Print what each step used and made."""
    if not steps:
        console.print(Text("None recorded.", style="dim"))
        return
    columns = (
        Column("task"),
        Column("state"),
        Column("took", right=True),
        Column("used → made", keep=False, wrap=True),
    )
    in_order = sorted(steps, key=lambda step: step.id == run.id)  # the flow's own result comes last
    print_table(columns, [_step_row(run, step) for step in in_order], console=console)
    for step in steps:
        if step.error:
            console.print(Text(f"{step.task}: ", style="bold red") + Text(step.error, style="red"), soft_wrap=True)


def _step_row(run: Run, step: Step) -> list[str | Text]:
    used = ", ".join(dict.fromkeys(str(one.version) for one in step.inputs)) or "-"
    made = ", ".join(str(ref) for ref in made_by([step])) or "-"
    task = f"{step.task} (flow)" if step.id == run.id else step.task
    return [task, state_text(step.state), duration((step.ended - step.started).total_seconds()), f"{used} → {made}"]
