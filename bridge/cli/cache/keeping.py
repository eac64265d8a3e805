"""`bridge cache` and `bridge cache clear`: results that are found by content."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from bridge.cli import documents
from bridge.cli.console import AsJson, Column, out, print_empty, print_json, print_table
from bridge.cli.spans import span
from bridge.lineage.humane import ago, size

if TYPE_CHECKING:
    from bridge.cache import Kept

LIST_EXAMPLE = "Example: [bold]bridge cache --task 'load*'[/bold], then [bold]bridge cache explain load[/bold]"
CLEAR_EXAMPLE = "Example: [bold]bridge cache clear --task train --older-than 30d[/bold]"

OneTask = Annotated[str | None, typer.Option("--task", help="Only of tasks of this name; * stands for any characters.")]

EMPTY = (
    "No result is kept to be found by content. Tasks say that they want it:",
    "from bridge import CONTENT, task",
    "@task(cache_policy=CONTENT)",
)

COLUMNS = (
    Column("task"),
    Column("result", keep=False),
    Column("size", right=True),
    Column("kept"),
    Column("expires"),
    Column("hits", right=True),
    Column("key", roomy=True),
)


def listing(context: typer.Context, task: OneTask = None, as_json: AsJson = False) -> None:
    """List the results that are found by content: which versions they are, and how often they were found."""
    if context.invoked_subcommand is not None:
        return
    from bridge.cache import kept

    found = kept(task)
    if as_json:
        print_json({"results": [_document(one) for one in found]})
        return
    console = out()
    if not found:
        nothing = (f"No result of a task called {task!r} is kept.", "bridge cache")
        print_empty(EMPTY if task is None else nothing, console=console)
        return
    now = datetime.now(timezone.utc)
    print_table(COLUMNS, [_row(one, now) for one in found], console=console)


def clear(
    task: OneTask = None,
    older_than: Annotated[
        str | None, typer.Option(help="Only results that were kept longer ago than this (12h, 30d, 2w).")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Forget results, so that the tasks run again. Their versions stay: `bridge artifacts prune` is for those."""
    from bridge.cache import clear as cleared

    gone = cleared(task, older_than=None if older_than is None else span("--older-than", older_than))
    if as_json:
        print_json({"cleared": [_document(one) for one in gone]})
        return
    tasks = ", ".join(dict.fromkeys(one.task or "unreadable" for one in gone))
    said = f"Forgot {len(gone)} result{'' if len(gone) == 1 else 's'}" + (f" of {tasks}" if tasks else "")
    out().print(Text(f"{said}. The versions stay."), soft_wrap=True)


def _row(one: Kept, now: datetime) -> list[str | Text]:
    versions = ", ".join(str(part.ref) for part in one.parts)
    return [
        one.task or Text("unreadable", style="red"),
        versions or ("None" if one.task else "-"),
        size(one.size) if one.parts else "-",
        ago(one.created, now),
        _expiry(one, now),
        str(one.hits),
        one.key.removeprefix("content-")[:12],
    ]


def _expiry(one: Kept, now: datetime) -> str | Text:
    if one.expires is None:
        return ""
    if one.expires <= now:
        return Text("expired", style="yellow")
    return one.expires.astimezone().strftime("%Y-%m-%d %H:%M")


def _document(one: Kept) -> documents.Document:
    return {
        "key": one.key,
        "task": one.task,
        "step_id": one.step,
        "versions": [{"slot": part.slot, "selector": str(part.ref), "digest": part.digest} for part in one.parts],
        "size": one.size,
        "created": documents.iso(one.created),
        "expires": documents.iso(one.expires),
        "hits": one.hits,
    }
