"""Tracking URIs without their passwords, which are not written down with what waits."""

from __future__ import annotations

import re


def without_password(uri: str) -> str:
    """A tracking URI without the password that it may have.

    >>> without_password("http://ann:se@cret@127.0.0.1:5000"), without_password("sqlite:////tmp/mlflow.db")
    ('http://ann:***@127.0.0.1:5000', 'sqlite:////tmp/mlflow.db')
    """
    return re.sub(r"//([^/@:\s]*):\S*@", r"//\1:***@", uri)


def with_password(uri: str, in_force: str) -> str:
    """The tracking URI that was written down without its password: the one in force, if it is the same but for that.

    >>> with_password("http://ann:***@127.0.0.1:5000", "http://ann:secret@127.0.0.1:5000")
    'http://ann:secret@127.0.0.1:5000'
    """
    return in_force if without_password(in_force) == uri else uri
