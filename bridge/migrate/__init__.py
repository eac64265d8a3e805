"""Code of ZenML, Prefect 1, 2 and 3 brought to Prefect 3 with bridge."""

from __future__ import annotations
