"""The cache policy by content: keys, results that are pointers, and what was decided."""
