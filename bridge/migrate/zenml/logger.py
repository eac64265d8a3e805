"""Loggers that show what they are told."""

from __future__ import annotations

import logging


def get_logger(name: str) -> logging.Logger:
    """Python's logger of this name, which shows from INFO on, as ZenML's does.

    >>> get_logger("pipelines").level == logging.INFO
    True
    """
    logger = logging.getLogger(name)
    if logger.level == logging.NOTSET:
        logger.setLevel(logging.INFO)
    if not logger.hasHandlers():
        logger.addHandler(logging.StreamHandler())
    return logger
