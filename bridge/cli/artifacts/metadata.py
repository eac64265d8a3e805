"""A version's metadata, on a terminal: columns and parameters as tables, the rest as facts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.text import Text

from bridge.cli.artifacts.bars import number, spread_cells
from bridge.cli.console import Column, print_facts, print_heading, print_table, shown
from bridge.domain.preview import Preview
from bridge.lineage.humane import size

MOST = 30
"""Rows of one of these tables that a terminal shows."""

SPREAD = 20
"""Columns whose spread a preview has."""

_IN_TABLES = frozenset({"columns", "nulls", "columns_left_out", "params", "members"})


def print_metadata(metadata: Mapping[str, Any], *, preview: Preview | None, console: Console) -> None:
    """Print what is known of a version besides what every version has."""
    tables: dict[str, Any] = {name: metadata.get(name) for name in _IN_TABLES}
    columns = _pairs(tables["columns"])
    told = [
        (name, _fact(name, value, console=console))
        for name, value in metadata.items()
        if name not in _IN_TABLES or (name == "columns" and not columns)
    ]
    if told:
        print_heading("Metadata", console=console)
        print_facts(told, console=console)
    if columns:
        _print_columns(columns, metadata, preview, console=console)
    if isinstance(tables["params"], Mapping) and tables["params"]:
        rows = [[str(name), shown(value, console=console)] for name, value in tables["params"].items()]
        _print("Parameters", (Column("parameter"), Column("value", keep=False)), rows, console=console)
    if isinstance(tables["members"], Mapping) and tables["members"]:
        rows = [_member(str(name), value, console=console) for name, value in tables["members"].items()]
        names = (Column("member", keep=False), Column("format"), Column("shape"), Column("bytes", right=True))
        _print("Members with files of their own", names, rows, console=console)


def _fact(name: str, value: Any, *, console: Console) -> str:
    if name == "bytes" and isinstance(value, int):
        return f"{size(value)} in memory"
    if name in {"rows", "length", "numbers", "stored"} and type(value) is int:
        return number(value)
    if name in {"shape", "sizes"} and isinstance(value, list):
        return " x ".join(map(str, value)) or "a single value"
    if name == "types" and isinstance(value, Mapping):
        return ", ".join(f"{count} {kind}" for kind, count in value.items())
    return shown(value, console=console)


def _pairs(columns: Any) -> list[tuple[str, str]]:
    """Names and types of columns; none if it is something that a user called `columns`."""
    if not isinstance(columns, list) or not all(isinstance(one, list) and len(one) == 2 for one in columns):
        return []
    return [(str(name), str(kind)) for name, kind in columns]


def _print_columns(
    columns: list[tuple[str, str]], metadata: Mapping[str, Any], preview: Preview | None, *, console: Console
) -> None:
    found = metadata.get("nulls")
    nulls: Mapping[str, int] = found if isinstance(found, Mapping) else {}
    spread = _spread(preview)
    drawn = (
        Column("column", keep=False),
        Column("type", keep=False),
        Column("nulls", right=True),
        Column("least", right=True),
        Column("spread"),
        Column("most"),
    )
    rows = [
        [name, kind, number(nulls[name]) if nulls.get(name) else "", *spread_cells(spread.get(str(place)))]
        for place, (name, kind) in enumerate(columns)
    ]
    _print("Columns", drawn, rows, left_out=int(metadata.get("columns_left_out", 0)), console=console)
    if len(spread) == SPREAD:
        console.print(Text(f"Spread is that of the first {SPREAD} columns of numbers or times.", style="dim"))
    sampled = next((each for each in spread.values() if each.get("sampled", 0) < each.get("of", 0)), None)
    if sampled is not None:
        seen = f"{number(sampled['sampled'])} of {number(sampled['of'])} rows"
        console.print(Text(f"Spread, least and most are those of a sample: {seen}.", style="dim"))


def _spread(preview: Preview | None) -> Mapping[str, Mapping[str, Any]]:
    """How columns are spread, by their place; only what is as bridge writes it."""
    found = preview.facts.get("spread") if preview is not None and preview.kind == "table" else None
    if not isinstance(found, Mapping):
        return {}
    return {place: each for place, each in found.items() if isinstance(each, Mapping)}


def _member(name: str, facts: Mapping[str, Any], *, console: Console) -> list[str]:
    used = facts.get("bytes")
    return [
        name,
        str(facts.get("format", "")),
        _fact("shape", facts["shape"], console=console) if isinstance(facts.get("shape"), list) else "",
        size(used) if isinstance(used, int) else "",
    ]


def _print(
    heading: str, columns: Sequence[Column], rows: list[list[str]], *, console: Console, left_out: int = 0
) -> None:
    print_heading(heading, console=console)
    most = MOST if console.is_terminal else len(rows)
    print_table(columns, rows[:most], console=console)
    hidden = len(rows) - most if len(rows) > most else 0
    if hidden:
        console.print(Text(f"… {number(hidden + left_out)} more (--json has {number(len(rows))})", style="dim"))
    elif left_out:
        console.print(Text(f"… {number(left_out)} more, which are not listed", style="dim"))
