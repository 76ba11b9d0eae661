"""Moved to ``massctl.faces.session_view``."""

from massctl.faces.session_view import *  # noqa: F403
