"""`bridge lineage`: where versions come from and where they went; one file a command."""

from __future__ import annotations

from typing import Any

import typer
from typer.core import TyperGroup

from bridge.cli.lineage import affecting, exporting, showing, tracing
from bridge.cli.lineage.showing import print_graph

__all__ = ["app", "print_graph"]


class ShowByDefault(TyperGroup):
    """A group whose first word is a selector, unless it is one of the commands.

    An artifact that is called like a command is asked for with its version: `run@latest`.
    """

    def parse_args(self, context: Any, args: list[str]) -> list[str]:
        """Put `show` before what is no command."""
        known = {*self.commands, "--help", "-h"}
        if not (args and (args[0] in known)):
            args = ["show", *args] if args else ["--help"]
        return super().parse_args(context, args)


app = typer.Typer(cls=ShowByDefault, rich_markup_mode="rich", epilog=showing.EXAMPLE)


@app.callback()
def lineage() -> None:
    """Draw how a version came to be, or what was made from it: bridge lineage SELECTOR.

    bridge lineage show --help tells the options of that: --down, --depth, --format, --output.
    """


app.command("show", epilog=showing.SHOW_EXAMPLE)(showing.show)
app.command("affected", epilog=affecting.EXAMPLE)(affecting.show)
app.command("models", epilog=affecting.MODELS_EXAMPLE)(affecting.models)
app.command("run", epilog=tracing.RUN_EXAMPLE)(tracing.run)
app.command("path", epilog=tracing.PATH_EXAMPLE)(tracing.path)
app.command("export", epilog=exporting.EXAMPLE)(exporting.export)
