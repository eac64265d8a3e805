"""A folder for Python's path: in it, `zenml` is bridge's stand-in."""
