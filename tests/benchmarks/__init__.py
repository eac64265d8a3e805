"""Bridge against what it is compared with, in one interleaved run."""
