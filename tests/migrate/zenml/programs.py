"""Programs of ZenML's that tests run."""

from __future__ import annotations

import runpy
import textwrap
from pathlib import Path
from typing import Any


def run(folder: Path, program: str) -> dict[str, Any]:
    """Run a program as it is; gives its names."""
    file = folder / "program.py"
    file.write_text(textwrap.dedent(program))
    return runpy.run_path(str(file), run_name="__main__")
