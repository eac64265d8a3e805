"""The command line's front door: the commands put together, and errors turned into one line."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from bridge import __version__
from bridge.cli import (
    artifacts,
    audit,
    cache,
    demo,
    diff,
    doctor,
    lineage,
    load,
    migrate,
    migrate_data,
    models,
    reproducing,
    run,
    runs,
    studies,
    sync,
)
from bridge.cli.console import say_error
from bridge.domain.errors import BridgeError
from bridge.domain.secret_urls import redacted


class InOrder(TyperGroup):
    """The commands in the order in which a newcomer meets them."""

    def list_commands(self, context: Any) -> list[str]:
        """Names of the commands."""
        order = (
            *("demo", "run", "runs", "artifacts", "load", "lineage", "diff", "cache", "reproduce"),
            *("studies", "models", "audit", "migrate", "migrate-data", "sync", "doctor"),
        )
        names = super().list_commands(context)
        return sorted(names, key=lambda name: order.index(name) if name in order else len(order))


app = typer.Typer(
    name="bridge",
    cls=InOrder,
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Example: [bold]bridge demo[/bold] runs a small flow and shows what bridge keeps of it.",
)
app.add_typer(runs.app, name="runs")
app.add_typer(artifacts.app, name="artifacts")
app.add_typer(models.app, name="models")
app.add_typer(audit.app, name="audit")
app.add_typer(lineage.app, name="lineage")
app.add_typer(cache.app, name="cache")
app.add_typer(studies.app, name="studies")
app.command("diff", epilog=diff.EXAMPLE)(diff.diff)
app.add_typer(migrate_data.app, name="migrate-data")
app.command("migrate", epilog=migrate.EXAMPLE)(migrate.migrate)
app.command("load", epilog=load.EXAMPLE)(load.load)
app.command("reproduce", epilog=reproducing.EXAMPLE)(reproducing.reproduce)
app.command("sync", epilog=sync.EXAMPLE)(sync.sync)
app.command("doctor", epilog=doctor.EXAMPLE)(doctor.examine)
app.command("demo", epilog=demo.EXAMPLE)(demo.run)
app.command("run", epilog=run.EXAMPLE, context_settings={"allow_interspersed_args": False})(run.run)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"bridge {__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print bridge's version.")
    ] = False,
) -> None:
    """What your Prefect flows made: versioned artifacts, their lineage, MLflow runs and registered models.

    Every command but `run` takes --json. BRIDGE_DEBUG=1 shows the traceback of an error.
    """


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; returns the exit code.

    Args:
        arguments: Words after `bridge`; left out, those of this process.

    >>> main(["--version"])
    bridge 0.1.0
    0
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a terminal without UTF-8 shows ? instead of failing
            stream.reconfigure(errors="replace")
    try:
        app(args=None if arguments is None else list(arguments), prog_name="bridge")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except Exception as error:
        if os.environ.get("BRIDGE_DEBUG", "") not in {"", "0"}:
            raise
        say_error(redacted(_sentence(error)))
        return 1
    return 0


def _sentence(error: Exception) -> str:
    if isinstance(error, BridgeError):
        return str(error)
    if isinstance(error, OSError):
        return f"{error.strerror or error}" + (f": {error.filename}" if error.filename else "")
    return f"{type(error).__name__}: {error}. This is a fault of bridge: BRIDGE_DEBUG=1 shows where."
