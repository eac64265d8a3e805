"""A project is migrated whole, or told why not; nothing is half-written."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bridge.domain.migration_errors import DirtyTreeError, MigrationError
from bridge.migrate import running, sources
from bridge.migrate.running import Migration, plan

BEFORE = "from prefect import flow  # why\r\n\r\n\r\n@flow\r\ndef main():\r\n\treturn 1"
AFTER = BEFORE.replace("prefect", "bridge")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows" / "main.py").write_bytes(BEFORE.encode())
    (tmp_path / "other.py").write_bytes(b"x = 1\n")
    return tmp_path


def findings(migration: Migration) -> list[str]:
    return [str(one) for file in migration.files for one in file.findings]


def git(folder: Path, *words: str) -> None:
    identity = ["-c", "user.name=a", "-c", "user.email=a@b"]
    subprocess.run(["git", "-C", str(folder), *identity, *words], check=True, capture_output=True)


def on_interrupt(path: Path) -> str:
    return str(signal.getsignal(signal.SIGINT))


class TestPlanning:
    def test_several_processes_make_of_many_files_what_one_makes(self, tmp_path: Path) -> None:
        for n in range(2 * running.WORTH_A_PROCESS):
            (tmp_path / f"steps{n}.py").write_text(
                f"from zenml import step\n\n@step\ndef step{n}() -> int:\n    return {n}\n"
            )
        (tmp_path / "broken.py").write_text("from zenml import (\n")
        told: list[str] = []
        several = plan(tmp_path, processes=2, say=told.append)
        assert several == plan(tmp_path)
        assert len(several.changed) == 2 * running.WORTH_A_PROCESS
        assert told[-1].endswith(f"({several.looked_at} of {several.looked_at})")

    def test_an_interrupt_ends_the_other_processes_without_a_word(self) -> None:
        paths = [Path(str(n)) for n in range(2 * running.WORTH_A_PROCESS)]
        told = {found for _, found in running._each(paths, on_interrupt, 2)}
        assert told == {str(signal.SIG_DFL)}

    def test_writes_nothing(self, project: Path) -> None:
        migration = plan(project)
        assert [file.after for file in migration.files] == [AFTER]
        assert migration.looked_at == 2
        assert (project / "flows" / "main.py").read_bytes() == BEFORE.encode()

    def test_of_one_file(self, project: Path) -> None:
        assert [file.after for file in plan(project / "flows" / "main.py").files] == [AFTER]

    def test_from_prefect_2_takes_each_file_for_one_of_its(self, tmp_path: Path) -> None:
        path = tmp_path / "a.py"
        path.write_text("from prefect import flow\n\n@flow\ndef a():\n    b.submit(1)\n")
        assert "b.submit(1).wait()" not in plan(path).files[0].after
        assert "b.submit(1).wait()" in plan(path, eras=("prefect2", "prefect3")).files[0].after

    @pytest.mark.parametrize(("name", "why"), [("none", "no such file or folder"), ("a.txt", "neither a Python file")])
    def test_of_what_is_no_code_says_so(self, tmp_path: Path, name: str, why: str) -> None:
        (tmp_path / "a.txt").write_text("prefect")
        with pytest.raises(MigrationError, match=why):
            plan(tmp_path / name)

    def test_passes_over_environments_hidden_folders_and_links_in_a_circle(self, project: Path) -> None:
        for folder in (".git", "venv", "node_modules", "env3", "flows/__pycache__"):
            (project / folder).mkdir()
            (project / folder / "a.py").write_text(BEFORE)
        (project / "env3" / "pyvenv.cfg").touch()
        (project / "flows" / "loop").symlink_to(project)
        (project / "flows" / "lost.py").symlink_to(project / "nowhere.py")
        assert [file.path for file in plan(project).files] == [project / "flows" / "main.py"]

    @pytest.mark.parametrize(
        ("data", "why"),
        [
            (b"import prefect\nprint 'x'\n", "not valid Python 3"),
            (b"import prefect\ndef f(:\n", "not valid Python 3"),
            (b"import prefect\nx = '\0'\n", "not valid Python 3"),
            (b"import prefect\n\xff\xfe = 1\n", "bytes are not text"),
            (b"# -*- coding: klingon -*-\nimport prefect\n", "bytes are not text"),
            (b"import prefect\n" + b"x = 1\n" * (sources.LARGEST // 6), "more than the"),
            (b"import prefect\nx = " + b"(" * 5000 + b")" * 5000, "left as it is"),
        ],
    )
    def test_leaves_what_it_cannot_read_and_says_why_in_a_line(self, tmp_path: Path, data: bytes, why: str) -> None:
        (tmp_path / "a.py").write_bytes(data)
        migration = plan(tmp_path)
        (line,) = findings(migration)
        assert why in line
        assert "\n" not in line
        assert migration.changed == ()

    def test_goes_on_after_a_file_that_cannot_be_read(self, project: Path) -> None:
        if os.geteuid() == 0:
            pytest.skip("root reads everything")
        (project / "a.py").write_text(BEFORE)
        (project / "a.py").chmod(0)
        assert len(plan(project).changed) == 1

    def test_keeps_a_mark_of_the_byte_order_and_an_encoding(self, tmp_path: Path) -> None:
        (tmp_path / "a.py").write_bytes(b"\xef\xbb\xbf" + BEFORE.encode())
        latin = "# -*- coding: latin-1 -*-\nfrom prefect import flow  # é\n"
        (tmp_path / "b.py").write_bytes(latin.encode("latin-1"))
        plan(tmp_path).write()
        assert (tmp_path / "a.py").read_bytes() == b"\xef\xbb\xbf" + AFTER.encode()
        assert (tmp_path / "b.py").read_bytes() == latin.replace("prefect", "bridge").encode("latin-1")

    def test_only_from_what_is_asked_for(self, project: Path) -> None:
        assert plan(project, eras=["zenml"]).changed == ()

    def test_leaves_a_file_at_which_a_rule_fails(self, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("bridge.migrate.rewriting.visited", lambda *_: 1 / 0)
        migration = plan(project)
        assert migration.changed == ()
        assert "the rule prefect3/imports failed" in findings(migration)[0]


class TestWriting:
    def test_changes_the_files_and_a_second_time_nothing(self, project: Path) -> None:
        file = project / "flows" / "main.py"
        file.chmod(0o754)
        plan(project).write()
        assert file.read_bytes() == AFTER.encode()
        assert file.stat().st_mode & 0o777 == 0o754
        assert plan(project).files == ()
        assert sorted(one.name for one in project.rglob("*")) == ["flows", "main.py", "other.py"]

    def test_leaves_a_symbolic_link_one(self, project: Path) -> None:
        (project / "link.py").symlink_to("flows/main.py")
        plan(project / "link.py").write()
        assert (project / "link.py").is_symlink()
        assert (project / "flows" / "main.py").read_bytes() == AFTER.encode()

    def test_refuses_a_tree_with_changes_that_are_not_committed(self, project: Path) -> None:
        git(project, "init")
        git(project, "add", ".")
        git(project, "commit", "-m", "a")
        (project / "other.py").write_text("x = 2\n")
        (project / "flows" / "main.py").write_bytes(BEFORE.encode() + b"\n")
        with pytest.raises(DirtyTreeError, match=r"flows/main\.py.*--allow-dirty"):
            plan(project).write()
        assert (project / "flows" / "main.py").read_bytes() == BEFORE.encode() + b"\n"
        plan(project).write(allow_dirty=True)
        assert (project / "flows" / "main.py").read_bytes() == AFTER.encode() + b"\n"

    def test_goes_on_where_other_files_have_changes(self, project: Path) -> None:
        git(project, "init")
        git(project, "add", ".")
        git(project, "commit", "-m", "a")
        (project / "other.py").write_text("x = 2\n")
        plan(project).write()
        assert (project / "flows" / "main.py").read_bytes() == AFTER.encode()

    def test_refuses_a_file_that_was_changed_meanwhile(self, project: Path) -> None:
        (project / "a.py").write_text("from prefect import flow\n")
        migration = plan(project)
        (project / "flows" / "main.py").write_text("x = 3\n")
        with pytest.raises(MigrationError, match="changed while"):
            migration.write()
        assert (project / "a.py").read_text() == "from prefect import flow\n"

    def test_writes_nothing_if_one_of_them_cannot_be_written(
        self, project: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (project / "a.py").write_text("from prefect import flow\n")
        allowed = os.access
        monkeypatch.setattr(running.os, "access", lambda path, mode: "flows" not in str(path) and allowed(path, mode))
        with pytest.raises(MigrationError, match="cannot be written here"):
            plan(project).write()
        assert (project / "a.py").read_text() == "from prefect import flow\n"

    def test_killed_leaves_each_file_whole(self, project: Path) -> None:
        script = f"""
import os, signal
from pathlib import Path
from bridge.migrate import sources
from bridge.migrate.running import plan
sources.os.fsync = lambda _: os.kill(os.getpid(), signal.SIGKILL)
plan(Path({str(project)!r})).write()
"""
        done = subprocess.run([sys.executable, "-c", script], check=False)
        assert done.returncode == -9
        assert (project / "flows" / "main.py").read_bytes() == BEFORE.encode()
        assert plan(project).changed != ()
