"""Files of another tool, wherever they lie, as a folder of this machine while they are read."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bridge.domain.errors import LocationError, NotImportableError
from bridge.domain.external import Leaf, Tree, total
from bridge.domain.secret_urls import without_secrets
from bridge.materializers import LocalTree
from bridge.store import is_url
from bridge.workspace.importing import local_path
from bridge.workspace.outside import OptionsFor, open_tree


@dataclass(frozen=True, slots=True)
class Found:
    """A file or a folder that is there.

    Args:
        tree: What it holds.
        leaves: Its files.
    """

    tree: Tree
    leaves: tuple[Leaf, ...]

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return total(self.leaves)


def look(place: str, options_for: OptionsFor, tree: Callable[[], Tree] | None = None) -> Found | str:
    """What is at a path or a URL; else why that cannot be taken.

    Args:
        place: The path or URL.
        options_for: Options of its driver.
        tree: Gives what is there, where this cannot find out.

    Raises:
        LocationError: If what keeps it does not answer, or refuses.

    >>> look("/nowhere/at/all", lambda url: {})
    'nothing is at /nowhere/at/all'
    """
    try:
        found = open_tree(local_path(place), (), options_for) if tree is None else tree()
        leaves = tuple(found.leaves())
    except NotImportableError as error:
        return f"nothing is at {place}" if not _is_there(place) else f"{error.thing}: {error.why}"
    except LocationError as error:
        if not error.gone:
            raise
        return str(error).rstrip(".")
    if not any(leaf.kind == "file" for leaf in leaves):
        return f"no file is in {place}"
    return Found(found, leaves)


def keeper_of(place: str) -> str:
    """What answers for a place: the server or bucket of a URL, or this machine.

    >>> keeper_of("s3://bucket/train/acc"), keeper_of("/srv/zenml/train")
    ('s3://bucket', 'this machine')
    """
    if not is_url(place):
        return "this machine"
    scheme, separator, rest = without_secrets(place).partition("://")
    return f"{scheme}{separator}{rest.partition('/')[0]}"


def _is_there(place: str) -> bool:
    return Path(local_path(place)).exists()


@contextmanager
def here(found: Found) -> Iterator[Path]:
    """The folder that holds the files, on this machine: the place itself, or a copy that goes afterwards."""
    if isinstance(found.tree, LocalTree):
        yield Path(found.tree.location)
        return
    with tempfile.TemporaryDirectory(prefix="bridge-moving-") as folder:
        root = Path(folder, found.tree.name)
        for leaf in found.leaves:
            target = root / leaf.path if leaf.path else root
            if leaf.kind == "folder":
                target.mkdir(parents=True, exist_ok=True)
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("wb") as file:
                for data in found.tree.read(leaf):
                    file.write(data)
        yield root
