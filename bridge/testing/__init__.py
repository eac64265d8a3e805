"""Contract tests for the ports, shipped so that users' own implementations can be held to them."""
