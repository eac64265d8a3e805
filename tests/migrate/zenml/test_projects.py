"""What one file of a project says is known in the others."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

import bridge
from bridge.migrate.finding import Finding
from bridge.migrate.running import plan

CONFIG = """from zenml.steps import BaseParameters


class ModelConfig(BaseParameters):
    depth: int = 3
"""
TRAINER = """from zenml import step
{imported}


@step
def train(config: {kind}, xs: list) -> float:
    return sum(xs) * config.depth
"""


class Migrated:
    """What becomes of some files."""

    def __init__(self, folder: Path, files: dict[str, str]) -> None:
        for name, text in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        migration = plan(folder)
        self.texts = {str(file.path.relative_to(folder)): file.after for file in migration.files}
        self.findings: dict[str, list[Finding]] = {
            str(file.path.relative_to(folder)): list(file.findings) for file in migration.files
        }
        migration.write()
        assert plan(folder).changed == ()

    def kinds(self, name: str, word: str) -> list[str]:
        return [one.kind for one in self.findings.get(name, []) if word in str(one)]


class TestParameters:
    @pytest.mark.parametrize(
        ("home", "imported", "kind"),
        [
            ("config.py", "from config import ModelConfig", "ModelConfig"),
            ("config.py", "from .config import ModelConfig", "ModelConfig"),
            ("config.py", "from config import ModelConfig as Config", "Config"),
            ("config.py", "from config import *", "ModelConfig"),
            ("config.py", "import config as c", "c.ModelConfig"),
            ("steps/config.py", "from steps.config import ModelConfig", "ModelConfig"),
            ("steps/config.py", "from src.steps.config import ModelConfig", "ModelConfig"),
            ("steps/config.py", "from steps import ModelConfig", "ModelConfig"),
            ("steps/config.py", "from ..steps.config import ModelConfig", "ModelConfig"),
            ("steps/config.py", "from .steps import config", "config.ModelConfig"),
        ],
    )
    def test_of_another_file_are_the_default(self, tmp_path: Path, home: str, imported: str, kind: str) -> None:
        trainer = TRAINER.format(imported=imported, kind=kind)
        made = Migrated(tmp_path, {home: CONFIG, "trainer.py": trainer})
        assert f"def train(xs: list, config: {kind} = {kind}())" in made.texts["trainer.py"]
        assert made.kinds("trainer.py", "has its class's defaults") == ["approximate"]
        assert "class ModelConfig(BaseModel)" in made.texts[home]

    def test_with_a_field_without_a_default_are_to_be_given(self, tmp_path: Path) -> None:
        config = CONFIG + "\n\nclass Wide(ModelConfig):\n    width: float\n    depth = 4\n"
        trainer = TRAINER.format(imported="from config import Wide", kind="Wide")
        made = Migrated(tmp_path, {"config.py": config, "trainer.py": trainer})
        assert "def train(config: Wide, xs: list)" in made.texts["trainer.py"]
        assert made.kinds("trainer.py", "no default: width") == ["manual"]
        assert "    depth: int = 4" in made.texts["config.py"]

    def test_of_a_base_in_a_third_file_are_known(self, tmp_path: Path) -> None:
        base = "from zenml.steps import BaseParameters\n\n\nclass Base(BaseParameters):\n    depth: int\n"
        config = "from base import Base\n\n\nclass ModelConfig(Base):\n    depth: int = 3\n"
        trainer = TRAINER.format(imported="from a.config import ModelConfig", kind="ModelConfig")
        made = Migrated(tmp_path, {"a/config.py": config, "base.py": base, "trainer.py": trainer})
        assert "config: ModelConfig = ModelConfig()" in made.texts["trainer.py"]

    def test_of_two_files_of_one_name_are_not_guessed(self, tmp_path: Path) -> None:
        files = {"a/config.py": CONFIG, "b/config.py": CONFIG.replace(" = 3", "")}
        trainer = TRAINER.format(imported="from a.config import ModelConfig", kind="ModelConfig")
        made = Migrated(tmp_path, {**files, "trainer.py": trainer})
        assert made.kinds("trainer.py", "no default: …") == ["manual"]

    def test_classes_that_are_none_are_left(self, tmp_path: Path) -> None:
        other = CONFIG + "\n\nclass Other(dict):\n    depth: int = 3\n"
        trainer = TRAINER.format(imported="from config import Other", kind="Other")
        made = Migrated(tmp_path, {"config.py": other, "trainer.py": trainer})
        assert "def train(config: Other, xs: list)" in made.texts["trainer.py"]


class TestSteps:
    STEPS = "from zenml import step\n\n\n@step\ndef double(x: int) -> int:\n    return 2 * x\n"

    @pytest.mark.parametrize(
        ("imported", "called"),
        [
            ("import steps_mod", "steps_mod.double"),
            ("import src.steps_mod as s", "s.double"),
            ("from src import steps_mod", "steps_mod.double"),
            ("from steps_mod import double", "double"),
        ],
    )
    def test_are_functions_by_fn_in_tests_that_do_not_import_zenml(
        self, tmp_path: Path, imported: str, called: str
    ) -> None:
        test = f"{imported}\n\n\ndef test_double():\n    assert {called}.entrypoint(3) == 6\n"
        made = Migrated(tmp_path, {"src/steps_mod.py": self.STEPS, "tests/test_steps.py": test})
        assert made.texts["tests/test_steps.py"] == test.replace("entrypoint", "fn")
        assert made.kinds("tests/test_steps.py", "is `fn`") == ["direct"]

    def test_of_others_are_left(self, tmp_path: Path) -> None:
        test = "import other\n\nother.double.entrypoint(3)\n"
        assert "test_other.py" not in Migrated(tmp_path, {"steps_mod.py": self.STEPS, "test_other.py": test}).texts


def test_a_materializer_that_uses_the_artifact_store_stores_and_loads(tmp_path: Path, bridge_home: Path) -> None:
    text = """import os

from zenml.materializers.base_materializer import BaseMaterializer


class Word:
    def __init__(self, text):
        self.text = text


class Words(BaseMaterializer):
    ASSOCIATED_TYPES = (Word,)

    def load(self, data_type):
        with self.artifact_store.open(os.path.join(self.uri, "w"), "r") as file:
            return Word(file.read())

    def save(self, data) -> None:
        assert self.artifact_store.isdir(self.uri)
        with self.artifact_store.open(os.path.join(self.uri, "w"), "w") as file:
            file.write(data.text)
"""
    Migrated(tmp_path, {"words.py": text})
    names = runpy.run_path(str(tmp_path / "words.py"))
    bridge.save(names["Word"]("green"), "word")
    assert bridge.load("word").text == "green"
