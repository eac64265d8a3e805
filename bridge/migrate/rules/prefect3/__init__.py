"""Rules for code that is written for Prefect 3."""
