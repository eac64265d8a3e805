"""Every rule does what its pairs show, once, and loses nothing."""

from __future__ import annotations

import libcst as cst
import pytest

from bridge.migrate.eras import ERAS, Era
from bridge.migrate.rewriting import lost_in
from bridge.migrate.rule import Pair, Place, Rule, applied
from bridge.migrate.rules import rules_of

CASES = [
    pytest.param(rule, pair, id=f"{rule.name}-{number}")
    for era in ERAS
    for rule in rules_of([era])
    for number, pair in enumerate(rule.pairs)
]


def run(rule: type[Rule], text: str) -> tuple[str, Place]:
    place = Place(text=text)
    return applied(rule, cst.parse_module(text), place).code, place


@pytest.mark.parametrize(("rule", "pair"), CASES)
def test_a_rule_does_what_its_pair_shows(rule: type[Rule], pair: Pair) -> None:
    expected = pair.before if pair.after is None else pair.after
    code, place = run(rule, pair.before)
    assert code == expected
    findings = sorted(place.findings)
    assert tuple(one.kind for one in findings) == pair.kinds
    assert not pair.says or any(pair.says in f"{one.text} {one.note}" for one in findings)
    assert lost_in(pair.before, code) == ""


@pytest.mark.parametrize(("rule", "pair"), CASES)
def test_a_second_time_changes_nothing(rule: type[Rule], pair: Pair) -> None:
    once, _ = run(rule, pair.before)
    twice, _ = run(rule, once)
    assert twice == once


@pytest.mark.parametrize("era", ERAS)
def test_each_rule_is_documented_and_shown(era: Era) -> None:
    for rule in rules_of([era]):
        assert rule.__doc__
        assert rule.name.startswith(f"{era}/")
        assert any(pair.after is not None or pair.kinds for pair in rule.pairs)
        assert any(pair.after is None and not pair.kinds for pair in rule.pairs), "something that it leaves alone"
