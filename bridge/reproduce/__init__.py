"""Running a recorded run again, and saying where it diverged."""

from bridge.reproduce.again import again

__all__ = ["again"]
