"""Moved to ``massctl.faces.keyboard``."""

from massctl.faces.keyboard import *  # noqa: F403
