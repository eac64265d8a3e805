"""`bridge load`: look at a version's value."""

from __future__ import annotations

from rich.text import Text

from bridge.cli.artifacts.cells import Wanted, stored_size
from bridge.cli.console import AsJson, out, print_json
from bridge.materializers import type_name

EXAMPLE = "Example: [bold]bridge load tumour-classifier@1[/bold]  (in Python: bridge.load('tumour-classifier@1'))"


def load(
    selector: Wanted,
    as_json: AsJson = False,
) -> None:
    """Load a version, digest checked, and print it as Python would."""
    from bridge.workspace import current

    version, value = current().load(selector)
    if as_json:
        print_json(
            {
                "selector": str(version.ref),
                "digest": version.digest,
                "type": type_name(value),
                "size": version.size,
                "value": repr(value),
            }
        )
        return
    out().print(Text(f"{version.ref}: {type_name(value)}, {stored_size(version)}", style="dim"), soft_wrap=True)
    out().print(Text(repr(value)), soft_wrap=True)
