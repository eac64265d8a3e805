"""Keeps the files that users log to a run while the tracker does not answer.

One of the files that rely on MLflow's private names (see `bridge.tracking.fluent`): files pass no method of
a store, but `TrackingServiceClient`; `log_figure`, `log_text`, `log_dict`, `log_image` and `log_table` make use of it,
too. While the tracker answers they are sent at once, as ever. While it does not, copies are kept beside what else is
not sent; lists and downloads give what is kept, so that a second `log_table` adds to the first.
"""

from __future__ import annotations

import posixpath
import shutil
from pathlib import Path
from typing import Any
from uuid import uuid4

from bridge.tracking import owned as runs
from bridge.tracking.asking import ask, silent
from bridge.tracking.entries import Upload
from bridge.tracking.owned import Owned


def extend_files(client: Any) -> None:
    """Extend the class."""
    for name, extended in EXTENSIONS.items():
        setattr(client, name, extended(getattr(client, name)))


def _log_artifact(own: Any) -> Any:
    def log_artifact(self: Any, run_id: str, local_path: Any, artifact_path: str | None = None) -> None:
        owned = runs.of_id(run_id)
        if owned is None:
            own(self, run_id, local_path, artifact_path)
            return

        def now(real: str) -> None:
            own(self, real, local_path, artifact_path)
            owned.sent_files.add(posixpath.join(artifact_path or "", Path(local_path).name))

        ask(owned, now, lambda: _copy(owned, Path(local_path), artifact_path, whole=False))

    return log_artifact


def _log_artifacts(own: Any) -> Any:
    def log_artifacts(self: Any, run_id: str, local_dir: Any, artifact_path: str | None = None) -> None:
        owned = runs.of_id(run_id)
        if owned is None:
            own(self, run_id, local_dir, artifact_path)
            return
        now = lambda real: own(self, real, local_dir, artifact_path)  # noqa: E731 - said once
        ask(owned, now, lambda: _copy(owned, Path(local_dir), artifact_path, whole=True))

    return log_artifacts


def _list_artifacts(own: Any) -> Any:
    def list_artifacts(self: Any, run_id: str, path: str | None = None) -> Any:
        owned = runs.of_id(run_id)
        if owned is None:
            return own(self, run_id, path)
        owned.lane.flush(1.0)
        return ask(owned, lambda real: own(self, real, path), lambda: _listed(owned, path or ""))

    return list_artifacts


def _download_artifacts(own: Any) -> Any:
    def download_artifacts(self: Any, run_id: str, path: str, dst_path: str | None = None) -> Any:
        owned = runs.of_id(run_id)
        if owned is None:
            return own(self, run_id, path, dst_path)
        owned.lane.flush(1.0)
        return ask(owned, lambda real: own(self, real, path, dst_path), lambda: _given(owned, path, dst_path))

    return download_artifacts


def _log_url(own: Any) -> Any:
    def log_url(self: Any, run_id: str) -> None:
        if runs.of_id(run_id) is None:  # else it is printed when the run ends, which is later
            own(self, run_id)

    return log_url


EXTENSIONS = {
    "log_artifact": _log_artifact,
    "log_artifacts": _log_artifacts,
    "list_artifacts": _list_artifacts,
    "download_artifacts": _download_artifacts,
    "_log_url": _log_url,
}
"""Methods of `TrackingServiceClient`, and what makes their extension of each."""


def _copy(owned: Owned, source: Path, path: str | None, *, whole: bool) -> None:
    """Keep a copy of files until they can be sent."""
    folder = owned.lane.folder / "files" / uuid4().hex
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if whole:
        shutil.copytree(source, folder)
    elif source.is_dir():
        shutil.copytree(source, folder / source.resolve().name)
    else:
        folder.mkdir()
        shutil.copy2(source, folder / source.name)
    owned.files.append((str(folder), path))
    owned.lane.put(Upload(owned.key, str(folder), path))


def _kept(owned: Owned) -> dict[str, Path]:
    """The files that are kept, by their path in the run; of one that was logged twice, the later."""
    return {
        posixpath.join(path or "", file.relative_to(folder).as_posix()): file
        for folder, path in owned.files
        for file in sorted(Path(folder).rglob("*"))
        if file.is_file()
    }


def _listed(owned: Owned, path: str) -> list[Any]:
    from mlflow.entities import FileInfo

    there = sorted(_kept(owned).keys() | owned.sent_files)
    return [FileInfo(name, False, None) for name in there if posixpath.dirname(name) == path.strip("/")]


def _given(owned: Owned, path: str, folder: str | None) -> str:
    kept = _kept(owned).get(path)
    if kept is None:
        raise silent(owned)
    if folder is None:
        return str(kept)
    return str(shutil.copy2(kept, Path(folder) / kept.name))
