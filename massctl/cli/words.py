"""Moved to ``massctl.faces.words``."""

from massctl.faces.words import *  # noqa: F403
