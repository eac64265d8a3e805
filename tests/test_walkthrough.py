"""The program that follows a page from an empty folder finds what is not as shown."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / ".ci"))

from walkthrough import changed, follow, is_as_shown, is_followed  # type: ignore[import-not-found]

PAGE = """
```python title="hello.py"
NAME = "ann"

print("run wise-otter of 2.5 s")
print("hello", NAME)
```

```console
$ python3 hello.py  # the first time
run bold-heron of 17 ms
hello ann
```

```diff title="hello.py"
-NAME = "ann"
+NAME = "eve"

-print("hello", NAME)
+print("goodbye", NAME)
```

```console
$ python3 hello.py
…
goodbye eve
$ test -e hello.py && pwd
…
```

```python
raise AssertionError("without a title it is not a file")
```
"""


def faults(tmp_path: Path, page: str) -> int:
    file = tmp_path / "page.md"
    file.write_text(page)
    assert is_followed(file)
    return int(follow(file, path=os.environ["PATH"]))


def test_a_page_that_shows_what_comes_is_right(tmp_path: Path) -> None:
    assert faults(tmp_path, PAGE) == 0


@pytest.mark.parametrize(
    ("told", "instead"),
    [
        ("\nhello ann\n", "\nhello eve\n"),
        ("\nhello ann\n", "\n"),
        ("\ngoodbye eve\n", "\ngoodbye eve\nand more\n"),
        ("test -e hello.py", "test -e other.py"),
        ("python3 hello.py  #", "python3 -c 'print(1 / 0)'  #"),
        ('-NAME = "ann"', '-NAME = "bob"'),
    ],
)
def test_what_is_not_as_shown_is_found(told: str, instead: str, tmp_path: Path) -> None:
    assert PAGE.count(told) == 1
    assert faults(tmp_path, PAGE.replace(told, instead)) >= 1


def test_a_page_without_files_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "page.md").write_text("```python\nx = 1\n```\n")
    assert not is_followed(tmp_path / "page.md")


def test_the_home_of_a_page_is_empty_and_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRIDGE_HOME", "/somewhere")
    page = '```python title="a.py"\n```\n```console\n$ ls -A ~ && echo "at ${BRIDGE_HOME-home}"\nat home\n```\n'
    assert faults(tmp_path, page) == 0


@pytest.mark.parametrize(
    ("printed", "shown"),
    [
        ("load  22 s ago  124.2 kB  2aad76fd", "load  just now  1.5 MB  02b22520"),
        ("06:43:42.710 | INFO | Task run 'load-29f'", "12:00:00.000 | INFO | Task run 'load-a3e'"),
        ("a\nb\nc", "a\n…"),
        ("decision 1, sha256:188382553197", "decision 1, sha256:…"),
    ],
)
def test_what_is_another_each_time_does_not_count(printed: str, shown: str) -> None:
    assert is_as_shown(printed, shown)


@pytest.mark.parametrize(
    ("printed", "shown"),
    [("accuracy 0.9510", "accuracy 0.9720"), ("train@1", "train@2"), ("a\nb", "a"), ("4 steps", "5 steps")],
)
def test_what_a_reader_would_miss_counts(printed: str, shown: str) -> None:
    assert not is_as_shown(printed, shown)


def test_a_change_that_fits_two_places_is_refused() -> None:
    with pytest.raises(ValueError, match="2 places instead of one"):
        changed("a\nb\na\n", "-a\n+c\n")
