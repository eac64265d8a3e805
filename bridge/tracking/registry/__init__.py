"""Fitted models become versions of registered models."""

from bridge.tracking.registry.registering import register
from bridge.tracking.registry.registration import Registration, Rows

__all__ = ["Registration", "Rows", "register"]
