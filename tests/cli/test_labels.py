from __future__ import annotations

from collections.abc import Callable

import pytest

from bridge.workspace import Workspace

from .conftest import Said

Run = Callable[..., Said]


def test_an_alias_that_moves_says_from_where_to_where(bridge: Run, recorded: Workspace) -> None:
    said = [
        bridge("artifacts", "alias", *words).out.strip()
        for words in (
            ("training/load@1", "golden"),
            ("training/load", "golden"),
            ("training/load@golden", "golden"),
            ("training/load", "golden", "--remove"),
        )
    ]
    assert said == [
        "training/load@golden is training/load@1",
        "training/load@golden is training/load@2; it was training/load@1",
        "training/load@golden is training/load@2, as it was",
        "training/load@golden is no more; it was at training/load@2",
    ]
    gone = bridge("artifacts", "alias", "training/load", "golden", "--remove")
    assert (gone.code, "training/load@golden" in gone.err) == (1, True)


def test_json_of_an_alias_has_both_ends(bridge: Run, recorded: Workspace) -> None:
    bridge("artifacts", "alias", "training/load@1", "golden")
    moved = bridge("artifacts", "alias", "training/load@2", "golden", "--json").json
    assert moved == {
        "name": "training/load",
        "alias": "golden",
        "before": "training/load@1",
        "now": "training/load@2",
    }
    removed = bridge("artifacts", "alias", "training/load@2", "golden", "--remove", "--json").json
    assert (removed["before"], removed["now"]) == ("training/load@2", None)


def test_an_alias_is_not_taken_from_a_version_at_which_it_is_not(bridge: Run, recorded: Workspace) -> None:
    bridge("artifacts", "alias", "training/load@2", "golden")
    said = bridge("artifacts", "alias", "training/load@1", "golden", "--remove")
    assert said.code == 1
    assert "it is at training/load@2" in said.err
    assert "bridge artifacts alias training/load golden --remove" in said.err
    assert bridge("artifacts", "show", "training/load@golden").code == 0


def test_lists_show_where_the_aliases_of_a_name_are(bridge: Run, recorded: Workspace) -> None:
    bridge("artifacts", "alias", "training/load@1", "golden")
    bridge("artifacts", "alias", "training/load@2", "live")
    assert "golden → @1, live" in bridge("artifacts").out
    found = bridge("artifacts", "--prefix", "training/load", "--json").json["artifacts"]
    assert [one["aliases_of_name"] for one in found] == [{"golden": 1, "live": 2}]
    assert [one["aliases"] for one in found] == [["live"]]
    assert "not listed: golden → @1." in bridge("artifacts", "versions", "training/load", "--limit", "1").out
    assert "not listed" not in bridge("artifacts", "versions", "training/load").out


def test_tags_are_set_removed_and_shown(bridge: Run, recorded: Workspace) -> None:
    tag = ("artifacts", "tag", "training/load@1")
    assert bridge(*tag).out == "training/load@1: no tags\n"
    assert bridge(*tag, "quality=checked", "note=a=b").out == "training/load@1: note=a=b, quality=checked\n"
    assert bridge(*tag, "team=growth", "--remove", "note", "--json").json["tags"] == {
        "quality": "checked",
        "team": "growth",
    }
    assert "tags     quality=checked, team=growth" in bridge("artifacts", "show", "training/load@1").out
    assert "quality=checked, team=growth" in bridge("artifacts", "versions", "training/load").out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["training/load@1", "quality"], "its value is missing: quality=…"),
        (["training/load@1", "=checked"], "a key is a text that is not empty"),
        (["training/load@1", "quality=" + "x" * 300], "at most 250 characters"),
        (["training/load@9", "quality=checked"], "training/load@9"),
        (["training/laod", "quality=checked"], "training/load"),
    ],
)
def test_a_tag_that_cannot_be_set_is_one_line_that_says_why(
    words: list[str], told: str, bridge: Run, recorded: Workspace
) -> None:
    said = bridge("artifacts", "tag", *words)
    assert (said.code, said.out, len(said.err.splitlines())) == (1, "", 1)
    assert told in said.err


def test_artifacts_and_versions_are_found_by_tags(bridge: Run, recorded: Workspace) -> None:
    bridge("artifacts", "tag", "training/load@1", "quality=checked", "team=growth")
    bridge("artifacts", "tag", "training/train@2", "team=growth")

    def names(*words: str) -> list[str]:
        return [one["selector"] for one in bridge("artifacts", *words, "--json").json["artifacts"]]

    assert names("--tag", "quality=checked") == ["training/load@1"]
    assert names("--tag", "team") == ["training/load@1", "training/train@2"]
    assert names("--tag", "team=growth", "--tag", "quality") == ["training/load@1"]
    assert names("--tag", "team=risk") == []
    assert "No artifact has a version with team=risk." in bridge("artifacts", "--tag", "team=risk").out
    versions = bridge("artifacts", "versions", "training/load", "--tag", "quality=checked", "--json").json["versions"]
    assert [one["number"] for one in versions] == [1]
    nothing = bridge("artifacts", "versions", "training/load", "--tag", "a=b")
    assert "No version of training/load has a=b." in nothing.out
    assert bridge("artifacts", "versions", "nope", "--tag", "a=b").code == 1
