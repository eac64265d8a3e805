"""The lists of types that skops works out when it is imported, kept for later processes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

SCRIPT = """
import json, sys
from pathlib import Path
from bridge.materializers import skops_names
skops_names.remember_in(Path({folder!r}))
io = skops_names.skops()
module = sys.modules["skops.io._trusted_types"]
from sklearn.linear_model import Ridge
data = io.dumps(Ridge())
lists = {{k: [str(one) for one in v] for k, v in vars(module).items() if isinstance(v, list) and k[0] != "_"}}
print(json.dumps([hasattr(module, "__file__"), lists, io.get_untrusted_types(data=data), str(io.loads(data))]))
"""


def imported(folder: Path) -> tuple[bool, dict[str, list[str]], list[str], str]:
    """Import skops in a new process; whether it worked the lists out, the lists, and what it makes of a model."""
    script = SCRIPT.format(folder=str(folder))
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return tuple(json.loads(done.stdout.splitlines()[-1]))


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Any]:
    """A folder in which the lists were left, and what an import there was like."""
    folder = tmp_path_factory.mktemp("home")
    return folder, imported(folder)


def test_a_second_process_has_the_same_lists_without_working_them_out(before: tuple[Path, Any]) -> None:
    folder, first = before
    second = imported(folder)
    assert (first[0], second[0]) == (True, False)
    assert first[1:] == second[1:]
    assert len(first[1]["SKLEARN_ESTIMATOR_TYPE_NAMES"]) > 100


@pytest.mark.parametrize("harm", ["junk", "other packages", "a name of elsewhere", "a list is missing"])
def test_a_file_that_does_not_fit_is_passed_over(before: tuple[Path, Any], tmp_path: Path, harm: str) -> None:
    (there,) = before[0].glob("skops-types-*.json")
    file, kept = tmp_path / there.name, json.loads(there.read_text())
    if harm == "other packages":
        kept["environment"]["skops"] = "0.1"
    elif harm == "a name of elsewhere":
        kept["names"]["SKLEARN_ESTIMATOR_TYPE_NAMES"].append("os.system")
    elif harm == "a list is missing":
        del kept["names"]["SKLEARN_ESTIMATOR_TYPE_NAMES"]
    file.write_text("{" if harm == "junk" else json.dumps(kept))
    worked_out, lists, untrusted, _ = imported(tmp_path)
    assert worked_out
    assert untrusted == []
    assert "os.system" not in lists["SKLEARN_ESTIMATOR_TYPE_NAMES"]
    assert json.loads(file.read_text())["environment"]["skops"] != "0.1"


def test_a_folder_that_cannot_be_written_to_is_no_matter(tmp_path: Path) -> None:
    assert imported(tmp_path / "no" / "such")[0]
