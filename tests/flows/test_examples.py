"""The quickstart: one line changes, the output does not."""

from __future__ import annotations

from pathlib import Path

QUICKSTART = Path(__file__).parent.parent.parent / "examples" / "quickstart"


def test_before_and_after_differ_in_the_import_line_only() -> None:
    before = (QUICKSTART / "before.py").read_text().splitlines()
    after = (QUICKSTART / "after.py").read_text().splitlines()
    assert len(before) == len(after)
    assert [(old, new) for old, new in zip(before, after, strict=True) if old != new] == [
        ("from prefect import flow, task", "from bridge import flow, task")
    ]
