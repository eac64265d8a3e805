"""The file of what is not sent yet."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.tracking.entries import Batch, Begin, End, Point, Upload, from_json, to_json
from bridge.tracking.journal import Journal, claimed, files, read, waiting

URI = "http://127.0.0.1:5000"


def batch(run: str, value: float) -> Batch:
    return Batch(run, metrics=(Point("loss", value, 1),))


def numbers(folder: Path) -> list[int]:
    (path,) = files(folder)
    return [number for number, _ in read(path).entries]


@given(
    st.text(min_size=1, max_size=20),
    st.floats(allow_nan=False),
    st.integers(0, 2**53),
    st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=3),
)
def test_an_entry_comes_back_as_it_was(key: str, value: float, timestamp: int, tags: dict[str, str]) -> None:
    for entry in (
        Batch("run", (Point(key, value, timestamp, 3, "data", "ab", "m-1"),), tags, tags),
        Begin("run", key, timestamp, "experiment", None, "parent", tags),
        Upload("run", "/tmp/x", key),
        End("run", "FINISHED", timestamp),
    ):
        assert from_json(to_json(entry)) == entry


def test_values_that_json_lacks_come_back(tmp_path: Path) -> None:
    journal = Journal(tmp_path, URI)
    for value in (float("inf"), float("-inf"), float("nan")):
        journal.append(batch("run", value))
    (path,) = files(tmp_path)
    back = [entry.metrics[0].value for _, entry in read(path).entries if isinstance(entry, Batch)]
    assert [str(value) for value in back] == ["inf", "-inf", "nan"]
    journal.close()


def test_what_is_sent_is_not_sent_again_and_the_rest_is(tmp_path: Path) -> None:
    journal = Journal(tmp_path, URI)
    for n in range(5):
        journal.append(batch("run", n))
    journal.sent(3, {})
    assert numbers(tmp_path) == [4, 5]
    journal.close()
    assert numbers(tmp_path) == [4, 5]


def test_a_file_does_not_grow_with_what_is_sent_and_is_gone_at_the_end(tmp_path: Path) -> None:
    journal = Journal(tmp_path, URI)
    sizes = set()
    for n in range(1, 50):
        journal.sent(journal.append(batch("run", 1.0)), {"run": "mlflow-id"})
        sizes.add(files(tmp_path)[0].stat().st_size - len(str(n)))
    assert len(sizes) == 1
    journal.close()
    assert files(tmp_path) == []


def test_a_last_line_that_a_kill_cut_off_is_left_out(tmp_path: Path) -> None:
    journal = Journal(tmp_path, URI)
    journal.append(batch("run", 1.0))
    journal.append(batch("run", 2.0))
    journal.close()
    (path,) = files(tmp_path)
    path.write_bytes(path.read_bytes()[:-20])
    assert numbers(tmp_path) == [1]


def test_junk_in_the_folder_hurts_nobody(tmp_path: Path) -> None:
    (tmp_path / "junk.jsonl").write_bytes(b'\xff\xfe\n{"n": 1, "entry": {"kind": "none"}}\n[1]\n{"n":"x"}\n')
    (tmp_path / "other.txt").write_text("hello")
    assert waiting(tmp_path) == []
    with claimed(tmp_path / "junk.jsonl") as claim:
        assert claim is not None
        assert (claim[0].uri, claim[0].entries) == ("", [])


def test_a_file_of_a_process_that_goes_on_is_not_taken_and_one_of_a_killed_one_is(tmp_path: Path) -> None:
    code = """
        import sys
        from pathlib import Path
        from bridge.tracking.entries import Begin, Batch, Point
        from bridge.tracking.journal import Journal

        journal = Journal(Path(sys.argv[1]), "http://127.0.0.1:5000")
        journal.append(Begin("run", "name", 1))
        journal.append(Batch("run", (Point("loss", 0.5, 1),)))
        print("written", flush=True)
        sys.stdin.read()
    """
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code), str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    process.stdout.readline()
    (path,) = files(tmp_path)
    with claimed(path) as claim:
        assert claim is None
    assert [one.is_live for one in waiting(tmp_path)] == [True]
    process.kill()
    process.communicate()
    assert [(one.is_live, one.count, one.open) for one in waiting(tmp_path)] == [(False, 2, ["run"])]
    with claimed(path) as claim:
        assert claim is not None
        with claimed(path) as second:
            assert second is None, "two syncs do not take the same file"
        claim[1].sent(2, {})
    assert files(tmp_path) == []


def test_runs_that_were_begun_and_not_ended_are_known_after_everything_was_sent(tmp_path: Path) -> None:
    journal = Journal(tmp_path, URI)
    journal.sent(journal.append(Begin("run", "name", 1)), {"run": "mlflow-id"})
    left = read(files(tmp_path)[0])
    assert (left.entries, left.open, left.ids) == ([], ["run"], {"run": "mlflow-id"})
    journal.append(End("run", "FINISHED", 2))
    assert read(files(tmp_path)[0]).open == []
    journal.close()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(OSError):
        Journal(tmp_path / "unsent", URI).append(batch("run", 1.0))


def test_what_is_kept_is_for_its_owner_alone(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "unsent", "http://ann:secret@127.0.0.1:5000")
    journal.append(batch("run", 1.0))
    (path,) = files(tmp_path / "unsent")
    assert path.stat().st_mode & 0o077 == 0
    assert path.parent.stat().st_mode & 0o077 == 0
    journal.close()
