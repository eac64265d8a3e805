"""What differs between the cache keys of two steps."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import Any

import pytest

from bridge.cache import Change
from bridge.cache.comparing import changes
from bridge.domain.run import Step

WHEN = datetime(2026, 5, 3, tzinfo=timezone.utc)

BODY = "def clean(x):\n    y = x + 1\n    return y\n"


def part(name: str, kind: str, text: str, *, digest: str | None = None, line: int = 10) -> dict[str, Any]:
    return {"name": name, "kind": kind, "digest": digest or text, "text": text, "file": "helpers.py", "line": line}


def compared(
    old: list[dict[str, Any]] = [],  # noqa: B006 - never changed
    new: list[dict[str, Any]] = [],  # noqa: B006
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> tuple[Change, ...]:
    texts = {name: json.dumps({"layout": 1, "parts": parts}) for name, parts in (("old", old), ("new", new))}
    steps = [
        Step("id", "task", "task-1", "Completed", WHEN, WHEN, cache={"key": code, "code": code, "inputs": inputs or {}})
        for code, inputs in (("old", before), ("new", after))
    ]
    return changes(*steps, texts.get)


def given(digest: str, *, shown: str = "", version: str | None = None, kind: str = "list") -> dict[str, Any]:
    return {"digest": digest, "type": kind, "how": "computed", "version": version, "shown": shown}


def test_the_same_differs_in_nothing() -> None:
    same = [part("helpers:clean", "function", BODY)]
    assert compared(same, same, before={"x": given("a")}, after={"x": given("a", version="v@1")}) == ()


def test_a_changed_line_is_named_where_it_is() -> None:
    (change,) = compared(
        [part("helpers:clean", "function", BODY)],
        [part("helpers:clean", "function", BODY.replace("+ 1", "+ 2"), line=20)],
    )
    assert (change.kind, change.name, change.place) == ("code", "helpers:clean", "helpers.py:21")
    assert change.lines == (" def clean(x):", "-    y = x + 1", "+    y = x + 2", "     return y")


def test_a_line_that_was_added_at_the_end_is_named() -> None:
    (change,) = compared(
        [part("m:f", "function", "def f():\n    a()")], [part("m:f", "function", "def f():\n    a()\n    b()")]
    )
    assert change.place == "helpers.py:12"


@pytest.mark.parametrize(
    ("before", "after", "old", "new"),
    [
        (given("a", shown="1"), given("b", shown="2"), "1", "2"),
        (given("a", version="data@1"), given("b", version="data@2"), "data@1", "data@2"),
        (given("h:a", shown="list of 3"), given("h:b", shown="list of 3"), "list of 3 h:a", "list of 3 h:b"),
        (given("a", shown="1", kind="int"), given("b", shown="1", kind="numpy.int64"), "1, a int", "1, a numpy.int64"),
        (None, given("b", shown="2"), None, "2"),
        (given("a", shown="1"), None, "1", None),
    ],
)
def test_an_input_is_told_so_that_one_sees_what_changed(before: Any, after: Any, old: Any, new: Any) -> None:
    (change,) = compared(before={"x": before} if before else {}, after={"x": after} if after else {})
    assert (change.kind, change.name, change.old, change.new) == ("input", "x", old, new)


def test_inputs_come_first_then_code_then_constants_then_packages() -> None:
    found = compared(
        [
            part("numpy", "package", "1.26"),
            part("m:LIMIT", "value", "1"),
            part("m:gone", "function", "def gone(): ..."),
        ],
        [part("numpy", "package", "2.0"), part("m:LIMIT", "value", "2"), part("m:came", "function", "def came(): ...")],
        before={"x": given("a")},
        after={"x": given("b")},
    )
    assert [(one.kind, one.name) for one in found] == [
        ("input", "x"),
        ("code", "m:came"),
        ("code", "m:gone"),
        ("value", "m:LIMIT"),
        ("package", "numpy"),
    ]
    assert [(one.old, one.new) for one in found[1:]] == [(None, "there"), ("there", None), ("1", "2"), ("1.26", "2.0")]


def test_a_constant_that_looks_the_same_is_told_by_its_digest() -> None:
    (change,) = compared(
        [part("m:TABLE", "value", "<table>", digest="sha:1")], [part("m:TABLE", "value", "<table>", digest="sha:2")]
    )
    assert (change.old, change.new) == ("<table> sha:1", "<table> sha:2")


def test_a_document_that_is_not_there_is_no_code() -> None:
    steps = [
        Step("id", "t", "t-1", "Completed", WHEN, WHEN, cache={"key": code, "code": code, "inputs": {}})
        for code in "ab"
    ]
    assert changes(*steps, lambda _: None) == ()
