"""What `zenml.post_execution` gave: runs and pipelines of the past."""

from __future__ import annotations

from bridge.migrate.zenml.client import Client

get_run, get_pipeline = Client().get_pipeline_run, Client().get_pipeline
