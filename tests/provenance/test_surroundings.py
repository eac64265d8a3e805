from __future__ import annotations

import json
import subprocess
import sys
from importlib.metadata import distributions
from pathlib import Path

import pytest

from bridge.provenance.machine import machine
from bridge.provenance.packages import installed_in, packages
from bridge.provenance.secrets import is_secret_file, is_secret_variable
from bridge.provenance.variables import variables


def test_packages_are_those_that_the_metadata_tell() -> None:
    told = {}
    for one in distributions():
        told.setdefault(one.metadata["Name"].replace("_", "-").replace(".", "-").lower(), one.version)
    found = {name: one if isinstance(one, str) else one["version"] for name, one in packages().items()}
    assert found == told


def test_a_package_says_where_it_was_installed_from_without_passwords(tmp_path: Path) -> None:
    def add(name: str, direct: object) -> None:
        folder = tmp_path / f"{name}-1.0.dist-info"
        folder.mkdir()
        (folder / "direct_url.json").write_text(direct if isinstance(direct, str) else json.dumps(direct))

    add("mine", {"url": "file:///srv/mine", "dir_info": {"editable": True}})
    add("theirs", {"url": "https://ann:pw@host/r.git", "vcs_info": {"vcs": "git", "commit_id": "ab12"}})
    add("signed", {"url": "https://host/a.whl?token=5e1f&v=2"})
    add("odd", {"url": "https://[ann:pw@host/a.whl"})
    add("broken", "{")
    assert installed_in([str(tmp_path)]) == {
        "mine": {"version": "1.0", "editable": "/srv/mine"},
        "theirs": {"version": "1.0", "url": "https://host/r.git@ab12"},
        "signed": {"version": "1.0", "url": "https://host/a.whl?v=2"},
        "odd": "1.0",
        "broken": "1.0",
    }


def test_of_two_folders_the_first_counts_and_eggs_are_read(tmp_path: Path) -> None:
    for place, version in (("a", "2.0"), ("b", "1.0")):
        (tmp_path / place / f"Some.Thing-{version}.dist-info").mkdir(parents=True)
    (tmp_path / "b" / "egg.egg-info").mkdir()
    (tmp_path / "b" / "egg.egg-info" / "PKG-INFO").write_text("Metadata-Version: 1.0\nName: Egg\nVersion: 3.1\n")
    assert installed_in([str(tmp_path / "a"), str(tmp_path / "b")]) == {"some-thing": "2.0", "egg": "3.1"}


def test_the_machine_is_told_without_loading_a_library() -> None:
    code = "import sys; from bridge.provenance.machine import machine; machine(); print(sorted(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert not any(f"'{name}'" in loaded for name in ("torch", "numpy", "prefect", "mlflow"))
    assert machine()["python"] == ".".join(map(str, sys.version_info[:3]))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TORCH_TOKEN", "x"),
        ("OMP_API_KEY", "x"),
        ("TF_NUM_PASSWORD", "x"),
        ("JAX_URL", "https://ann:pw@host/"),
        ("POLARS_X", "ghp_" + "a" * 36),
        ("KMP_X", "-----BEGIN PRIVATE KEY-----"),
    ],
)
def test_a_variable_that_looks_like_a_secret_is_not_recorded_though_listed(name: str, value: str) -> None:
    assert variables([name], {name: value, "TZ": "UTC"}) == {"TZ": "UTC"}


def test_a_long_value_is_cut() -> None:
    assert variables(["LONG"], {"LONG": "x" * 5000})["LONG"].endswith("… (5000 characters)")


@pytest.mark.parametrize("name", ["monkey.py", "tokenizer.json", "secret_urls.py", "keys.py", "environment.yml"])
def test_code_that_only_sounds_secret_is_no_secret(name: str) -> None:
    assert not is_secret_file(name)
    assert not is_secret_variable("PYTHONHASHSEED", "0")
