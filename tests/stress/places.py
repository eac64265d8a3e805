"""Where the stress runs: a folder, an S3 server, and S3 with a PostgreSQL catalog; real ones."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, cast

from bridge.catalog import open_catalog
from bridge.store import open_store
from bridge.testing.servers import postgres_server, s3_server
from bridge.workspace import Settings, Workspace

PLACES = ("folder", "s3", "postgres")


@dataclass(frozen=True)
class Place:
    """What a process needs to know to open the workspace."""

    name: str
    home: str
    store: str
    catalog: str
    options: dict[str, str] = field(default_factory=dict)

    def dump(self) -> str:
        return json.dumps(asdict(self))

    @staticmethod
    def load(text: str) -> Place:
        return Place(**json.loads(text))

    def open(self, *, cached: bool = True) -> Workspace:
        """A workspace without a tracker."""
        home = Path(self.home)
        settings = Settings(home=home, store=self.store, store_options=self.options, catalog=self.catalog)
        cache = home / "cache" if cached else None
        store = open_store(
            self.store, staging=home / "staging", options=self.options, cache=cache, cache_limit=64 << 20
        )
        return Workspace(settings=settings, store=store, catalog=open_catalog(self.catalog), tracker=cast(Any, None))

    def left_over(self) -> list[str]:
        """What is beside the blobs: staging of killed writers, marks of blobs that are gone."""
        import fsspec

        fs, root = fsspec.core.url_to_fs(self.store, **self.options)
        fs.invalidate_cache()
        found = [name for folder in ("staging", "used") for name in _find(fs, f"{root}/{folder}")]
        blobs = {name.rpartition("/blobs/")[2] for name in _find(fs, f"{root}/blobs")}
        marks = {name for name in found if name.rpartition("/used/")[2] in blobs}
        return [name for name in found if name not in marks] + [
            str(one) for one in (Path(self.home) / "staging").glob("*")
        ]


def _find(fs: Any, folder: str) -> list[str]:
    try:
        found: list[str] = fs.find(folder, withdirs=fs.protocol == ("file", "local"))
        return [name for name in found if name.rstrip("/") != folder.rstrip("/")]
    except FileNotFoundError:
        return []


@contextmanager
def place(name: str) -> Iterator[Place]:
    """Bring a place up, in a temporary folder, until the block ends."""
    folder = Path(tempfile.mkdtemp(prefix="stress", dir="/tmp"))  # a socket's path has room for 100 characters
    home = folder / "home"
    sqlite = f"sqlite:///{home}/catalog.db"
    try:
        if name == "folder":
            yield Place(name, str(home), str(folder / "store"), sqlite)
            return
        with s3_server(folder / "s3") as server:
            url = f"s3://{server.bucket}/stress"
            if name == "s3":
                yield Place(name, str(home), url, sqlite, server.options)
                return
            with postgres_server(folder / "pg") as uri:
                yield Place(name, str(home), url, uri, server.options)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
