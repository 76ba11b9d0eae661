"""Moved to ``massctl.faces.digits``."""

from massctl.faces.digits import *  # noqa: F403
