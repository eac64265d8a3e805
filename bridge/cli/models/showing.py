"""`bridge models show`: one version."""

from __future__ import annotations

from datetime import datetime, timezone

from rich.console import Console
from rich.text import Text

from bridge.cli import documents
from bridge.cli.artifacts.cells import run_name
from bridge.cli.console import AsJson, out, print_facts, print_heading, print_json
from bridge.cli.models.cells import Wanted, aliases_text, metrics_text, selectors, uri_of
from bridge.domain.model import Evaluation, ModelVersion
from bridge.lineage.humane import ago
from bridge.models import evaluations, find
from bridge.models.comparing import columns
from bridge.workspace import Workspace

EXAMPLE = "Example: [bold]bridge models show churn@2[/bold]"

MOST_COLUMNS = 12
"""Columns of a signature that a terminal shows."""


def show(model: Wanted, as_json: AsJson = False) -> None:
    """Show one registered model version: what it is, what it was trained on, how well it does, how to load it."""
    from bridge.workspace import current

    workspace = current()
    found = find(workspace.catalog, model)
    measured = evaluations(found, workspace)
    if as_json:
        print_json(documents.of_model(found, selectors(workspace.catalog, found), measured))
        return
    console = out()
    print_facts(_facts(workspace, found), console=console)
    if measured:
        print_heading("Metrics", console=console)
        print_facts([_evaluation(one) for one in measured], console=console)
    _print_signature(found, console=console)
    print_heading("To load it", console=console)
    for line in (
        f'bridge.models.load("{found.selector}")',
        f'mlflow.{found.flavour or "pyfunc"}.load_model("{uri_of(found)}")',
        f'mlflow.pyfunc.load_model("{uri_of(found)}")' if found.flavour not in {"", "pyfunc"} else "",
    ):
        if line:
            console.print(Text(line), soft_wrap=True)


def _facts(workspace: Workspace, model: ModelVersion) -> list[tuple[str, str | Text]]:
    details = model.details
    when = model.created.astimezone().strftime("%Y-%m-%d %H:%M:%S")
    return [
        ("model", Text(model.selector, style="bold cyan")),
        ("is", aliases_text(model)),
        ("description", details.description or ""),
        ("intended use", details.intended_use or ""),
        ("licence", details.licence or ""),
        ("owners", ", ".join(details.owners)),
        ("artifact", str(model.version)),
        ("trained on", ", ".join(selectors(workspace.catalog, model))),
        ("run", run_name(workspace.catalog, model.run_id)),
        ("code", _code(model)),
        ("flavour", model.flavour),
        ("requires", ", ".join(details.requirements)),
        ("environment", ", ".join(f"{name} {value}" for name, value in details.environment.items())),
        ("registered", f"{when} ({ago(model.created, datetime.now(timezone.utc))})"),
        ("archived", "" if model.archived is None else ago(model.archived, datetime.now(timezone.utc))),
        ("MLflow run", model.tracking_id or ""),
        *((f"tag {name}", value) for name, value in sorted(model.tags.items())),
    ]


def _code(model: ModelVersion) -> str:
    code = model.details.code
    commit = str(code.get("commit") or "")[:12]
    changed = " with changes that are not committed" if commit and code.get("dirty") else ""
    return " ".join(part for part in (str(code.get("file") or ""), f"at {commit}{changed}" if commit else "") if part)


def _evaluation(one: Evaluation) -> tuple[str, str]:
    on = ", ".join(str(ref) for ref in one.data)
    return f"on {on}" if on else f"by {one.version}", metrics_text(one.metrics)


def _print_signature(model: ModelVersion, *, console: Console) -> None:
    details = model.details
    if not details.signature and not details.no_signature:
        return
    print_heading("Signature", console=console)
    if not details.signature:
        console.print(Text(f"none: {details.no_signature}"), soft_wrap=True)
        return
    found = list(columns(details.signature))
    shown = found if not console.is_terminal else found[:MOST_COLUMNS]
    facts = [*shown, *([("", f"and {len(found) - len(shown)} more: --json")] if len(shown) < len(found) else [])]
    print_facts(facts, console=console)
    if details.example is not None:
        console.print(Text(f"types from {details.example}", style="dim"))
