"""`bridge artifacts archive` and `bridge artifacts restore`: versions with their lineage as one file, and back."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import Annotated, Any, BinaryIO

import typer
from rich.console import Console
from rich.text import Text

from bridge.cli.console import AsJson, Column, err, out, print_json, print_table
from bridge.cli.progress import LateProgress
from bridge.domain.arrival import Arrived
from bridge.domain.errors import ExportError, SelectorError
from bridge.domain.version import VersionRef
from bridge.lineage.humane import size
from bridge.workspace import current
from bridge.workspace.archives import Archived, Restored
from bridge.workspace.archives.archiving import bytes_of, write
from bridge.workspace.archives.restoring import Reader, open_archive
from bridge.workspace.archives.selecting import EVERY, select

EXAMPLE = "Example: [bold]bridge artifacts archive models.tar 'training/train@*' --with-ancestors[/bold]"
RESTORE_EXAMPLE = "Example: [bold]bridge artifacts restore models.tar --dry-run[/bold]"
STREAM = "-"
FATES = {"new": ("new", "green"), "completed": ("has its bytes now", "green"), "there": ("was there", "dim")}


def archive(
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="Archive to write, a tar file; - writes to standard output.")
    ],
    selectors: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="SELECTOR…",
            help="name, name@3, name@champion …; 'training/*' is the latest version of each such name, "
            "'training/*@*' or 'name@*' are all versions.",
        ),
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Every version of every name.")] = False,
    lineage: Annotated[
        bool, typer.Option("--lineage/--no-lineage", help="Tell how the versions came to be: ancestors, steps, runs.")
    ] = True,
    ancestors: Annotated[
        bool, typer.Option("--with-ancestors", help="Put the bytes of all ancestors into it, too.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace the file if it is there already.")] = False,
    as_json: AsJson = False,
) -> None:
    """Write versions, with their lineage, into one file that `bridge artifacts restore` reads elsewhere."""
    wanted = [EVERY] if everything else selectors or []
    if not wanted:
        raise SelectorError("", "say which versions go into the archive, or --all")
    if file != STREAM and not force and Path(file).exists():
        raise ExportError(file, "already there; --force replaces it, or choose another name")
    if file == STREAM and sys.stdout.isatty():
        raise ExportError("the terminal", "an archive is not text; send it to a file or a program")
    workspace = current()
    named = workspace.settings.workspace or ""
    selection = select(workspace.catalog, wanted, lineage=lineage, ancestors=ancestors, workspace=named)
    target: str | BinaryIO = sys.stdout.buffer if file == STREAM else file
    with LateProgress("Writing the archive", bytes_of(selection)) as progress:
        done = write(workspace.store, selection, target, advance=progress.advance)
    if as_json and file != STREAM:
        print_json(_archived(file, done))
        return
    console = err() if file == STREAM else out()
    console.print(
        Text(f"{file}: {size(done.size)}, {_count(len(done.versions), 'version')} with bytes"), soft_wrap=True
    )
    _print_rest(done, console)


def restore(
    file: Annotated[str, typer.Argument(metavar="FILE", help="Archive to read; - reads from standard input.")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Read and check everything, say what would become of it, keep nothing.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Put the versions of an archive into this workspace, every byte checked; doing it again adds nothing.

    Pickles in it are loaded only with BRIDGE_ALLOW_PICKLE=true, as they come from elsewhere.
    """
    workspace = current()
    with open_archive(sys.stdin.buffer if file == STREAM else file) as stream:
        reader = Reader(stream, "on standard input" if file == STREAM else file)
        with LateProgress("Reading the archive", reader.size) as progress:
            done = reader.restore(
                workspace.store,
                workspace.catalog,
                scratch=workspace.settings.home / "staging",
                dry_run=dry_run,
                advance=progress.advance,
            )
    if as_json:
        print_json(_restored(done, dry_run=dry_run))
        return
    _print_restored(done, out(), dry_run=dry_run)


def _print_rest(done: Archived, console: Console) -> None:
    told = [_count(len(done.facts), "further version") + " without"] if done.facts else []
    told += [_count(done.files, "file"), _count(done.steps, "step"), _count(done.runs, "run")]
    console.print(Text(", ".join(told), style="dim"), soft_wrap=True)
    if done.gone:
        names = ", ".join(str(ref) for ref in done.gone[:5]) + ("…" if len(done.gone) > 5 else "")
        said = f"Left out, as they were deleted: {names}"
        console.print(Text(said, style="yellow"), soft_wrap=True)


def _print_restored(done: Restored, console: Console, *, dry_run: bool) -> None:
    rows: list[list[str | Text]] = []
    for one in done.versions:
        said, style = FATES[one.fate]
        if one.fate == "new" and one.was in done.facts:
            said = "new, without bytes"
        rows.append([str(one.was), str(one.now), Text(said, style=style)])
    columns = (Column("in the archive", keep=False), Column("here", keep=False), Column("which is"))
    print_table(columns, rows, console=console)
    for one in done.versions:
        if one.kept:
            said = f"{_aliases(one)} stayed with another version: bridge artifacts versions {one.now.name}"
            console.print(Text(said, style="yellow"), soft_wrap=True)
    if done.unsafe:
        names = ", ".join(str(ref) for ref in done.unsafe[:5]) + ("…" if len(done.unsafe) > 5 else "")
        said = f"Can run code when loaded, so it takes BRIDGE_ALLOW_PICKLE=true if you trust its origin: {names}"
        console.print(Text(said, style="yellow"), soft_wrap=True)
    fates = Counter(one.fate for one in done.versions)
    told = [f"{fates['new']} new", f"{fates['there']} there already"]
    told += [f"{fates['completed']} completed"] if fates["completed"] else []
    said = f"{_count(len(done.versions), 'version')} of the {done.origin}: {', '.join(told)}"
    said += f"; {_count(done.files, 'file')}, digests checked"
    console.print(Text(said + (". Nothing was kept: --dry-run" if dry_run else ""), style="dim"), soft_wrap=True)


def _aliases(one: Arrived) -> str:
    return ", ".join(f"@{alias}" for alias in one.kept)


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"


def _archived(file: str, done: Archived) -> dict[str, Any]:
    return {
        "file": str(Path(file).absolute()),
        "size": done.size,
        "versions": _refs(done.versions),
        "without_bytes": _refs(done.facts),
        "files": done.files,
        "steps": done.steps,
        "runs": done.runs,
        "deleted": _refs(done.gone),
    }


def _restored(done: Restored, *, dry_run: bool) -> dict[str, Any]:
    versions = [
        {
            "was": str(one.was),
            "now": str(one.now),
            "fate": one.fate,
            "has_bytes": one.was not in done.facts,
            "aliases_kept": list(one.kept),
        }
        for one in done.versions
    ]
    told = {"files": done.files, "steps": done.steps, "runs": done.runs}
    return {"origin": done.origin, "dry_run": dry_run, "versions": versions, **told, "unsafe": _refs(done.unsafe)}


def _refs(refs: tuple[VersionRef, ...]) -> list[str]:
    return [str(ref) for ref in refs]
