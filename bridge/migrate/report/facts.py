"""What every report says of a migration."""

from __future__ import annotations

import difflib
from typing import Any

from bridge.migrate.finding import Kind
from bridge.migrate.running import Changed, Migration

KINDS: tuple[Kind, ...] = ("manual", "approximate", "direct")
"""In the order in which somebody who has to act wants to read them."""

MEANING = {
    "manual": "Not done: for you to do.",
    "approximate": "Done, but not quite the same: to be looked at.",
    "direct": "Done.",
}

FROM = {"zenml": "ZenML", "prefect1": "Prefect 1", "prefect2": "Prefect 2", "prefect3": "Prefect 3"}


def document(migration: Migration) -> dict[str, Any]:
    """The migration as JSON."""
    return {
        "path": str(migration.root),
        "files": migration.looked_at,
        "changed": len(migration.changed),
        "findings": {kind: migration.count(kind) for kind in KINDS},
        "of": [
            {
                "path": str(file.path),
                "from": [FROM[era] for era in file.eras],
                "changed": file.data is not None,
                "findings": [
                    {
                        "line": one.line,
                        "column": one.column,
                        "kind": one.kind,
                        "rule": one.rule,
                        "text": one.text,
                        "note": one.note,
                    }
                    for one in file.findings
                ],
            }
            for file in migration.files
        ],
    }


def unified_diff(file: Changed) -> str:
    r"""What changes in a file, as `git diff` writes it; empty if nothing does.

    >>> from pathlib import Path
    >>> print(unified_diff(Changed(Path("a.py"), "x\n", "y\n", b"y", (), ())), end="")
    --- a/a.py
    +++ b/a.py
    @@ -1 +1 @@
    -x
    +y
    """
    path = file.path.as_posix().lstrip("/")
    lines = difflib.unified_diff(
        file.before.splitlines(keepends=True), file.after.splitlines(keepends=True), f"a/{path}", f"b/{path}"
    )
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def summary(migration: Migration, *, written: bool) -> str:
    """The migration in a sentence."""
    if not migration.files:
        looked = f"{migration.looked_at} file{'s' * (migration.looked_at != 1)}"
        return f"Nothing to migrate: {looked} looked at, none of which uses ZenML or Prefect's decorators."
    verb = "changed" if written else "would change"
    counts = ", ".join(f"{migration.count(kind)} {kind}" for kind in reversed(KINDS))
    return f"{len(migration.changed)} of {migration.looked_at} files {verb}; {counts}."
