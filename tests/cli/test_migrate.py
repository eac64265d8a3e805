"""`bridge migrate`, as it is typed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bridge.cli.app import main

CODE = "from prefect import flow\n"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "a.py").write_text(CODE)
    (tmp_path / "src" / "b.py").write_text("import prefect\nprint 'x'\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_without_write_it_says_what_would_change_and_ends_with_3(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["migrate", "src"]) == 3
    said = capsys.readouterr()
    assert "src/a.py:1  direct" in said.out
    assert "src/b.py:2  manual" in said.out
    assert "1 of 2 files would change; 1 direct, 0 approximate, 1 manual." in said.out
    assert (project / "src" / "a.py").read_text() == CODE


def test_diff_is_a_patch(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["migrate", "src", "--diff"]) == 3
    assert capsys.readouterr().out == (
        "--- a/src/a.py\n+++ b/src/a.py\n@@ -1 +1 @@\n-from prefect import flow\n+from bridge import flow\n"
    )


def test_write_changes_and_ends_with_4_while_something_is_left_to_do(project: Path) -> None:
    assert main(["migrate", "src", "--write"]) == 4
    assert (project / "src" / "a.py").read_text() == "from bridge import flow\n"
    (project / "src" / "b.py").unlink()
    assert main(["migrate", "src", "--write"]) == 0


def test_json_is_one_document(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["migrate", "src", "--json"]) == 3
    document = json.loads(capsys.readouterr().out)
    assert document["findings"] == {"manual": 1, "approximate": 0, "direct": 1}
    assert [file["changed"] for file in document["of"]] == [True, False]


@pytest.mark.parametrize(
    ("name", "has"),
    [
        ("r.md", ["## Manual (1)", "src/a.py:1 `from prefect import flow` flow from bridge (prefect3/imports)"]),
        ("r.html", ["<title>src: migration</title>", '<span class="added">+from bridge import flow</span>']),
        ("r.json", ['"written": false', '"rule": "prefect3/imports"']),
    ],
)
def test_a_report_says_what_was_found(project: Path, name: str, has: list[str]) -> None:
    assert main(["migrate", "src", "--report", name]) == 3
    text = (project / name).read_text()
    for part in has:
        assert part in text
    assert "<script" not in text


def test_what_somebody_wrote_into_a_file_is_text_in_the_page(project: Path) -> None:
    (project / "src" / "a.py").write_text("from prefect import flow  # </pre><script>alert(1)</script>\n")
    main(["migrate", "src", "--report", "r.html"])
    assert "<script>" not in (project / "r.html").read_text()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["src", "--report", "r.pdf"], "no report is written as 'r.pdf'. Its name ends in .html, .json, .md."),
        (["nowhere"], "nowhere is not migrated: there is no such file or folder."),
        (["src", "--report", "no/such/r.md"], "No such file or directory: no/such/r.md"),
    ],
)
def test_what_cannot_be_done_is_an_error(
    project: Path, capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    assert main(["migrate", *words]) == 1
    assert said in capsys.readouterr().err


def test_nothing_to_migrate_is_said_and_fine(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for file in (project / "src").iterdir():
        file.write_text("x = 1\n")
    assert main(["migrate", "src"]) == 0
    assert "Nothing to migrate: 2 files looked at" in capsys.readouterr().out
