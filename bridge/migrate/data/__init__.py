"""Data of other tools brought over: what was saved, what made it, what it was called."""

from __future__ import annotations
