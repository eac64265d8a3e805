"""Work that is found by its content instead of being done again."""
