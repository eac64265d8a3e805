"""`bridge artifacts preview`: what can be seen of a version without loading it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.text import Text

from bridge.cli import documents
from bridge.cli.artifacts.bars import number, spread_cells
from bridge.cli.artifacts.cells import Wanted
from bridge.cli.console import GAP, AsJson, Column, out, print_facts, print_heading, print_json, print_table, shown
from bridge.domain.errors import ExportError
from bridge.domain.preview import PNG, TEXT, Preview
from bridge.domain.selector import Selector
from bridge.lineage.humane import size

EXAMPLE = "Example: [bold]bridge artifacts preview confusion-matrix --out matrix.png[/bold]"

WIDEST = 24
"""Characters of a cell of a table's first rows, on a terminal."""

_TITLES = {"table": "First rows", "array": "Values", "members": "First members", "text": "First lines"}


def preview(
    selector: Wanted,
    to: Annotated[
        Path | None, typer.Option("--out", help="File to write it into: PNG, text or JSON, as it is kept.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there already.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show the preview that was made when a version was saved; no bytes are read from the store."""
    from bridge.workspace import current

    catalog = current().catalog
    version = catalog.resolve(Selector.parse(selector))
    made = catalog.preview(version.digest) if version.digest else None
    if made is not None and to is not None:
        _write(made, to, force=force)
    if as_json:
        written = str(to.absolute()) if made is not None and to is not None else None
        print_json({"selector": str(version.ref), "preview": documents.of_preview(made), "file": written})
        return
    console = out()
    if made is None:
        console.print(Text(f"{version.ref} has no preview. See its value with:  bridge load {version.ref}"))
    elif to is not None:
        console.print(Text(f"{version.ref}: {made.media_type}, {size(len(made.data))}, in {to}"), soft_wrap=True)
    else:
        print_preview(made, selector=str(version.ref), console=console)


def print_preview(made: Preview, *, selector: str, console: Console) -> None:
    """Print a preview under its heading."""
    print_heading(_TITLES.get(made.kind, made.kind.capitalize()), console=console)
    if made.media_type == PNG:
        told = f"PNG, {_pixels(made.data)}, {size(len(made.data))}:  bridge artifacts preview {selector} --out FILE.png"
        console.print(Text(told), soft_wrap=True)
    elif made.media_type == TEXT:
        for line in made.text.splitlines():
            console.print(Text(_printable(line)), no_wrap=True, overflow="ellipsis", crop=console.is_terminal)
    else:
        facts = made.facts
        if made.kind == "table" and {"rows", "columns", "of"} <= facts.keys():
            _print_rows(facts, console=console)
        elif made.kind == "array" and "text" in facts:
            _print_array(facts, console=console)
        elif made.kind == "members" and {"members", "length"} <= facts.keys():
            columns = (Column("member", keep=False), Column("type", keep=False), Column("value", keep=False))
            print_table(columns, facts["members"], console=console)
            _print_rest(facts["length"] - len(facts["members"]), console=console)
        else:  # a word of the user's own
            print_facts([(name, shown(value, console=console)) for name, value in facts.items()], console=console)


def _print_rows(facts: dict[str, Any], *, console: Console) -> None:
    """Print as many of the columns as the terminal has room for."""
    titles = [str(name) for name, _ in facts["columns"]]
    rows = [[_cell(value) for value in row] for row in facts["rows"]]
    if "index" in facts:
        titles = ["", *titles]
        rows = [[_cell(label), *row] for label, row in zip(facts["index"], rows, strict=True)]
    widths = [min(max(len(title), *(len(row[i]) for row in rows), 1), WIDEST) for i, title in enumerate(titles)]
    count, room = 0, console.width
    while count < len(widths) and room >= widths[count]:
        room -= widths[count] + GAP
        count += 1
    count = max(count, 1)
    numeric = [all(not isinstance(row[i], str) for row in facts["rows"]) for i in range(len(facts["columns"]))]
    right = [False, *numeric] if "index" in facts else numeric
    columns = [Column(title, right=right[i], keep=False) for i, title in enumerate(titles[:count])]
    if console.is_terminal:
        rows = [[_cut(cell) for cell in row] for row in rows]
    print_table(columns, [row[:count] or [""] for row in rows], console=console)
    total_rows, width = facts["of"]
    drawn = count - ("index" in facts)
    hidden = ((total_rows - len(rows), "row"), (width - drawn, "column"))
    more = [f"{number(count)} more {what}{'' if count == 1 else 's'}" for count, what in hidden if count > 0]
    if more:
        console.print(Text(f"… {', '.join(more)}", style="dim"))


def _print_array(facts: dict[str, Any], *, console: Console) -> None:
    for line in str(facts["text"]).splitlines():
        console.print(Text(line), no_wrap=True, overflow="ellipsis", crop=console.is_terminal)
    spread = facts.get("spread")
    if spread is None:
        return
    least, histogram, most = spread_cells(spread)
    mean = f"mean {number(spread['mean'])}" if "mean" in spread else ""
    missing = f"{number(spread['missing'])} missing" if spread["missing"] else ""
    of = f"of {number(spread['sampled'])} of {number(spread['of'])} values" if spread["sampled"] < spread["of"] else ""
    told = "  ".join(part for part in (least, histogram, most, mean, missing, of) if part)
    console.print(Text(told))


def _print_rest(count: int, *, console: Console) -> None:
    if count > 0:
        console.print(Text(f"… {number(count)} more", style="dim"))


def _cell(value: Any) -> str:
    return "" if value is None else number(value) if isinstance(value, float) else str(value)


def _cut(text: str) -> str:
    return text if len(text) <= WIDEST else f"{text[: WIDEST - 1]}…"


def _printable(line: str) -> str:
    return "".join(character if character.isprintable() else " " for character in line)


def _pixels(data: bytes) -> str:
    """Width and height, which a PNG has in its first bytes."""
    return f"{int.from_bytes(data[16:20], 'big')} x {int.from_bytes(data[20:24], 'big')}"


def _write(made: Preview, file: Path, *, force: bool) -> None:
    if file.exists() and not force:
        raise ExportError(str(file), "already there; --force replaces it, or choose another name")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(made.data)
    except OSError as error:
        raise ExportError(str(file), error.strerror or str(error)) from error
