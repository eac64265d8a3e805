"""Plots of a study as versions."""

from __future__ import annotations

from optuna.study import Study


def save_plots(study: Study) -> None:
    """Save the plots of a study that is over; called in the flow run."""
