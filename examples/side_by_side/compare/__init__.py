"""The same pipeline with ZenML, with Prefect and MLflow by hand, and with bridge: what it took, what is left."""
