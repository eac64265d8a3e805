"""Names of ZenML's that are not here: they can be imported, and say what to do when they are used."""

from __future__ import annotations

from functools import cache
from typing import Any, NoReturn

from bridge.domain.migration_errors import AttributeNotInStandInError, NotInStandInError


class Missing:
    """A name that can be imported, written in annotations, passed on and asked about by `isinstance`; no more.

    Args:
        name: With its module: "zenml.integrations.seldon.SeldonModelDeployer".
    """

    def __init__(self, name: str) -> None:
        self.__dict__["_name"] = name

    def __repr__(self) -> str:
        return f"<{self._name}, which bridge does not have>"

    def __or__(self, other: Any) -> Any:
        return self

    __ror__ = __or__

    def __call__(self, *args: Any, **options: Any) -> NoReturn:
        """Say that it is not here."""
        raise NotInStandInError(self._name)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        raise AttributeNotInStandInError(f"{self._name}.{name}")

    def __instancecheck__(self, value: Any) -> bool:
        return False

    def __subclasscheck__(self, kind: type) -> bool:
        return False

    def __mro_entries__(self, bases: tuple[Any, ...]) -> NoReturn:
        raise NotInStandInError(self._name)


@cache
def error_named(name: str) -> type[Exception]:
    """An exception of ZenML's, so that `except` can name it; nothing here raises it.

    >>> issubclass(error_named("ZenKeyError"), Exception)
    True
    """
    return type(name, (Exception,), {})
