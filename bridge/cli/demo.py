"""`bridge demo`: the quickstart, run before your eyes."""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

import bridge
from bridge.cli.before_after import pair_document, plainly, print_pair, run_one
from bridge.cli.console import AsJson, err, out, print_json
from bridge.cli.recap import Recap, print_recap, read_recap, recap_document
from bridge.cli.streaming import stream
from bridge.domain.errors import BridgeError

EXAMPLE = "Example: [bold]bridge demo[/bold], and once more to see that nothing is stored twice"

SCRIPT = Path("quickstart") / "after.py"

BEFORE = "before.py"
"""The same script without bridge, beside it."""

Compare = Annotated[
    bool, typer.Option("--compare", help="Run the script as plain Prefect too, and show output next to output.")
]

NEEDS = {"sklearn": "scikit-learn", "pandas": "pandas"}


def run(compare: Compare = False, as_json: AsJson = False) -> None:
    """Run a small training flow on real data, then show what bridge recorded of it.

    The flow is plain Prefect but for one import. It runs here, with Prefect's temporary server and in your workspace;
    the exit code is the flow's.
    """
    script = find_script()
    _require_libraries()
    console = err() if as_json else out()
    before = _run_ids()
    if compare:
        raise typer.Exit(_run_both(script, before, console, as_json=as_json))
    code = _run_script(script, console)
    recap = read_recap(before)
    if as_json:
        print_json(recap_document(recap) | {"exit_code": code, "script": str(script)})
    elif recap is None:
        console.print(Text("bridge recorded no run of it. `bridge doctor` says what is in the way.", style="red"))
    else:
        print_recap(recap, console=console)
        _print_next(recap, console)
    raise typer.Exit(code or int(recap is None))


def _run_both(script: Path, known: frozenset[str], console: Console, *, as_json: bool) -> int:
    """Run the script without and with bridge, and show both; returns the exit code."""
    environment = surroundings(os.environ)
    before = run_one(script.with_name(BEFORE), plainly(environment), console=console)
    after = run_one(script, environment, console=console)
    recap = read_recap(known)
    if as_json:
        print_json(pair_document(before, after, recap))
    else:
        print_pair(before, after, recap, console=console)
    return before.code or after.code or int(recap is None)


def find_script(package: Path | None = None) -> Path:
    """Where the quickstart is: beside the package in a checkout, within it where it was installed.

    Raises:
        BridgeError: If it is in neither place.

    >>> find_script().name
    'after.py'
    """
    here = package or Path(bridge.__file__).parent
    places = [here.parent / "examples" / SCRIPT, here / "_examples" / SCRIPT]
    for place in places:
        if place.is_file():
            return place
    raise BridgeError(f"The quickstart is not installed: looked for {' and '.join(map(str, places))}.")


def _require_libraries() -> None:
    missing = [name for module, name in NEEDS.items() if importlib.util.find_spec(module) is None]
    if missing:
        raise BridgeError(
            f"The demo trains a scikit-learn model on a pandas table, and {' and '.join(missing)} is not installed. "
            f"Run: pip install 'prefect-bridge[sklearn,pandas]'"
        )


def _run_ids() -> frozenset[str]:
    from bridge.workspace import current

    return frozenset(run.id for run in current().catalog.runs(limit=200))


def surroundings(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment in which the script runs: quiet hosts, and time for Prefect's server to start.

    >>> surroundings({"PYTHONDONTWRITEBYTECODE": "1"})["PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS"]
    '120'
    """
    quiet = {
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_LOGGING_COLORS": "false",
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "MLFLOW_LOGGING_LEVEL": "WARNING",
        "PYTHONUNBUFFERED": "1",
        "PYTHONIOENCODING": "utf-8",
    }
    kept = {name: value for name, value in environment.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return quiet | kept


def _run_script(script: Path, console: Console) -> int:
    console.print(Text.assemble("A Prefect flow with one changed import: ", (str(script), "bold")), soft_wrap=True)
    console.print(Text("from bridge import flow, task        # was: from prefect import flow, task", style="green"))
    console.print()
    environment = surroundings(os.environ)
    doing = "Running it …"
    if not environment.get("PREFECT_API_URL"):
        doing = "Starting Prefect's temporary server (10 to 40 s the first time) …"
    return stream([sys.executable, str(script)], environment, doing=doing, console=console)


def _print_next(recap: Recap, console: Console) -> None:
    console.print()
    console.print(Text("What to try next", style="bold"))
    largest = max(recap.versions, key=lambda version: version.size, default=None)
    lines = [
        ("bridge demo", "the same once more: every artifact stays at its version"),
        (f"bridge runs show {recap.run.name}", "every step with what it used and made"),
    ]
    if largest is not None:
        name = largest.ref.name
        lines.append((f"bridge lineage {name}", "what it came from; --down: what was made from it"))
        lines.append((f"python -c 'import bridge; print(bridge.load(\"{name}\"))'", "the value back, digest checked"))
    lines.append(("bridge doctor --verify", "that every byte is there and unchanged"))
    width = max(len(command) for command, _ in lines)
    for command, why in lines:
        if width + len(why) + 6 <= console.width:
            console.print(Text.assemble("  ", (command.ljust(width), "cyan"), "  ", (why, "dim")), soft_wrap=True)
        else:
            console.print(Text.assemble("  ", (command, "cyan")), soft_wrap=True)
            console.print(Text.assemble("      ", (why, "dim")), soft_wrap=True)
