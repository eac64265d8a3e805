"""What a flow run depended on, gathered beside it: its code's commit and changes, packages, machine, variables, seeds.

What is slow (git, listing packages) is done once per process, in a thread, while the flow runs. It is recorded when it
is there, so that a run that is killed has it too, and with the run's end at the latest.
"""

from __future__ import annotations

import inspect
import os
import sys
import threading
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from bridge.domain.run import Run
from bridge.domain.secret_urls import without_secrets
from bridge.provenance.git import PATIENCE, Git, checkout_of, place_of
from bridge.provenance.machine import machine
from bridge.provenance.packages import packages_document
from bridge.provenance.patch import Patch, patch_of
from bridge.provenance.secrets import is_secret_variable
from bridge.provenance.seeds import seeded
from bridge.provenance.variables import variables
from bridge.workspace import Workspace, guarded

LONGEST_ARGUMENTS = 10_000
"""Characters of a script's command line that are recorded."""

_here: dict[str, Surroundings] = {}
"""Those of the runs that go on in this process, by run id."""


class Surroundings:
    """What one flow run depended on. Thread-safe.

    Args:
        workspace: Where the run is recorded.
        run: As it begins; its `code` is that of `code_of`.
    """

    def __init__(self, workspace: Workspace, run: Run) -> None:
        self._workspace = workspace
        self._run = run
        self._lock = threading.Lock()
        self._over = False
        self._thread: threading.Thread | None = None

    def begin(self) -> Run:
        """Start gathering; the run as it is known now, whole if this process has gathered before."""
        _here[self._run.id] = self
        if _is_known(self._run):
            self._gather()
        else:
            self._thread = threading.Thread(target=self._gather_beside, name="bridge-surroundings", daemon=True)
            self._thread.start()
        return self._run

    def wait(self) -> None:
        """Wait until all is gathered, three seconds at most."""
        if self._thread is not None:
            self._thread.join(PATIENCE + 1)

    def end(self) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        """Code and environment as they are to be recorded with the run's end."""
        self.wait()
        _here.pop(self._run.id, None)
        with self._lock:
            self._over = True
        environment = dict(self._run.environment)
        seeds = seeded() or self._seeds_elsewhere()
        return self._run.code, environment | ({"seeds": seeds} if seeds else {})

    def _seeds_elsewhere(self) -> Any:
        """What a task in another process has recorded."""
        return self._workspace.catalog.run(self._run.id).environment.get("seeds")

    def _gather_beside(self) -> None:
        def gather() -> None:
            self._gather()
            with self._lock:
                if not self._over:
                    self._workspace.record_run(self._run)

        guarded("recording what a run depends on", gather, on_error="warn")

    def _gather(self) -> None:
        code = _completed(self._workspace, self._run.code)
        environment = dict(machine())
        environment["packages"] = self._workspace.keep_document(packages_document())
        environment["variables"] = variables(self._workspace.settings.variables)
        if (seeds := seeded()) is not None:
            environment["seeds"] = seeds
        self._run = replace(self._run, code=code, environment=environment)


def begin(workspace: Workspace, run: Run) -> Run:
    """Start gathering what a run depends on; the run as far as that is known."""
    return Surroundings(workspace, run).begin()


def end(run: Run) -> Run:
    """The run with all that it depended on."""
    known = _here.get(run.id)
    if known is None:
        return run
    code, environment = known.end()
    return replace(run, code=code, environment=environment)


def wait_for(run_id: str) -> None:
    """Wait until what a run depends on is recorded, if it goes on in this process."""
    if (known := _here.get(run_id)) is not None:
        known.wait()


def is_here(run_id: str) -> bool:
    """Whether a run goes on in this process.

    >>> is_here("another")
    False
    """
    return run_id in _here


def code_of(fn: Any) -> dict[str, Any]:
    """Where a flow's function came from, as far as that is known at once: file, entrypoint, root, commit.

    >>> code_of(code_of)["entrypoint"].rpartition("/")[2]
    'surroundings.py:code_of'
    """
    fn = inspect.unwrap(fn)
    written = getattr(getattr(fn, "__code__", None), "co_filename", None)
    if written is None or not Path(written).is_file():
        return {}
    file = os.path.abspath(written)  # noqa: PTH100  `Path.absolute` keeps what is `..`
    checkout = checkout_of(str(Path(file).parent))
    code: dict[str, Any] = {"file": file, "entrypoint": place_of(file, getattr(fn, "__qualname__", ""), checkout)}
    code |= {"module": getattr(fn, "__module__", None) or "", "cwd": _working_folder()}
    spec = getattr(sys.modules.get("__main__"), "__spec__", None)
    if code["module"] == "__main__":
        code |= {"run_as": spec.name} if spec is not None else {}  # python -m
        code |= {"arguments": given} if (given := _arguments()) else {}
    if checkout is not None:
        code["root"] = checkout.root
        if checkout.commit is not None:
            code["commit"] = checkout.commit
    return code


def _arguments() -> list[str]:
    """What a script was given on the command line; nothing if a secret may be among it, or if it is very long."""
    given = sys.argv[1:]
    is_secret = any(is_secret_variable(word.partition("=")[0], word) for word in given)
    return [] if is_secret or sum(map(len, given)) > LONGEST_ARGUMENTS else given


def _working_folder() -> str:
    try:
        return os.getcwd()  # noqa: PTH109  what is left of a folder that is gone is an OSError either way
    except OSError:
        return ""


_patches: dict[str, Patch] = {}
_remotes: dict[str, str] = {}


def _is_known(run: Run) -> bool:
    root = run.code.get("root")
    return machine.cache_info().currsize > 0 and (root is None or root in _patches)


def _completed(workspace: Workspace, code: Mapping[str, Any]) -> dict[str, Any]:
    """Code with what git says of changes: once per checkout and process, since what is imported stays as it was."""
    root = code.get("root")
    if root is None:
        return dict(code)
    if "commit" not in code:
        return {**code, "patch_left_out": "nothing is committed yet"}
    if root not in _patches:
        url = Git(root).ask("remote", "get-url", "origin")
        _remotes[root] = without_secrets(os.fsdecode(url).strip()) if url else ""
        _patches[root] = patch_of(root, without=_homes(workspace))
    patch = _patches[root]
    found: dict[str, Any] = {"remote": _remotes[root], "dirty": patch.dirty}
    found["patch"] = workspace.keep_document(patch.text) if patch.text else None
    found["patch_left_out"] = patch.left_out
    return {**code, **{name: value for name, value in found.items() if value not in (None, "")}}


def _homes(workspace: Workspace) -> list[str]:
    """Where bridge and Prefect keep what they write, should that be within the project."""
    from prefect.settings import get_current_settings

    return [str(Path(one).resolve()) for one in (workspace.settings.home, get_current_settings().home)]
