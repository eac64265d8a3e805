"""A ZenML store: its database, its artifact store, and what its materializers have written; ZenML is not needed."""

from __future__ import annotations
