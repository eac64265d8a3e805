"""What the package is from outside."""

from __future__ import annotations

import subprocess
import sys

import pytest

import bridge

HEAVY = ("prefect", "mlflow", "sqlalchemy", "alembic", "fsspec", "pydantic", "numpy", "pandas", "sklearn")


def loaded_by(code: str) -> set[str]:
    """The heavy packages that a fresh interpreter has loaded after running code."""
    probe = f"import sys\n{code}\nprint(*[name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_the_names_are_sorted_complete_and_there() -> None:
    assert list(bridge.__all__) == sorted(bridge.__all__)
    assert set(bridge.__all__) <= set(dir(bridge))
    for name in bridge.__all__:
        assert getattr(bridge, name).__doc__, name


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'flwo'"):
        bridge.flwo  # type: ignore[attr-defined]  # noqa: B018


def test_importing_bridge_loads_nothing_heavy() -> None:
    assert loaded_by("import bridge") == set()


def test_rooms_are_attributes_and_load_no_host() -> None:
    probe = "import bridge; bridge.models.get; bridge.lineage.ancestors; bridge.cache.explain"
    assert loaded_by(probe) <= {"pydantic"}


def test_the_decorators_load_no_more_than_prefect_itself_and_no_database() -> None:
    assert loaded_by("from bridge import flow, task") <= loaded_by("from prefect import flow, task")


def test_importing_a_door_does_not_open_it() -> None:
    assert "mlflow" not in loaded_by("import bridge.tracking, bridge.workspace, bridge.catalog, bridge.store")
    probe = "import bridge.tracking as door; [getattr(door, name) for name in door.__all__]"
    assert "mlflow" not in loaded_by(probe)
    assert not loaded_by("import bridge.store, bridge.catalog") & {"fsspec", "sqlalchemy", "mlflow"}
