"""Prefect's own tests, with bridge's decorators in the place of Prefect's."""
