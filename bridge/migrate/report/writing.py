"""A report in the format that its file's name asks for."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from bridge.domain.migration_errors import MigrationError
from bridge.migrate.report.facts import FROM, KINDS, MEANING, document, summary, unified_diff
from bridge.migrate.running import Migration
from bridge.pages import environment, render

if TYPE_CHECKING:
    from bridge.pages.page import Templates

FORMATS = (".html", ".json", ".md")


def check_format(path: Path) -> None:
    """Raise `MigrationError` unless a report can be written as this file."""
    if path.suffix not in FORMATS:
        raise MigrationError(
            "The project", f"no report is written as {path.name!r}", f"Its name ends in {', '.join(FORMATS)}."
        )


def write_report(migration: Migration, path: Path, *, written: bool) -> None:
    """Write a report.

    Args:
        migration: What it is about.
        path: Of the report; its ending says the format.
        written: Whether the files were changed.

    Raises:
        MigrationError: If the ending is none of `.html`, `.json` and `.md`.
        OSError: If it cannot be written.
    """
    check_format(path)
    makers = {".html": as_html, ".json": as_json, ".md": as_markdown}
    path.write_text(makers[path.suffix](migration, written=written), encoding="utf-8")


def as_json(migration: Migration, *, written: bool) -> str:
    """The report as one JSON document."""
    return json.dumps({"written": written, **document(migration)}, indent=2, ensure_ascii=False) + "\n"


def as_markdown(migration: Migration, *, written: bool) -> str:
    """The report as Markdown: what is to be done by hand first."""
    lines = [f"# Migration of {migration.root}", "", summary(migration, written=written), ""]
    for kind in KINDS:
        found = [(file, one) for file in migration.files for one in file.findings if one.kind == kind]
        if found:
            lines += [f"## {kind.capitalize()} ({len(found)})", "", MEANING[kind], ""]
            lines += [
                f"- {file.path}:{one.line} {_escaped(one.text)} {_escaped(one.note)} ({one.rule})".replace("  ", " ")
                for file, one in found
            ]
            lines.append("")
    return "\n".join(lines)


def _escaped(text: str) -> str:
    """Text whose angle brackets are no tags, but within code."""
    parts = text.replace("\n", " ").split("`")
    return "`".join(part.replace("<", "&lt;") if i % 2 == 0 else part for i, part in enumerate(parts))


def as_html(migration: Migration, *, written: bool) -> str:
    """The report as one page, with the changes of each file."""
    files = [(file, _lines(unified_diff(file))) for file in migration.files]
    return render(
        _templates(),
        "report.html",
        styles=("report.css",),
        kind="Migration",
        title=str(migration.root),
        summary=summary(migration, written=written),
        kinds=[(kind, MEANING[kind], migration.count(kind)) for kind in KINDS],
        files=files,
        eras=FROM,
    )


def _lines(diff: str) -> list[tuple[str, str]]:
    """Lines of a diff with what each is."""
    kinds = {"+": "added", "-": "removed", "@": "at"}
    return [(kinds.get(line[:1], "same"), line) for line in diff.splitlines()[2:]]


@cache
def _templates() -> Templates:
    made = environment("bridge.migrate.report", "templates")
    made.filters["pieces"] = lambda text: [(i % 2 == 1, part) for i, part in enumerate(text.split("`")) if part]
    return made
