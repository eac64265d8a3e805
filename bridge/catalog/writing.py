"""A transaction that writes a few rows many times a second."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, Executable

from bridge.catalog.statements import Rows


class Writing:
    """Executes the statements that are known beforehand by the driver, and anything else by SQLAlchemy.

    Args:
        execute: Executes one of `Statements`, for one row of parameters or several; gives the rows that it returns.
        connect: Gives SQLAlchemy's connection of the same transaction.
    """

    def __init__(self, execute: Callable[[Executable, Rows], list[Any]], connect: Callable[[], Connection]) -> None:
        self.execute = execute
        self._connect = connect

    @cached_property
    def connection(self) -> Connection:
        """For what is rarely asked; on SQLite it is made then."""
        return self._connect()
