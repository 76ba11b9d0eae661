"""Fixtures of the rule tests: the smallest device that speaks our protocol, reached in memory."""

from tests.devices.conftest import served, twin
from tests.session.conftest import sound_findings

__all__ = ["served", "sound_findings", "twin"]
