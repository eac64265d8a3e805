"""The values that every floor shares, with the promises between floors.

Nothing here opens a file, a database or a network connection, and nothing here imports more than the standard
library and pydantic.
"""
