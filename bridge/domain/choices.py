"""Words that an option of the decorators and a setting share."""

from __future__ import annotations

from typing import Literal

RunScope = Literal["flow", "task"]
"""`task` gives each task run a run of its own in the tracker, below the flow's."""

Cache = Literal["off", "content"]
"""`content` makes `CONTENT` the cache policy of tasks whose user chose none."""
