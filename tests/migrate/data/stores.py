"""The ZenML store that the tests move, put together from what `zenml/make.py` has written.

`python -m tests.migrate.data.stores FOLDER` makes one.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import sys
from pathlib import Path
from typing import Any

KEPT = Path(__file__).parent / "zenml"


def zenml_store(folder: Path) -> Path:
    """A folder as ZENML_CONFIG_PATH means it, which lay elsewhere when the store was made."""
    inside = folder / "local_stores" / "default_zen_store"
    inside.mkdir(parents=True)
    with sqlite3.connect(inside / "zenml.db") as database:
        database.executescript((KEPT / "zenml.sql").read_text())
    database.close()
    shutil.copytree(KEPT / "store", folder / "local_stores", dirs_exist_ok=True)
    return folder


def database_of(store: Path) -> Path:
    """The database of such a store."""
    return store / "local_stores" / "default_zen_store" / "zenml.db"


def expected() -> dict[str, Any]:
    """What ZenML loads each version as, by its id; None for what only it or its user can load."""
    found: dict[str, Any] = json.loads((KEPT / "expected.json").read_text())
    return found


if __name__ == "__main__":
    zenml_store(Path(sys.argv[1]))
