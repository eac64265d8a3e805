"""The tuning example that needs PyTorch does what it says."""

from __future__ import annotations

import pytest

from tests.frameworks.conftest import ROOT, Place

pytest.importorskip("torch")
pytest.importorskip("optuna")

pytestmark = [pytest.mark.matrix, pytest.mark.timeout(600)]


def test_a_network_that_reports_each_epoch_is_tuned(place: Place) -> None:
    said = place.python((ROOT / "examples" / "tuning" / "network.py").read_text())
    assert "accuracy" in said
    assert "bridge studies show" in said
