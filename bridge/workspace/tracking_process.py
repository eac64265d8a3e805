"""The tracker's own process: the same workspace, opened from the same settings, with a tracker that works there."""

from __future__ import annotations

import os
from multiprocessing.connection import Connection
from socket import socket

from bridge.tracking import Callers, Host, close_door, prepare
from bridge.workspace.bootstrap import open_workspace


def main(handle: int, door: int, ahead: bool) -> None:
    """Serve the process at the other end of a connection until it is gone, and those that it is lent to.

    Args:
        handle: Number of the connection's file. Surroundings and settings come first.
        door: Number of the file of the socket where others come in.
        ahead: Whether it is not known yet that there is something to do; MLflow is imported meanwhile.
    """
    connection, at_door = Connection(handle), socket(fileno=door)
    if ahead:
        prepare()
    try:
        surroundings, settings = connection.recv()
    except EOFError:  # there is nothing to do after all
        close_door(at_door)
        os._exit(0)
    surroundings.take_over()
    Host(
        Callers(connection, at_door),
        lambda on_error, on_registered: (
            open_workspace(settings, on_error=on_error, on_registered=on_registered, alone=True).tracker
        ),
    ).serve()
    os._exit(0)  # everything is done: what MLflow has imported need not be taken apart
