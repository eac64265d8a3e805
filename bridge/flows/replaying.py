"""Running one flow of a script as it ran before: everything up to its call as the script does it, then its end.

A script that is run again calls its flow itself, in the surroundings that it makes for it: an event loop, a cluster, a
seeded generator. That call is taken over: the recorded parameters take the place of the script's, and once the flow has
ended the script goes no further.
"""

from __future__ import annotations

import asyncio
import inspect
import runpy
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any, NoReturn

from prefect import Flow
from prefect.context import FlowRunContext, TaskRunContext
from prefect.runner import Runner

from bridge.domain.errors import ReproduceError
from bridge.flows.marked import BridgeFlow
from bridge.flows.recalling import called_with, passed, recalled


class EndOfReplayError(BaseException):
    """The flow has ended; what its script does after that is not done. Never caught by a script's own handlers."""


@dataclass
class Replay:
    """A flow that is to be run, and what came of it.

    Args:
        flow: Name of the flow.
        function: Its function's qualified name; empty if that is not known.
        parameters: Recorded, those that could be kept.
        versions: Parameters that are versions; called to load one.
        lost: Parameters that could not be kept: what the script itself passes is taken.
        nested: Whether it ran inside another flow, whose call then ends the script.
    """

    flow: str
    function: str
    parameters: Mapping[str, Any]
    versions: Mapping[str, Callable[[], Any]] = field(default_factory=dict)
    lost: tuple[str, ...] = ()
    nested: bool = False
    running: bool = False
    done: bool = False
    error: BaseException | None = None
    taken: tuple[str, ...] = ()

    def script(self, path: Path, *, run_as: str = "") -> None:
        """Run a script as `python` would, up to the flow's end.

        Args:
            path: The script.
            run_as: Name for `python -m`, if it was run in this way.

        Raises:
            ReproduceError: If the flow is not in it, or a parameter is not to be had.
        """
        sys.path.insert(0, str(Path.cwd() if run_as else path.parent))
        names: Mapping[str, Any] = {}
        failed: BaseException | None = None
        with _taken_over(self._called):
            try:
                if run_as:
                    names = runpy.run_module(run_as, run_name="__main__", alter_sys=True)
                else:
                    names = runpy.run_path(str(path), run_name="__main__")
            except EndOfReplayError as end:
                names = _names_of(end, path)
            except (Exception, SystemExit) as error:  # noqa: BLE001  what is defined by then may be enough
                names, failed = _names_of(error, path), error
        if not self.done:
            main = sys.modules["__main__"] = ModuleType("__main__")  # what its classes and functions say they are in
            vars(main).update(names)
            self._run_found(names, path, failed)

    def module(self, path: Path, name: str) -> None:
        """Import the flow's module, whose own calls of flows are left out, and run the flow.

        Raises:
            ReproduceError: If the flow is not in it, or a parameter is not to be had.
        """
        sys.path.insert(0, str(path.parent))
        failed: BaseException | None = None
        names: Mapping[str, Any] = {}
        with _taken_over(_stopping):
            try:
                names = vars(_imported(path, name))
            except (EndOfReplayError, Exception, SystemExit) as error:  # noqa: BLE001  as above
                names, failed = _names_of(error, path), error
        self._run_found(names, path, failed)

    def _run_found(self, names: Mapping[str, Any], path: Path, failed: BaseException | None) -> None:
        found = _find(names, self.flow, self.function)
        if found is None:
            if failed is not None and not isinstance(failed, EndOfReplayError):
                why = f"{type(failed).__name__}: {failed}"
                raise ReproduceError(self.flow, f"{path.name} could not be run up to it ({why})") from failed
            raise ReproduceError(self.flow, f"there is no such flow in {path}")
        with suppress(EndOfReplayError):
            done = self._run(found, {})
            if inspect.iscoroutine(done):
                asyncio.run(done)

    def _called(self, flow: Flow[Any, Any], args: Any, kwargs: Any) -> Any:
        """A script has called a flow, outside of others."""
        if self.running:  # from a thread that the flow has begun
            return Flow.__call__(flow, *args, **kwargs)
        is_wanted = flow.name == self.flow and self.function in ("", flow.fn.__qualname__)
        if is_wanted and not self.nested:
            return self._run(flow, passed(flow, args, kwargs))
        if self.nested:
            raise EndOfReplayError
        return None  # an earlier flow of the script, whose results are among the parameters

    def _run(self, flow: Flow[Any, Any], own: Mapping[str, Any]) -> Any:
        args, kwargs = called_with(flow, self._parameters(flow, own))
        self.running = True
        if inspect.iscoroutinefunction(flow.fn) or inspect.isasyncgenfunction(flow.fn):
            return self._run_async(flow, args, kwargs)
        try:
            done = Flow.__call__(flow, *args, **kwargs)
            if inspect.isgenerator(done):
                for _ in done:
                    pass
        except Exception as error:  # noqa: BLE001  what the flow raises is part of what is compared
            self.error = error
        self._end()

    async def _run_async(self, flow: Flow[Any, Any], args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        try:
            done = Flow.__call__(flow, *args, **kwargs)
            if inspect.isasyncgen(done):
                async for _ in done:
                    pass
            else:
                await done
        except Exception as error:  # noqa: BLE001  as above
            self.error = error
        self._end()

    def _end(self) -> NoReturn:
        self.done = True
        raise EndOfReplayError

    def _parameters(self, flow: Flow[Any, Any], own: Mapping[str, Any]) -> dict[str, Any]:
        wanted = inspect.signature(flow.fn).parameters
        call = recalled(flow, self.parameters, own)
        call |= {name: load() for name, load in self.versions.items() if name in wanted}
        missing = [name for name in self.lost if name in wanted and name not in call and name not in own]
        if missing:
            raise ReproduceError(
                self.flow,
                f"its parameter {', '.join(missing)} was neither kept nor a version; pass what bridge.load gives, "
                f"or a path, so that a run can be repeated",
            )
        taken = [name for name in self.lost if name in own and name not in call]
        self.taken = tuple(taken)
        return {**call, **{name: own[name] for name in taken}}


@contextmanager
def _taken_over(called: Callable[[Flow[Any, Any], Any, Any], Any]) -> Iterator[None]:
    """While this lasts, calls of flows outside of others go here, and nothing is served: that would never end."""

    def call(self: Any, *args: Any, **kwargs: Any) -> Any:
        if FlowRunContext.get() is not None or TaskRunContext.get() is not None:
            return Flow.__call__(self, *args, **kwargs)
        return called(self, args, kwargs)

    def serve(*args: Any, **kwargs: Any) -> NoReturn:
        raise EndOfReplayError

    theirs = Runner.__init__
    BridgeFlow.__call__ = call  # type: ignore[method-assign]
    Runner.__init__ = serve  # type: ignore[method-assign]
    try:
        yield
    finally:
        del BridgeFlow.__call__
        Runner.__init__ = theirs  # type: ignore[method-assign]


def _stopping(flow: Flow[Any, Any], args: Any, kwargs: Any) -> NoReturn:
    raise EndOfReplayError


def _imported(path: Path, name: str) -> ModuleType:
    """The module under the name that it had, if that leads to the file; else by its file alone."""
    if name and not name.startswith("__"):
        up = name.count(".") + (path.name == "__init__.py")
        root = path.parents[min(up, len(path.parents) - 1)]
        sys.path.insert(0, str(root))
        try:
            found = import_module(name)
        except ModuleNotFoundError as error:
            if error.name is None or not name.startswith(error.name):
                raise
        else:
            if getattr(found, "__file__", None) and Path(str(found.__file__)).resolve() == path.resolve():
                return found
    spec = spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise ReproduceError(path.name, f"{path} is no Python file")
    module = module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    return module


def _names_of(error: BaseException, path: Path) -> Mapping[str, Any]:
    """The names of a module whose code was left by an exception."""
    at, found = error.__traceback__, {}
    while at is not None:
        frame = at.tb_frame
        if frame.f_code.co_name == "<module>" and Path(frame.f_code.co_filename).name == path.name:
            found = dict(frame.f_globals)
        at = at.tb_next
    return found


def _find(names: Mapping[str, Any], flow: str, function: str) -> Flow[Any, Any] | None:
    """The flow by its function's name, or else by its own."""
    at: Any = None
    first, *rest = function.split(".") if function else [""]
    at = names.get(first)
    for word in rest:
        at = getattr(at, word, None)
    if isinstance(at, Flow):
        return at
    flows = [value for value in names.values() if isinstance(value, Flow)]
    return next((one for one in flows if one.name == flow), None)
