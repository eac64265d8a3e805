"""A card's facts come from the catalog, and from the store only what is small."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

import bridge.models
from bridge.domain.errors import ModelNotFoundError
from bridge.models.cards import html, markdown
from bridge.models.signing import make_key, sign
from bridge.workspace import Workspace, reset
from tests.models.cards.conftest import record


def test_a_card_knows_data_evaluations_figures_and_the_run(churn: Workspace) -> None:
    card = bridge.models.card("churn")
    assert card.model.selector == "churn@3"
    assert [str(ref) for ref in card.training] == ["churn-data@1"]
    assert [one.metrics["accuracy"] for one in card.evaluations] == [0.9125]
    assert [(str(one.version), one.task) for one in card.figures] == [("confusion@1", "plot")]
    assert card.run is not None and card.run.name == "wise-otter"
    assert card.step is not None and card.step.task == "train"
    assert {str(ref) for ref in card.data} == {"churn-data@1", "held-out@1"}


def test_a_model_that_there_is_not_has_no_card(churn: Workspace) -> None:
    with pytest.raises(ModelNotFoundError, match="churn@3, churn@2"):
        bridge.models.card("churn@7")


def test_a_card_needs_no_bytes_of_the_model(churn: Workspace) -> None:
    for file in Path(churn.store.url).rglob("*"):
        if file.is_file():
            file.unlink()
    card = bridge.models.card("churn@3")
    assert "accuracy" in markdown(card)  # small values are in the catalog
    assert len(card.figures) == 1


def test_a_large_picture_is_shown_in_small(churn: Workspace) -> None:
    model = churn.resolve("training/train@1")
    noise = Image.effect_noise((1400, 1000), 200).convert("RGB")
    record(churn, "noise", noise, "noise", uses=[model], at=9)
    (large, small) = bridge.models.card("churn@3").figures
    assert (str(large.version), str(small.version)) == ("noise@1", "confusion@1")
    assert len(large.png) <= 1 << 16


def test_a_signature_is_told_with_whether_it_fits_and_whether_its_key_is_trusted(
    churn: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    public = make_key(tmp_path / "k")
    sign("churn@3", tmp_path / "k")
    text = markdown(bridge.models.card("churn@3"))
    assert f"| `{public.fingerprint}` | not trusted here |" in text
    assert "fits what the catalog says |" in text
    assert "The bytes were not read for this card." in text
    monkeypatch.setenv("BRIDGE_TRUSTED_KEYS", str(tmp_path / "k.pub"))
    reset()
    card = bridge.models.card("churn@3")
    assert "| trusted |" in markdown(card)
    assert public.fingerprint in html(card)
