"""Trigger points, body regions and static limits."""

from massctl.body.atlas import Atlas

__all__ = ["Atlas"]
