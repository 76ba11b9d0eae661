"""Fixtures of the rule tests: the smallest device that speaks our protocol, reached in memory."""

from tests.devices.conftest import served, twin

__all__ = ["served", "twin"]
