"""A gate of the user's own: a function or a task that gets the model version."""

from __future__ import annotations

import asyncio
import contextvars
import importlib
import inspect
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

from bridge.domain.decision import GateResult
from bridge.domain.refusals import GateError
from bridge.models.gates.candidate import Candidate, Gate
from bridge.workspace.settings import nearest_pyproject


def custom(function: Callable[..., Any] | str) -> Gate:
    """Ask a function or a task of your own.

    Args:
        function: Gets the `ModelVersion`; returns True or False, one of them with a reason, or a `GateResult`. An
            exception in it is a refusal. As a text it is imported: `package.module:function`.

    Raises:
        GateError: If it cannot be called, or imported.

    >>> str(custom(lambda model: True))
    '<lambda>'
    """
    called = _imported(function) if isinstance(function, str) else function
    if not callable(called):
        raise GateError(function, "it is neither a gate nor a function nor a task")
    return Custom(called, _name(called))


@dataclass(frozen=True)
class Custom:
    """What a function says."""

    function: Callable[..., Any]
    name: str

    def __str__(self) -> str:
        return self.name

    def check(self, candidate: Candidate) -> GateResult:
        """Ask it."""
        where = {"function": f"{getattr(self.function, '__module__', '')}:{self.name}".lstrip(":")}
        try:
            said = self.function(candidate.model)
            if inspect.isawaitable(said):
                said = awaited(said)
        except Exception as error:  # noqa: BLE001 - the user's own code; what it raises is its verdict
            text = " ".join(str(error).split()) or "no text"
            return GateResult(self.name, False, f"{self.name} raised {type(error).__name__}: {text}", where)
        return replace(self._read(said), parameters=where)

    def _read(self, said: Any) -> GateResult:
        if isinstance(said, GateResult):
            return said
        verdict, reason = said if isinstance(said, tuple) and len(said) == 2 else (said, "")
        if not (isinstance(verdict, bool) or type(verdict).__name__ in {"bool", "bool_"}):
            told = f"{self.name} returned {said!r:.80}, and neither True nor False nor one of them with a reason"
            return GateResult(self.name, False, told)
        reason = " ".join(str(reason).split()) or f"it said {'yes' if verdict else 'no'}"
        return GateResult(self.name, bool(verdict), f"{self.name}: {reason}")


def awaited(said: Any) -> Any:
    """The result of a coroutine, by a loop of its own in a thread of its own.

    >>> async def three():
    ...     return 3
    >>> awaited(three())
    3
    """

    async def whole() -> Any:
        return await said

    context = contextvars.copy_context()
    with ThreadPoolExecutor(1) as aside:  # the caller may have a loop of its own
        return aside.submit(context.run, asyncio.run, whole()).result()


def _name(function: Any) -> str:
    name = getattr(function, "__qualname__", None) or getattr(function, "name", None) or type(function).__qualname__
    return str(name).rpartition("<locals>.")[2]


def _imported(text: str) -> Any:
    module, _, name = text.partition(":")
    try:
        return getattr(_module(module), name)
    except (ImportError, AttributeError, ValueError) as error:
        raise GateError(text, f"it cannot be imported ({error}); write it as package.module:function") from error


def _module(name: str) -> Any:
    """A module, also one beside the project's pyproject.toml."""
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError:
        project = nearest_pyproject()
        if project is None or str(project.parent) in sys.path:
            raise
        sys.path.insert(0, str(project.parent))
        return importlib.import_module(name)
