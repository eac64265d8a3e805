"""A rule that passes over what has nothing for it finds what it would find without."""

from __future__ import annotations

from pathlib import Path

import libcst as cst
import libcst.matchers as m
import pytest

import bridge
from bridge.migrate import kinds, rule
from bridge.migrate.eras import ERAS
from bridge.migrate.kinds import Kinds, asked_for, mask_of
from bridge.migrate.rewriting import rewrite
from bridge.migrate.rules import rules_of

SOURCES = sorted((Path(bridge.__file__).parent / "migrate").rglob("*.py"))[:25]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_what_is_below_a_node_is_what_libcst_finds(path: Path) -> None:
    tree = cst.parse_module(path.read_text())
    found = Kinds.of(tree)
    for kind in (cst.FunctionDef, cst.ClassDef, cst.Call, cst.With, cst.Name, cst.Lambda):
        matcher = getattr(m, kind.__name__)()
        assert set(found.all(kind)) == set(m.findall(tree, matcher))
        for part in tree.body:
            assert found.may_pass_over(part, mask_of({kind})) is not bool(m.findall(part, matcher))


def test_nodes_of_another_tree_are_not_passed_over() -> None:
    found = Kinds.of(cst.parse_module("x = 1"))
    assert not found.may_pass_over(cst.parse_statement("y = 2"), mask_of({cst.Call}))


def test_each_rule_asks_for_what_it_has_methods_for() -> None:
    class Some(rule.Rule):
        def visit_With(self, node: cst.With) -> None: ...

        def leave_FunctionDef_body(self, node: cst.FunctionDef) -> None: ...

    assert asked_for(Some) == mask_of({cst.Module, cst.With, cst.FunctionDef})


def test_passing_over_changes_nothing_of_what_rules_do(monkeypatch: pytest.MonkeyPatch) -> None:
    before = [(one, pair.before) for one in rules_of(ERAS) for pair in one.pairs]
    passing = [rewrite(text, ERAS) for _, text in before]
    monkeypatch.setattr(kinds.Kinds, "may_pass_over", lambda *_: False)
    assert [rewrite(text, ERAS) for _, text in before] == passing
    assert sum(one.text != text for one, (_, text) in zip(passing, before, strict=True)) > len(before) / 4
