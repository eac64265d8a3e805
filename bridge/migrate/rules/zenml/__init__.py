"""Rules for code that is written for ZenML."""
