"""Property tests here judge results, never speed: a loaded machine must not fail them."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("massctl", deadline=None)
settings.load_profile("massctl")
