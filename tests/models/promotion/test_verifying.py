"""One byte of the log changed, an entry gone, an alias moved behind its back: verify names the entry."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from bridge.domain.decision import Entry, digest_of
from bridge.domain.model import ModelVersion
from bridge.domain.refusals import AuditError
from bridge.domain.version import VersionRef
from bridge.models import promotion
from bridge.models.promotion.verifying import chain_faults
from tests.models.promotion.conftest import Lab

Sql = Callable[..., None]


@pytest.fixture()
def sql(bridge_home: Path, lab: Lab) -> Sql:
    """Somebody who can write to the catalog."""

    def run(statement: str, *values: object) -> None:
        connection = sqlite3.connect(bridge_home / "catalog.db")
        with connection:
            changed = connection.execute(statement, values).rowcount
        connection.close()
        assert changed > 0

    return run


@pytest.fixture()
def decided(lab: Lab, churn: list[ModelVersion]) -> list[Entry]:
    """Six entries: 1, 2, a refusal, 3, a rollback to 2, staging."""
    for number, bound in ((1, 0.5), (2, 0.5), (4, 0.9), (3, 0.5)):
        promotion.promote(f"churn@{number}", gates=[f"accuracy >= {bound}"])
    promotion.rollback("churn")
    promotion.promote("churn@4", to="staging")
    return lab.workspace.catalog.entries()


def faults() -> list[str]:
    return [str(fault) for fault in promotion.verify().faults]


def test_a_log_as_it_was_written_is_intact(decided: list[Entry]) -> None:
    audit = promotion.verify(head=decided[2].digest)
    assert (audit.entries, audit.head, audit.faults, audit.gone) == (6, decided[-1].digest, (), ())
    assert promotion.verify(head=decided[-1].digest.removeprefix("sha256:")[:16]).is_intact


@pytest.mark.parametrize("position", [1, 3, 6])
@pytest.mark.parametrize("column", ["body", "digest", "previous"])
def test_one_byte_changed_names_the_entry(sql: Sql, decided: list[Entry], position: int, column: str) -> None:
    text = getattr(decided[position - 1], column) or "x"
    at = len(text) // 2
    changed = text[:at] + ("0" if text[at] != "0" else "1") + text[at + 1 :]
    sql(f"UPDATE decisions SET {column} = ? WHERE position = ?", changed, position)
    audit = promotion.verify()
    assert not audit.is_intact
    assert audit.faults[0].position == position


def test_every_single_byte_of_a_body_counts(decided: list[Entry]) -> None:
    entry = decided[1]
    for at in range(0, len(entry.body), 7):
        body = entry.body[:at] + chr(ord(entry.body[at]) ^ 1) + entry.body[at + 1 :]
        found = list(
            chain_faults([decided[0], Entry(2, entry.model, body, entry.previous, entry.digest), *decided[2:]])
        )
        assert found[0].position == 2


def test_an_entry_that_was_written_anew_breaks_the_link_of_the_next(sql: Sql, decided: list[Entry]) -> None:
    body = decided[1].body.replace("passed 1 gate", "passed 9 gates")
    assert body != decided[1].body
    digest = digest_of(decided[1].previous, body)
    sql("UPDATE decisions SET body = ?, digest = ? WHERE position = 2", body, digest)
    assert faults()[0].startswith("entry 3: its link is broken: it follows ")


def test_an_entry_that_is_gone_is_missed(sql: Sql, decided: list[Entry]) -> None:
    sql("DELETE FROM decisions WHERE position = 3")
    assert faults()[0] == "entry 3: it is missing: the next one there is 4"


def test_an_entry_that_is_filed_elsewhere_is_found(sql: Sql, decided: list[Entry]) -> None:
    sql("UPDATE decisions SET model = 'fraud' WHERE position = 3")
    assert faults() == ["entry 3: it is about model 'churn', and filed under 'fraud'"]


def test_a_log_that_was_cut_short_is_found_by_the_aliases_and_is_not_gone_on_with(
    sql: Sql, decided: list[Entry]
) -> None:
    sql("DELETE FROM decisions WHERE position > 4")
    assert "entry 6: it set churn@staging and is missing: the log was cut short, it ends at 4" in faults()
    with pytest.raises(AuditError, match=r"Entry 6 .*the log ends at 4.*bridge audit verify"):
        promotion.promote("churn@1")


def test_a_log_whose_last_entry_was_changed_is_not_gone_on_with(sql: Sql, decided: list[Entry]) -> None:
    sql("UPDATE decisions SET body = body || ' ' WHERE position = 6")
    with pytest.raises(AuditError, match="Entry 6"):
        promotion.promote("churn@1")


def test_a_log_that_was_written_anew_is_found_by_a_digest_that_was_noted(sql: Sql, decided: list[Entry]) -> None:
    body = decided[-1].body.replace("no gates", "all gates")
    sql("UPDATE decisions SET body = ?, digest = ? WHERE position = 6", body, digest_of(decided[-1].previous, body))
    assert promotion.verify().is_intact
    (fault,) = promotion.verify(head=decided[-1].digest).faults
    assert str(fault).startswith(f"no entry has the digest {decided[-1].digest}")
    assert not promotion.verify(head="sha256:").is_intact


def test_aliases_that_moved_without_a_decision_are_found(sql: Sql, decided: list[Entry]) -> None:
    sql("UPDATE model_aliases SET number = 4 WHERE alias = 'champion'")
    assert "entry 5: it set churn@champion to 2, and the alias is at 4" in faults()
    sql("DELETE FROM model_aliases WHERE alias = 'champion'")
    assert faults() == ["entry 5: it set churn@champion to 2, and there is no such alias"]
    sql("INSERT INTO model_aliases VALUES ('churn', 'production', 1, 1)")
    assert "entry 1: churn@production is at 1, and no decision set it" in faults()


def test_an_alias_of_the_artifact_that_moved_is_found(sql: Sql, decided: list[Entry]) -> None:
    sql("UPDATE aliases SET number = 1 WHERE alias = 'champion'")
    assert faults() == [
        "entry 5: it set churn@champion, which is churn-artifact@2, and churn-artifact@champion is churn-artifact@1"
    ]


def test_evidence_that_was_forgotten_is_told_and_is_no_fault(lab: Lab, sql: Sql, decided: list[Entry]) -> None:
    lab.data("evaluation", {"accuracy": 0.0})
    assert lab.workspace.catalog.forget([VersionRef("evaluation", 2)]) == [VersionRef("evaluation", 2)]
    audit = promotion.verify()
    assert (audit.is_intact, audit.gone) == (True, ("entry 2: its evidence evaluation@2 was forgotten",))
    of_it = "(SELECT id FROM artifacts WHERE name = 'held-out')"
    sql(f"UPDATE versions SET digest = 'blake3:ffff' WHERE artifact_id = {of_it}")
    assert any(fault.startswith("entry 1: its evidence held-out@1 was blake3:") for fault in faults())


def test_the_export_is_checked_by_sha256_alone(lab: Lab, decided: list[Entry]) -> None:
    previous = ""
    for entry in decided:
        assert entry.previous == previous
        previous = digest_of(previous, entry.body)
        assert entry.digest == previous
        assert json.loads(entry.body)["position"] == entry.position


def test_a_rollback_does_not_believe_a_log_that_was_changed(sql: Sql, decided: list[Entry]) -> None:
    sql("UPDATE decisions SET body = replace(body, '\"number\":1', '\"number\":4') WHERE position = 1")
    with pytest.raises(AuditError, match=r"Entry 1 .* it was changed"):
        promotion.rollback("churn")
    assert promotion.decision(1).number == 4  # it is shown as it is
    sql("UPDATE decisions SET body = '{' WHERE position = 2")
    with pytest.raises(AuditError, match="Entry 2 "):
        promotion.decision(2)
    assert [one.position for one in promotion.decisions()] == [6, 5, 4, 3, 1]
    assert promotion.reconcile_aliases() == 2
